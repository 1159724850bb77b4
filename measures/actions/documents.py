"""Evidence: uploaded with its hash, withdrawn but never deleted (domain section 13)."""

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import Conflict, Invalid, require

from .. import checks
from ..checks import Problems
from ..constants import DocumentPurpose, EvidenceClass, Verb
from ..models import Document, Measure, Milestone
from ..policies import may_upload_document, may_withdraw_document
from ..selectors.measures import measure_to_change, part_to_change
from ..storage import StoredFile, Unfit, discard, store
from ._common import note


@transaction.atomic
def upload_document(
    actor: Actor,
    measure_id: UUID,
    *,
    file: File,
    title: str,
    purpose: str,
    evidence_class: str = "",
    milestone_id: UUID | None = None,
) -> Document:
    """Keep a file as evidence. A milestone's evidence names its milestone, a closing one its class.

    Raises:
        Http404, NotAllowed; Invalid by argument, `file` when it is too large or of a kind that isn't taken.
    """
    measure = measure_to_change(actor, measure_id)
    require(may_upload_document(actor, measure))
    problems = Problems()
    title = checks.text(problems, "title", title or str(file.name or ""), limit=200, required=True)
    purpose = checks.choice(problems, "purpose", purpose, DocumentPurpose)
    if evidence_class:
        evidence_class = checks.choice(problems, "evidence_class", evidence_class, EvidenceClass)
    milestone = _milestone(problems, measure, milestone_id, purpose)
    problems.stop_if_any()
    try:
        stored = store(actor.organization_id, file)
    except Unfit as error:
        raise Invalid({"file": str(error)}) from error
    document = Document(
        measure=measure, milestone=milestone, purpose=purpose, evidence_class=evidence_class, title=title,
        uploaded_by_id=actor.user_id, uploaded_at=clock.now(),
    )  # fmt: skip
    _write(document, stored)
    summary = f"uploaded {document.title}" + (f" as evidence of {milestone.name}" if milestone else "")
    change = {"file_name": document.file_name, "sha256": document.sha256, "size": document.size}
    note(actor, Verb.DOCUMENT_UPLOADED, document, measure, summary, change=change)
    return document


@transaction.atomic
def withdraw_document(actor: Actor, document_id: UUID, *, reason: str = "") -> Document:
    """Say that a document no longer proves anything; the file and its hash stay on record.

    Raises:
        Http404, NotAllowed; Conflict when it was withdrawn before.
    """
    document = part_to_change(actor, Document, document_id)
    require(may_withdraw_document(actor, document))
    if document.withdrawn_at is not None:
        raise Conflict(f"{document.title} is withdrawn already.", current={"withdrawn_at": document.withdrawn_at})
    problems = Problems()
    reason = checks.text(problems, "reason", reason)
    problems.stop_if_any()
    document.withdrawn_at = clock.now()
    document.save(update_fields=["withdrawn_at"])
    change = {"sha256": document.sha256, "withdrawn_at": [None, document.withdrawn_at]}
    note(
        actor, Verb.DOCUMENT_WITHDRAWN, document, document.measure, f"withdrew {document.title}",
        change=change, reason=reason,
    )  # fmt: skip
    return document


def _milestone(problems: Problems, measure: Measure, milestone_id: UUID | None, purpose: str) -> Milestone | None:
    """The milestone that is proved: one of this measure, and named where the purpose asks for it."""
    if milestone_id is None:
        if purpose == DocumentPurpose.MILESTONE:
            problems.add("milestone_id", "Name the milestone that it proves.")
        return None
    milestone = measure.milestones.filter(pk=milestone_id).first()
    if milestone is None:
        problems.add("milestone_id", "Unknown milestone.")
    return milestone


def _write(document: Document, stored: StoredFile) -> None:
    """A file without a row is removed at once; a rollback further out leaves it unreachable, not wrong."""
    document.file_name, document.content_type = stored.file_name, stored.content_type
    document.size, document.sha256, document.storage_key = stored.size, stored.sha256, stored.storage_key
    try:
        document.save(force_insert=True)
    except Exception:
        discard(stored.storage_key)
        raise
