"""What a proof pack holds, row by row, as it was when the pack was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from cat4.audit.models import LedgerEntry
from cat4.fiscal import add_months
from governance.closures.models import ClosureSignature, SustainResult
from governance.gates.models import GateApproval, GateDecision
from hierarchy.organization.selectors import organization
from measures.constants import DocumentPurpose
from measures.models import Document, Measure

from ..models import ProofPack

_CHUNK = 500
# What proves something; the rest of a measure's documents is background.
PROVING = (DocumentPurpose.EVIDENCE, DocumentPurpose.CLOSURE, DocumentPurpose.MILESTONE, DocumentPurpose.ACTUALS)


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


def measures_of(pack: ProofPack) -> QuerySet[Measure]:
    """Those below the node of the pack."""
    return Measure.objects.filter(package__path__contains=[pack.node_id])


def chain_rows(first: int, last: int) -> Iterator[dict[str, Any]]:
    """Entries of the ledger, exactly as they were hashed."""
    links = LedgerEntry.objects.filter(sequence__gte=first, sequence__lte=last).order_by("sequence")
    for row in links.values("sequence", "previous_hash", "hash", "content"):
        yield dict(row)


def decision_rows(pack: ProofPack) -> Iterator[dict[str, Any]]:
    """Each decision with the result of every rule as it was."""
    span = span_of(pack)
    found = GateDecision.objects.filter(measure__in=measures_of(pack), decided_at__lte=span.end)
    if span.first:
        found = found.filter(decided_at__gte=span.first)
    fields = (
        "id", "number", "measure_id", "measure__code", "measure__name", "request_id", "request__kind", "outcome",
        "from_doi", "to_doi", "reason", "rule_results", "decided_by_id", "decided_by__name", "decided_at",
    )  # fmt: skip
    for row in found.order_by("number").values(*fields).iterator(chunk_size=_CHUNK):
        yield _plain(row)


def approval_rows(pack: ProofPack) -> Iterator[dict[str, Any]]:
    """Each confirmation that was given to a request."""
    span = span_of(pack)
    found = GateApproval.objects.filter(request__measure__in=measures_of(pack), at__lte=span.end)
    if span.first:
        found = found.filter(at__gte=span.first)
    fields = (
        "id", "request_id", "request__measure_id", "kind", "granted", "comment", "person_id", "person__name", "at",
    )  # fmt: skip
    for row in found.order_by("at", "id").values(*fields).iterator(chunk_size=_CHUNK):
        yield _plain(row)


def closure_rows(pack: ProofPack) -> Iterator[dict[str, Any]]:
    """Each signature under a closure with what it confirmed, line by line."""
    span = span_of(pack)
    found = ClosureSignature.objects.filter(request__measure__in=measures_of(pack), at__lte=span.end)
    if span.first:
        found = found.filter(at__gte=span.first)
    signatures = found.select_related("person", "request__measure").prefetch_related("lines__line")
    for signature in signatures.order_by("at", "id").iterator(chunk_size=_CHUNK):
        yield {
            "id": signature.pk, "request_id": signature.request_id, "measure_id": signature.request.measure_id,
            "measure_code": signature.request.measure.code, "position": signature.position,
            "person_id": signature.person_id, "person_name": signature.person.name, "comment": signature.comment,
            "run_rate": signature.run_rate, "amount": signature.amount, "needs_second": signature.needs_second,
            "unopened": signature.unopened, "at": signature.at,
            "lines": [
                {
                    "line": row.line.name, "currency": row.line.currency, "plan": row.plan, "claimed": row.claimed,
                    "validated": row.validated, "confirmed": row.confirmed, "reason": row.reason,
                }
                for row in sorted(signature.lines.all(), key=lambda row: (row.line.position, row.line_id))
            ],
        }  # fmt: skip


def sustain_rows(pack: ProofPack) -> Iterator[dict[str, Any]]:
    """Each check after a closing."""
    span = span_of(pack)
    found = SustainResult.objects.filter(measure__in=measures_of(pack), checked_at__lte=span.end)
    if span.first:
        found = found.filter(checked_at__gte=span.first)
    fields = (
        "id", "measure_id", "measure__code", "decision_id", "months_after", "due_month", "outcome", "closed_run_rate",
        "needed", "run_rate", "sentence", "checked_at",
    )  # fmt: skip
    for row in found.order_by("checked_at", "id").values(*fields).iterator(chunk_size=_CHUNK):
        yield _plain(row)


def documents_of(pack: ProofPack) -> QuerySet[Document]:
    """The documents that proved something in the months of the pack."""
    span = span_of(pack)
    found = Document.objects.filter(measure__in=measures_of(pack), purpose__in=PROVING, uploaded_at__lte=span.end)
    return found.filter(uploaded_at__gte=span.first) if span.first else found


def evidence_rows(pack: ProofPack) -> Iterator[dict[str, Any]]:
    """Each document with its hash, the lines that it proves, and who opened it when."""
    documents = documents_of(pack).select_related("measure", "uploaded_by")
    documents = documents.prefetch_related("lines", "openings__person").order_by("uploaded_at", "id")
    for document in documents.iterator(chunk_size=_CHUNK):
        withdrawn = (
            document.withdrawn_at if document.withdrawn_at and document.withdrawn_at <= pack.requested_at else None
        )
        yield {
            "id": document.pk, "measure_id": document.measure_id, "measure_code": document.measure.code,
            "purpose": document.purpose, "evidence_class": document.evidence_class, "title": document.title,
            "file_name": document.file_name, "content_type": document.content_type, "size": document.size,
            "sha256": document.sha256,
            "uploaded_by": document.uploaded_by.name, "uploaded_at": document.uploaded_at, "withdrawn_at": withdrawn,
            "lines": sorted(line.name for line in document.lines.all()),
            "openings": [
                {"person": opening.person.name, "at": opening.at}
                for opening in document.openings.all()
                if opening.at <= pack.requested_at
            ],
        }  # fmt: skip


def files_of(pack: ProofPack) -> list[tuple[str, str]]:
    """Hash and place of each file of the evidence, each content once, in the order of the hashes."""
    once: dict[str, str] = {}
    for digest, key in documents_of(pack).order_by("sha256", "id").values_list("sha256", "storage_key"):
        once.setdefault(digest, key)
    return list(once.items())


def size_of(node_id: UUID, first: date | None, last: date | None, at: datetime) -> int:
    """The bytes of the evidence that a pack with files would hold."""
    pack = ProofPack(node_id=node_id, first_month=first, last_month=last, requested_at=at)
    sizes = dict(documents_of(pack).values_list("sha256", "size"))
    return sum(sizes.values())


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """`measure__code` reads `measure_code`."""
    return {name.replace("__", "_"): value for name, value in row.items()}
