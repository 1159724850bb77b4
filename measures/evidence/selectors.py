"""Documents that were withdrawn: said wherever the same file comes again."""

from collections.abc import Iterable

from cat4.clock import day_of
from cat4.wording import day_name
from hierarchy.organization.selectors import organization
from measures.models import Document, Measure


def withdrawn_before(measure: Measure, sha256: str) -> Document | None:
    """The newest withdrawn document of a measure with the same content; None where there is none."""
    gone = measure.documents.filter(sha256=sha256, withdrawn_at__isnull=False).select_related("withdrawn_by")
    return gone.order_by("-withdrawn_at").first()


def why_asked_again(before: Document) -> str:
    """`This file was withdrawn on 15 Oct 2026 by Owner Alder because “Wrong entity”.`, as far as it was kept."""
    said = "This file was withdrawn"
    if before.withdrawn_at is not None:
        said += f" on {day_name(day_of(before.withdrawn_at, organization().time_zone))}"
    if before.withdrawn_by is not None:
        said += f" by {before.withdrawn_by.name}"
    reason = before.withdraw_reason.rstrip(".")
    return f"{said} because “{reason}”." if reason else f"{said}."


def sentences_of_the_same_file(documents: Iterable[Document]) -> dict[str, str]:
    """By hash why a file of these documents was withdrawn, of those that were."""
    return {
        document.sha256: why_asked_again(document)
        for document in sorted(documents, key=lambda each: each.uploaded_at)
        if document.withdrawn_at is not None
    }
