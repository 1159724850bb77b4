"""What a proof pack covers, and its rows: each as the database has it, and since when the ledger holds it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from cat4.audit.facts import Row, day, instant
from cat4.audit.models import LedgerEntry
from cat4.fiscal import add_months
from governance.closures.models import ClosureSignature, SustainResult
from governance.closures.selectors.proof_rows import signature_rows, sustain_rows
from governance.constants import Verb
from governance.gates.models import GateApproval, GateDecision
from governance.gates.selectors.proof_rows import approval_rows, decision_rows
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.organization.selectors import organization
from measures.evidence.selectors import PROVING, document_rows
from measures.models import Document, Measure

from ..models import ProofPack
from ..verify_pages import file_of
from .held import HeldRows


class AskedBefore(RuntimeError):
    """A pack that was asked for before its asking held what it covers."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant up to another, both of the organization's own midnight, and never beyond the asking."""

    first: datetime | None
    end: datetime


def span_of(pack: ProofPack) -> Span:
    """The months that a pack is about."""
    zone = ZoneInfo(organization().time_zone)

    def midnight(month: date) -> datetime:
        return datetime.combine(month, time(), zone)

    first = midnight(pack.first_month) if pack.first_month else None
    end = midnight(add_months(pack.last_month, 1)) if pack.last_month else pack.requested_at
    return Span(first, min(end, pack.requested_at))


def covers_now(pack: ProofPack, scope: str) -> dict[str, Any]:
    """What a pack that is being asked for covers: it goes into the entry of its asking, which is its head.

    `measures` are those below its node on this day; None: of the whole organization.
    """
    span, whole = span_of(pack), pack.node_id == root_node().pk
    below = Measure.objects.filter(package__path__contains=[pack.node_id]).order_by("pk")
    return {
        "organization": organization().name,
        "organization_id": str(pack.organization_id),
        "scope": scope,
        "node_id": str(pack.node_id),
        "first_month": day(pack.first_month),
        "last_month": day(pack.last_month),
        "first": instant(span.first),
        "end": instant(span.end),
        "measures": None if whole else [str(pk) for pk in below.values_list("pk", flat=True)],
        "with_files": pack.with_files,
        "asked_at": instant(pack.requested_at),
    }


def covers_of(pack: ProofPack) -> dict[str, Any]:
    """What the entry of its asking says that a pack covers.

    Raises:
        AskedBefore.
    """
    head = LedgerEntry.objects.select_related("entry").get(sequence=pack.head_sequence)
    change = json.loads(head.content)["change"]
    if head.entry.verb != Verb.PROOF_PACK_ASKED or head.entry.object_id != pack.pk or "covers" not in change:
        raise AskedBefore("It was asked for before the version that is running. Ask for a new one.")
    covers: dict[str, Any] = change["covers"]
    return covers


def chain_rows(first: int, last: int, held: HeldRows) -> Iterator[dict[str, Any]]:
    """Entries of the ledger, exactly as they were hashed; `held` takes in what they hold."""
    links = LedgerEntry.objects.filter(sequence__gte=first, sequence__lte=last).order_by("sequence")
    for row in links.values("sequence", "previous_hash", "hash", "content"):
        held.read(row["sequence"], row["content"])
        yield dict(row)


def read_later(held: HeldRows) -> None:
    """Take in what came after the head, so that it is left out of a pack that is built late."""
    links = LedgerEntry.objects.filter(sequence__gt=held.head).order_by("sequence")
    for sequence, content in links.values_list("sequence", "content").iterator(chunk_size=100):
        held.read(sequence, content)


def _within(pack: ProofPack, at: str, measure: str = "measure") -> Q:
    """What lies in the span of a pack and belongs to its measures; both by the names of the fields."""
    covers, span = covers_of(pack), span_of(pack)
    found = Q(**{f"{at}__lte": span.end})
    if span.first:
        found &= Q(**{f"{at}__gte": span.first})
    return found if covers["measures"] is None else found & Q(**{f"{measure}__in": covers["measures"]})


def _decisions(pack: ProofPack) -> Iterator[Row]:
    return decision_rows(GateDecision.objects.filter(_within(pack, "decided_at")))


def _approvals(pack: ProofPack) -> Iterator[Row]:
    return approval_rows(GateApproval.objects.filter(_within(pack, "at", "request__measure")))


def _signatures(pack: ProofPack) -> Iterator[Row]:
    return signature_rows(ClosureSignature.objects.filter(_within(pack, "at", "request__measure")))


def _sustain(pack: ProofPack) -> Iterator[Row]:
    return sustain_rows(SustainResult.objects.filter(_within(pack, "checked_at")))


def documents_of(pack: ProofPack) -> QuerySet[Document]:
    """The documents that proved something in the months of the pack."""
    return Document.objects.filter(_within(pack, "uploaded_at") & PROVING)


def _evidence(pack: ProofPack) -> Iterator[Row]:
    return document_rows(documents_of(pack))


_ROWS: Mapping[str, Callable[[ProofPack], Iterator[Row]]] = {
    "decisions": _decisions,
    "approvals": _approvals,
    "closures": _signatures,
    "sustain": _sustain,
    "evidence": _evidence,
}


def rows_of(pack: ProofPack, name: str, held: HeldRows) -> Iterator[Row]:
    """The rows of one file of a pack, in order."""
    return held.shown(name, _ROWS[name](pack))


def files_of(pack: ProofPack, held: HeldRows) -> list[tuple[str, str, str]]:
    """Name in the pack, hash and place of each file of the evidence, each name once, in their order."""
    once: dict[str, tuple[str, str, str]] = {}
    keys = dict(documents_of(pack).order_by("id").values_list("id", "storage_key"))
    for row in rows_of(pack, "evidence", held):
        once.setdefault(file_of(row), (file_of(row), row["sha256"], keys[UUID(row["id"])]))
    return [once[name] for name in sorted(once)]


def size_of(node_id: UUID, first: date | None, last: date | None, at: datetime) -> int:
    """The bytes of the evidence that a pack with files would hold."""
    pack = ProofPack(node_id=node_id, first_month=first, last_month=last, requested_at=at)
    span = span_of(pack)
    found = Document.objects.filter(PROVING, measure__package__path__contains=[node_id], uploaded_at__lte=span.end)
    if span.first:
        found = found.filter(uploaded_at__gte=span.first)
    return sum(dict(found.values_list("sha256", "size")).values())
