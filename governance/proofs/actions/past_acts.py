"""Acts from before their entries held their facts go into the ledger, as kept on the day of the upgrade.

From that version on an act's own entry holds its facts, so that a proof pack can be compared with the chain row by row.
What happened before is held since the upgrade, and a pack says so.
"""

import json
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.audit.actions import record
from cat4.audit.facts import Row
from cat4.audit.ledger import take_turn
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.tenancy.context import current_organization_id
from governance.closures.models import ClosureSignature, SustainResult
from governance.closures.selectors.proof_rows import signature_rows, sustain_rows
from governance.constants import Verb
from governance.gates.models import GateApproval, GateDecision
from governance.gates.selectors.proof_rows import approval_rows, decision_rows
from hierarchy.organization.actions import system_actor
from hierarchy.organization.selectors import organization
from measures.evidence.selectors import PROVING, document_rows, opening_row
from measures.models import Document, DocumentOpening, Measure


@transaction.atomic
def keep_past_acts() -> int:
    """Write an entry for each measure of the current organization with acts that no entry holds; answer how many.

    Rows that an entry holds already are left alone: again it writes nothing, and where the organization began with this
    version, or was upgraded to it, it doesn't look at every measure.
    """
    if is_done():
        return 0
    take_turn(current_organization_id())
    held = set(_held())
    written = 0
    for measure in Measure.objects.order_by("code", "pk"):
        acts = {name: list(rows) for name, rows in _acts(measure.pk)}
        rows = {name: new for name, every in acts.items() if (new := [row for row in every if row["id"] not in held])}
        if rows:
            _keep(measure, rows)
            written += 1
    return written


def is_done() -> bool:
    """Whether the upgrade was made, or the first acts of the organization stand in the ledger by themselves."""
    if AuditEntry.objects.filter(verb=Verb.PAST_ACTS_KEPT).exists():
        return True
    first = [
        GateDecision.objects.order_by("number").first(),
        GateApproval.objects.order_by("at", "pk").first(),
        ClosureSignature.objects.order_by("at", "pk").first(),
        SustainResult.objects.order_by("checked_at", "pk").first(),
        Document.objects.filter(PROVING).order_by("uploaded_at", "pk").first(),
    ]
    return all(_holds_itself(row.pk) for row in first if row is not None)


def _holds_itself(pk: UUID) -> bool:
    return AuditEntry.objects.filter(object_id=pk, change__has_key="rows").exists()


def _held() -> Iterator[str]:
    """The ids of the rows that some entry holds."""
    links = LedgerEntry.objects.filter(content__contains='"rows":')
    for content in links.values_list("content", flat=True).iterator(chunk_size=100):
        rows = json.loads(content)["change"].get("rows")
        if isinstance(rows, dict):
            yield from (row["id"] for found in rows.values() for row in found)


def _acts(measure_id: UUID) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "decisions", decision_rows(GateDecision.objects.filter(measure_id=measure_id))
    yield "approvals", approval_rows(GateApproval.objects.filter(request__measure_id=measure_id))
    yield "closures", signature_rows(ClosureSignature.objects.filter(request__measure_id=measure_id))
    yield "sustain", sustain_rows(SustainResult.objects.filter(measure_id=measure_id))
    documents = Document.objects.filter(PROVING, measure_id=measure_id)
    yield "evidence", document_rows(documents)
    openings = DocumentOpening.objects.filter(document__in=documents.values("pk")).select_related("person")
    # The first time that each person opened a document, as the ledger holds it from now on.
    first = openings.order_by("document_id", "person_id", "at", "id").distinct("document_id", "person_id")
    yield "openings", (opening_row(opening) for opening in first)


def _keep(measure: Measure, rows: dict[str, list[Row]]) -> None:
    day = clock.today(organization().time_zone)
    record(
        system_actor(current_organization_id()), Verb.PAST_ACTS_KEPT, measure,
        summary=f"put the past acts of {measure.code} into the ledger, as kept on {day:%Y-%m-%d}",
        change={"kept_on": day.isoformat(), "rows": rows}, measure_id=measure.pk, ledger=True,
    )  # fmt: skip
