"""Evidence: uploaded with its hash, attached to what it proves, withdrawn but never deleted (domain section 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.audit.facts import rows_held
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid
from cat4.outbox.actions import publish
from cat4.wording import listed
from hierarchy.organization.selectors import organization
from measures.constants import DocumentPurpose, EvidenceClass, Lifecycle, Topic, Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change, part_to_change, visible_part
from measures.models import Document, DocumentLine, DocumentOpening, EffectLine, Measure, Milestone

from .kinds import Unfit
from .policies import may_attach_document, may_upload_document, may_withdraw_document
from .selectors import document_rows, is_proving, opening_row, why_asked_again, withdrawn_before
from .storage import StoredFile, discarded_on_failure, open_stored, store

GENERATED = "The closing protocol is written when the closure is signed. Upload what it rests on as closing evidence."


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
    line_ids: Iterable[UUID] = (),
    again_because: str = "",
) -> Document:
    """Keep a file as evidence. A milestone's evidence names its milestone, a closing one its class and lines.

    The very file that was withdrawn from this measure needs a reason to count again, which is kept with it.

    Raises:
        Http404, NotAllowed; Invalid by argument, `file` when it is too large or of a kind that isn't taken.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_upload_document)
    problems = Problems()
    title = checks.text(problems, "title", title or str(file.name or ""), limit=200, required=True)
    purpose = checks.choice(problems, "purpose", purpose, DocumentPurpose)
    if evidence_class:
        evidence_class = checks.choice(problems, "evidence_class", evidence_class, EvidenceClass)
    if purpose == DocumentPurpose.CLOSURE:
        problems.add("purpose", GENERATED)
    if purpose == DocumentPurpose.EVIDENCE and not evidence_class:
        problems.add("evidence_class", "Name the class of evidence.")
    milestone = _milestone(problems, measure, milestone_id, purpose)
    lines = _lines(problems, measure, line_ids)
    again_because = checks.text(problems, "again_because", again_because)
    problems.stop_if_any()
    try:
        stored = store(actor.organization_id, file)
    except Unfit as error:
        raise Invalid({"file": str(error)}) from error
    with discarded_on_failure(stored.storage_key):
        gone = _why_asked_again(measure, stored, again_because)
        document = Document.objects.create(
            measure=measure, milestone=milestone, purpose=purpose, evidence_class=evidence_class, title=title,
            uploaded_by_id=actor.user_id, uploaded_at=clock.now(), again_because=again_because if gone else "",
            **asdict(stored),
        )  # fmt: skip
        DocumentLine.objects.bulk_create(DocumentLine(document=document, line=line) for line in lines)
    proves = ([milestone.name] if milestone else []) + [line.name for line in lines]
    summary = f"uploaded {document.title}" + (f" as evidence of {listed(proves)}" if proves else "")
    change = {
        "file_name": document.file_name, "sha256": document.sha256, "size": document.size,
        "lines": [line.name for line in lines],
    }  # fmt: skip
    if gone:
        summary += f"; {gone[:1].lower()}{gone[1:]}"
    _note(actor, Verb.DOCUMENT_UPLOADED, document, summary, change=change, reason=document.again_because)
    return document


def _why_asked_again(measure: Measure, stored: StoredFile, again_because: str) -> str:
    """The sentence on the same file that was withdrawn before; empty where there is none.

    Raises:
        Invalid: there is one, and nobody says why it counts again.
    """
    before = withdrawn_before(measure, stored.sha256)
    if before is None:
        return ""
    sentence = why_asked_again(before, organization().time_zone)
    if not again_because:
        raise Invalid({"again_because": f"{sentence} Say why it counts now."})
    return sentence


@transaction.atomic
def attach_document(actor: Actor, document_id: UUID, *, line_ids: Iterable[UUID]) -> Document:
    """Say which effect lines a document is evidence for, all of them at once; none detaches it.

    Raises:
        Http404, NotAllowed; Invalid on `line_ids`.
    """
    document = part_to_change(actor, Document, document_id)
    actor = act_as(actor, document, may_attach_document)
    problems = Problems()
    lines = _lines(problems, document.measure, line_ids)
    if lines and not document.evidence_class:
        problems.add("line_ids", "The document names no class of evidence. Upload it as closing evidence, with one.")
    problems.stop_if_any()
    before = sorted(document.lines.values_list("name", flat=True))
    after = sorted(line.name for line in lines)
    if before == after:
        return document
    document.line_links.all().delete()
    DocumentLine.objects.bulk_create(DocumentLine(document=document, line=line) for line in lines)
    summary = f"attached {document.title} to {listed(after)}" if after else f"detached {document.title} from its lines"
    _note(actor, Verb.DOCUMENT_ATTACHED, document, summary, change={"lines": [before, after]})
    return document


@transaction.atomic
def open_document(actor: Actor, document_id: UUID) -> tuple[Document, IO[bytes]]:
    """The file of a document; who opened it and when is kept, because a signature says what was not looked at.

    The first time that somebody opens what proves something is in the ledger: more often adds nothing to that.

    Raises:
        Http404: also when the storage has lost the file.
    """
    document = visible_part(actor, Document, document_id)
    try:
        content = open_stored(document.storage_key)
    except FileNotFoundError as error:
        raise Http404("The file is not in the storage. Tell your administrator.") from error
    earlier = DocumentOpening.objects.filter(document=document, person_id=actor.user_id).exists()
    opening = DocumentOpening.objects.create(document=document, person_id=actor.user_id, at=clock.now())
    if not earlier and is_proving(document):
        record(
            actor, Verb.DOCUMENT_OPENED, document, summary=f"opened {document.title}",
            change={"sha256": document.sha256, **rows_held(openings=[opening_row(opening)])},
            measure_id=document.measure_id, ledger=True,
        )  # fmt: skip
    return document, content


def keep_generated(actor: Actor, measure: Measure, content: bytes, *, title: str) -> Document:
    """Store a PDF that an action wrote itself; the caller holds the measure's lock and records it."""
    stored = store(actor.organization_id, ContentFile(content, name=f"{title}.pdf"))
    with discarded_on_failure(stored.storage_key):
        return Document.objects.create(
            measure=measure, purpose=DocumentPurpose.CLOSURE, title=title,
            uploaded_by_id=actor.user_id, uploaded_at=clock.now(), **asdict(stored),
        )  # fmt: skip


@transaction.atomic
def withdraw_document(actor: Actor, document_id: UUID, *, reason: str) -> Document:
    """Say that a document no longer proves anything, and why; the file and its hash stay on record.

    Whoever uploaded it is told.

    Raises:
        Http404, NotAllowed; Conflict when it was withdrawn before; Invalid on `reason`.
    """
    document = part_to_change(actor, Document, document_id)
    actor = act_as(actor, document, may_withdraw_document)
    if document.withdrawn_at is not None:
        raise Conflict(f"{document.title} is withdrawn already.", current={"withdrawn_at": document.withdrawn_at})
    problems = Problems()
    is_closed = document.measure.lifecycle == Lifecycle.CLOSED
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    document.withdrawn_at, document.withdrawn_by_id, document.withdraw_reason = clock.now(), actor.user_id, reason
    document.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    change = {"sha256": document.sha256, "withdrawn_at": [None, document.withdrawn_at]}
    _note(actor, Verb.DOCUMENT_WITHDRAWN, document, f"withdrew {document.title}", change=change, reason=reason)
    tell(
        "evidence.withdrawn", actor, document.measure, event=f"document:{document.pk}:withdrawn",
        people=[document.uploaded_by_id], path=f"/measures/{document.measure_id}/documents/",
        title=document.title, reason=reason,
    )  # fmt: skip
    if is_closed:
        publish(Topic.EVIDENCE_WITHDRAWN, document.measure_id)
    return document


def _note(
    actor: Actor, verb: Verb, document: Document, summary: str, *, change: Mapping[str, object], reason: str = ""
) -> None:
    """Of what proves something the ledger holds the row as it is from now on; of background the audit tells."""
    proves = is_proving(document)
    if proves:
        change = {**change, **rows_held(evidence=document_rows(Document.objects.filter(pk=document.pk)))}
    note(actor, verb, document, document.measure, summary, change=change, reason=reason, ledger=proves)


def _lines(problems: Problems, measure: Measure, line_ids: Iterable[UUID]) -> list[EffectLine]:
    """Effect lines of this measure, in their order."""
    wanted = set(line_ids)
    lines = [line for line in measure.lines.all() if line.pk in wanted]
    if len(lines) != len(wanted):
        problems.add("line_ids", "Choose effect lines of this measure.")
    return lines


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
