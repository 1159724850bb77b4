"""Evidence as rows that the ledger holds and a proof pack shows (domain section 13)."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from cat4.audit.facts import Row, instant
from measures.constants import DocumentPurpose
from measures.models import Document, DocumentOpening

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
    found = documents.select_related("measure", "milestone", "uploaded_by").prefetch_related("lines")
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
        "withdrawn_at": instant(document.withdrawn_at),
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
