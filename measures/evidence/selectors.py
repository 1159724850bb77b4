"""Evidence as rows that the ledger holds and a proof pack shows; and what was withdrawn, wherever it comes again."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from cat4.audit.facts import Row, instant
from cat4.clock import day_of
from cat4.wording import day_name
from measures.constants import DocumentPurpose
from measures.models import Document, DocumentOpening, Measure

_PURPOSES = (DocumentPurpose.EVIDENCE, DocumentPurpose.CLOSURE, DocumentPurpose.MILESTONE, DocumentPurpose.ACTUALS)
# Documents that prove something, or can be attached to effect lines: a proof pack shows them, so that their upload,
# lines, openings and withdrawal are in the ledger. Background is not.
PROVING = Q(purpose__in=_PURPOSES) | ~Q(evidence_class="")
_CHUNK = 500


def is_proving(document: Document) -> bool:
    """`PROVING` of one document."""
    return document.purpose in _PURPOSES or document.evidence_class != ""


def document_rows(documents: QuerySet[Document]) -> Iterator[Row]:
    """Each document with its hash and what it proves."""
    found = documents.select_related("measure", "milestone", "uploaded_by", "withdrawn_by").prefetch_related("lines")
    for document in found.order_by("uploaded_at", "id").iterator(chunk_size=_CHUNK):
        yield document_row(document)


def document_row(document: Document) -> Row:
    """A document as it stands: withdrawn or not, and the names of the effect lines that it is evidence for."""
    return {
        "id": str(document.pk),
        "measure_id": str(document.measure_id),
        "measure_code": document.measure.code,
        "purpose": document.purpose,
        "evidence_class": document.evidence_class,
        "title": document.title,
        "file_name": document.file_name,
        "content_type": document.content_type,
        "size": document.size,
        "sha256": document.sha256,
        "milestone": document.milestone.name if document.milestone else "",
        "lines": sorted(line.name for line in document.lines.all()),
        "uploaded_by_id": str(document.uploaded_by_id),
        "uploaded_by": document.uploaded_by.name,
        "uploaded_at": instant(document.uploaded_at),
        "again_because": document.again_because,
        "withdrawn_at": instant(document.withdrawn_at),
        "withdrawn_by": document.withdrawn_by.name if document.withdrawn_by else "",
        "withdraw_reason": document.withdraw_reason,
    }


def opening_row(opening: DocumentOpening) -> Row:
    """That somebody opened a document."""
    return {
        "id": str(opening.pk),
        "document_id": str(opening.document_id),
        "person_id": str(opening.person_id),
        "person": opening.person.name,
        "at": instant(opening.at),
    }


def withdrawn_before(measure: Measure, sha256: str) -> Document | None:
    """The newest withdrawn document of a measure with the same content; None where there is none."""
    gone = measure.documents.filter(sha256=sha256, withdrawn_at__isnull=False).select_related("withdrawn_by")
    return gone.order_by("-withdrawn_at").first()


def why_asked_again(before: Document, zone: str) -> str:
    """`This file was withdrawn on 15 Oct 2026 by Owner Alder because “Wrong entity”.`, as far as it was kept."""
    said = "This file was withdrawn"
    if before.withdrawn_at is not None:
        said += f" on {day_name(day_of(before.withdrawn_at, zone))}"
    if before.withdrawn_by is not None:
        said += f" by {before.withdrawn_by.name}"
    reason = before.withdraw_reason.rstrip(".")
    return f"{said} because “{reason}”." if reason else f"{said}."


def sentences_of_the_same_file(documents: Iterable[Document], zone: str) -> dict[str, str]:
    """By hash why a file of these documents was withdrawn, of those that were: as `withdrawn_before`, the newest."""
    gone = [(document.withdrawn_at, document) for document in documents if document.withdrawn_at is not None]
    return {document.sha256: why_asked_again(document, zone) for _, document in sorted(gone, key=lambda pair: pair[0])}
