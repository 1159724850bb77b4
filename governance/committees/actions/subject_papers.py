"""Attaching a paper to an item or a motion (domain section 13)."""

from dataclasses import asdict
from typing import IO
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, require
from governance.constants import Verb
from measures.evidence.kinds import Unfit
from measures.evidence.storage import discarded_on_failure, open_stored, store

from ..models.subject_papers import SubjectPaper
from ..policies import may_attach_paper
from ..selectors.overview import visible_committee
from ..selectors.subject_papers import visible_paper
from ..selectors.subjects import load_subject


@transaction.atomic
def attach_paper(actor: Actor, *, subject_kind: str, subject_id: UUID, file: File, title: str = "") -> SubjectPaper:
    """Keep a file as a paper on what a committee decides. After the papers have locked it is marked late.

    Raises:
        Http404, NotAllowed; Conflict: it is decided or withdrawn.
        Invalid: on `title`, or on `file` when it is too large or of a kind that isn't taken.
    """
    subject = load_subject(subject_kind, subject_id)
    if subject.committee_id is None:
        raise Http404("This comes before no committee.")
    committee = visible_committee(actor, subject.committee_id)
    require(may_attach_paper(actor, committee, subject))
    if not subject.is_open:
        raise Conflict("This is decided or withdrawn already: its papers stand.")
    problems = Problems()
    title = checks.text(problems, "title", title or str(file.name or ""), limit=200, required=True)
    problems.stop_if_any()
    try:
        stored = store(actor.organization_id, file)
    except Unfit as error:
        raise Invalid({"file": str(error)}) from error
    with discarded_on_failure(stored.storage_key):
        paper = SubjectPaper.objects.create(
            committee=committee,
            subject_kind=subject.kind,
            subject_id=subject.id,
            title=title,
            uploaded_by_id=actor.user_id,
            uploaded_at=clock.now(),
            **asdict(stored),
        )
    measure_id = subject.measure.pk if subject.measure else None
    change = {"file_name": paper.file_name, "sha256": paper.sha256, "size": paper.size}
    summary = f"attached the paper {title} to {subject.title}"
    record(actor, Verb.PAPER_ATTACHED, paper, summary=summary, change=change, measure_id=measure_id, ledger=True)
    return paper


def open_paper(actor: Actor, paper_id: UUID) -> tuple[SubjectPaper, IO[bytes]]:
    """The file of a paper, for whoever follows the committee.

    Raises:
        Http404: also when the storage has lost the file.
    """
    paper = visible_paper(actor, paper_id)
    try:
        return paper, open_stored(paper.storage_key)
    except FileNotFoundError as error:
        raise Http404("The file is not in the storage. Tell your administrator.") from error
