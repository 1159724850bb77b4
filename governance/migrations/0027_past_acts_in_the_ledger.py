"""Each measure's past acts go into the ledger as they stand on the day of the upgrade, in one entry per measure.

From here on an act's own entry holds its facts, so that a proof pack can be compared with the chain row by row. What
happened before is held since this day, and a pack says so. Rows that an entry holds already are left alone, so that
running it again adds nothing.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import migrations

from cat4 import clock
from cat4.audit.facts import Row
from cat4.audit.ledger import GENESIS, content_of, link_hash, take_turn
from cat4.tenancy.context import organization_context
from governance.closures.selectors.proof_rows import signature_rows, sustain_rows
from governance.gates.selectors.proof_rows import approval_rows, decision_rows
from hierarchy.organization.actions import SYSTEM_ID
from measures.evidence.selectors import PROVING, document_rows, opening_row


def keep_past_acts(apps: Any, _schema_editor: Any = None) -> None:
    """Write the entries, organization by organization, in the order of their measures' codes."""
    for organization in apps.get_model("tenancy", "Organization").objects.order_by("pk"):
        with organization_context(organization.pk):
            take_turn(organization.pk)
            _keep(apps, organization)


def _keep(apps: Any, organization: Any) -> None:
    held = set(_held(apps))
    chain = apps.get_model("audit", "LedgerEntry").objects
    before = chain.count()
    written = 0
    for measure in apps.get_model("measures", "Measure").objects.order_by("code", "pk").only("pk", "code"):
        acts = {name: list(rows) for name, rows in _acts(apps, measure.pk)}
        rows = {name: new for name, every in acts.items() if (new := [row for row in every if row["id"] not in held])}
        if rows:
            _append(apps, organization, measure, rows)
            written += 1
    if chain.count() != before + written:
        raise AssertionError(f"{written} entries were to be written for {organization.slug}")


def _held(apps: Any) -> Iterator[str]:
    """The ids of the rows that some entry holds."""
    links = apps.get_model("audit", "LedgerEntry").objects.filter(content__contains='"rows":')
    for content in links.values_list("content", flat=True).iterator(chunk_size=100):
        rows = json.loads(content)["change"].get("rows")
        if isinstance(rows, dict):
            yield from (row["id"] for found in rows.values() for row in found)


def _acts(apps: Any, measure_id: UUID) -> Iterator[tuple[str, Iterable[Row]]]:
    def of(app: str, model: str, **where: Any) -> Any:
        return apps.get_model(app, model).objects.filter(**where)

    yield "decisions", decision_rows(of("governance", "GateDecision", measure_id=measure_id))
    yield "approvals", approval_rows(of("governance", "GateApproval", request__measure_id=measure_id))
    yield "closures", signature_rows(of("governance", "ClosureSignature", request__measure_id=measure_id))
    yield "sustain", sustain_rows(of("governance", "SustainResult", measure_id=measure_id))
    documents = of("measures", "Document", measure_id=measure_id).filter(PROVING)
    yield "evidence", document_rows(documents)
    openings = of("measures", "DocumentOpening", document__in=documents.values("pk")).select_related("person")
    # The first time that each person opened a document, as the ledger holds it from now on.
    first = openings.order_by("document_id", "person_id", "at", "id").distinct("document_id", "person_id")
    yield "openings", (opening_row(opening) for opening in first)


def _append(apps: Any, organization: Any, measure: Any, rows: dict[str, list[Row]]) -> None:
    at = clock.now()
    day = clock.today(organization.time_zone)
    entry = apps.get_model("audit", "AuditEntry").objects.create(
        organization_id=organization.pk, at=at.astimezone(UTC), actor_id=SYSTEM_ID, actor_name="cat4", cause="system",
        verb="measure.past_acts_kept", object_type="measures.measure", object_id=measure.pk, measure_id=measure.pk,
        summary=f"put the past acts of {measure.code} into the ledger, as kept on {day:%Y-%m-%d}",
        change={"kept_on": day.isoformat(), "rows": rows},
    )  # fmt: skip
    chain = apps.get_model("audit", "LedgerEntry").objects
    last = chain.order_by("-sequence").first()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    content = content_of(entry)
    chain.create(
        organization_id=organization.pk, sequence=sequence, entry=entry, content=content, previous_hash=previous,
        hash=link_hash(previous, sequence, content),
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0026_kept_with_committee_decisions"),
        ("measures", "0017_withdrawn_documents"),
        ("audit", "0002_on_behalf_of_name"),
    ]

    operations = [migrations.RunPython(keep_past_acts, migrations.RunPython.noop)]
