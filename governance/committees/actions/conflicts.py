"""What people take back from a committee: a member the vote, for a conflict of interest, an asker the motion."""

from uuid import UUID

from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from governance.constants import Verb
from governance.parties.constants import SubjectKind
from governance.parties.models import ConflictDeclaration
from governance.parties.selectors.conflicts import who_declared
from hierarchy.committees.selectors import committee_for_write

from ..constants import RUNNING, CirculationState, MeetingState
from ..models.meetings import MeetingVote, Motion
from ..models.resolutions import Circulation, CirculationVote, CommitteeDecision
from ..policies import may_declare_conflict, may_withdraw_motion
from ..selectors.overview import visible_committee
from ..selectors.subjects import Subject, load_subject
from .settling import settle_if_decided


@transaction.atomic
def declare_conflict(actor: Actor, *, subject_kind: str, subject_id: UUID, reason: str) -> ConflictDeclaration:
    """A member has an interest in what is to be decided: they count no more, and a vote that they cast is taken back.

    It stands for every meeting and circulation on the same subject (domain section 13).

    Raises:
        Http404, NotAllowed; Conflict: it is decided, or declared already; Invalid on `reason`.
    """
    subject = load_subject(subject_kind, subject_id)
    if subject.committee_id is None:
        raise Http404("This comes before no committee.")
    visible_committee(actor, subject.committee_id)
    committee = committee_for_write(subject.committee_id)
    require(may_declare_conflict(actor, committee))
    reason = _reasoned(reason)
    if not subject.is_open or _is_decided(subject):
        raise Conflict("This is decided or withdrawn already.")
    if actor.user_id in who_declared(subject.kind, subject.id):
        raise Conflict("You declared a conflict of interest on this already.")
    declaration = ConflictDeclaration.objects.create(
        committee=committee,
        subject_kind=subject.kind,
        subject_id=subject.id,
        measure=subject.measure,
        member_id=actor.user_id,
        reason=reason,
        at=clock.now(),
    )
    record(
        actor, Verb.CONFLICT_DECLARED, declaration, summary=f"declared a conflict of interest on {subject.title}",
        change={"subject": [subject.kind, subject.id]}, reason=reason, ledger=True,
        measure_id=subject.measure.pk if subject.measure else None,
    )  # fmt: skip
    _take_back_votes(actor, subject)
    return declaration


def _is_decided(subject: Subject) -> bool:
    """A motion is open as long as it isn't withdrawn, decided or not."""
    found = CommitteeDecision.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    return subject.motion is not None and found.exists()


def _take_back_votes(actor: Actor, subject: Subject) -> None:
    about = {"subject_kind": subject.kind, "subject_id": subject.id}
    running = (MeetingState.PLANNED, MeetingState.IN_SESSION)
    cast = MeetingVote.objects.filter(member_id=actor.user_id, item__meeting__state__in=running)
    cast.filter(**{f"item__{name}": value for name, value in about.items()}).delete()
    for circulation in Circulation.objects.select_for_update(of=("self",)).filter(
        state=CirculationState.OPEN, **about
    ):  # fmt: skip
        CirculationVote.objects.filter(circulation=circulation, member_id=actor.user_id).delete()
        settle_if_decided(circulation)


@transaction.atomic
def withdraw_motion(actor: Actor, motion_id: UUID, *, reason: str) -> Motion:
    """Take an own motion back before it is decided; it leaves the agenda, and the ledger keeps both.

    Raises:
        Http404, NotAllowed; Conflict: decided, withdrawn, or in circulation; Invalid on `reason`.
    """
    found = Motion.objects.select_for_update(of=("self",)).select_related("committee", "proposed_by", "measure")
    motion = found.filter(pk=motion_id).first()
    if motion is None:
        raise Http404("There is no such motion.")
    visible_committee(actor, motion.committee_id)
    require(may_withdraw_motion(actor, motion))
    reason = _reasoned(reason)
    went_round = set(Circulation.objects.filter(motion=motion).values_list("state", flat=True))
    if went_round.intersection(RUNNING):
        raise Conflict("This motion is in circulation. Withdraw the circulation first.")
    is_decided = CommitteeDecision.objects.filter(subject_kind=SubjectKind.MOTION, subject_id=motion.pk).exists()
    if is_decided or motion.withdrawn_at is not None or went_round - {CirculationState.LAPSED}:
        raise Conflict("This motion is decided or withdrawn already.")
    motion.withdrawn_at = clock.now()
    motion.save(update_fields=["withdrawn_at"])
    record(
        actor, Verb.MOTION_WITHDRAWN, motion, summary=f"withdrew the motion {motion.title}", reason=reason,
        measure_id=motion.measure_id, ledger=True,
    )  # fmt: skip
    return motion


def _reasoned(reason: str) -> str:
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True, limit=2000)
    problems.stop_if_any()
    return reason
