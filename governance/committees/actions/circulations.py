"""Decisions between meetings: a question goes round, the members vote online (domain section 13)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import naming_duplicates
from cat4.errors import Conflict, Invalid, require
from governance.acting import acts_by_rule
from governance.constants import Verb
from governance.parties.constants import SubjectKind
from governance.parties.rules import ALONE
from governance.parties.selectors.places import require_nowhere_else
from hierarchy.committees.selectors import committee_for_write
from hierarchy.models import Committee
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import organization
from measures.models import Document

from ..constants import RUNNING, CirculationState, VoteChoice
from ..models.meetings import Motion
from ..models.resolutions import Circulation, CirculationVote, CommitteeDecision
from ..notices import tell_vote_asked
from ..policies import may_prepare, may_preside, may_vote, may_withdraw_circulation
from ..selectors.circulations import circulation_for_write, visible_circulation
from ..selectors.lost_votes import was_not_carried
from ..selectors.overview import visible_committee
from ..selectors.seats import electorate_of
from ..selectors.subjects import Subject, load_subject
from .choosing import check_chosen
from .resolving import ConditionAsk, check_outcome
from .settling import apply_carried, settle_if_decided

LONGEST_DAYS = 60


@transaction.atomic
def open_circulation(
    actor: Actor,
    committee_id: UUID,
    *,
    subject_kind: str,
    subject_id: UUID | None = None,
    question: str,
    closes_on: date,
    title: str = "",
    outcome: str = "",
    recommendation: str = "",
    link: str = "",
    document_id: UUID | None = None,
    details: Mapping[str, str] | None = None,
    again: str = "",
) -> Circulation:
    """Put a question to the members until `closes_on`, the last day on which they may vote.

    `outcome` is what is proposed, by default what was asked for; `details` what it needs besides a reason. A motion
    without `subject_id` is written with it. Opened by chair, deputy, a portfolio manager, or a rule. A person who asks
    again after a vote that was not carried says why, `again`.

    Raises:
        Http404, NotAllowed; Conflict: it is in circulation already, or no longer open.
        Invalid: by field, or by what is missing of its papers.
    """
    committee = committee_for_write(committee_id)
    if not acts_by_rule(actor):
        visible_committee(actor, committee_id)
        require(may_prepare(actor, committee, "open a circulation"))
    question, recommendation = _checked(question, recommendation, closes_on, link)
    subject = _subject(actor, committee, subject_kind, subject_id, title=title, text=question)
    outcome = _proposed(subject, outcome)
    circulation = Circulation(
        committee=committee,
        subject_kind=subject.kind,
        subject_id=subject.id,
        request=subject.request,
        motion=subject.motion,
        measure=subject.measure,
        title=subject.title,
        question=question,
        outcome=outcome,
        details=dict(details or subject.proposed_details),
        again=_checked_again(actor, subject, outcome, again),
        recommendation=recommendation or subject.recommendation,
        link=link,
        document=_document(subject, document_id),
        opened_by_id=None if acts_by_rule(actor) else actor.user_id,
        opened_at=clock.now(),
        closes_on=closes_on,
        effect=committee.circulation_effect,
    )
    _insert(circulation)
    tell_vote_asked(circulation)
    change = {"outcome": outcome, "closes_on": closes_on, "subject": [subject.kind, subject.id]}
    summary = f"opened a circulation of {committee.name}: {circulation.title}"
    _note(actor, Verb.CIRCULATION_OPENED, circulation, summary, change=change, reason=question)
    return circulation


def _proposed(subject: Subject, outcome: str) -> str:
    """What is proposed, by default what was asked for; empty where the members choose."""
    outcome = outcome or subject.proposed
    if outcome or not subject.asks_choice:
        check_outcome(subject, outcome)
    return outcome


def _checked(question: str, recommendation: str, closes_on: object, link: str) -> tuple[str, str]:
    problems = Problems()
    question = checks.text(problems, "question", question, required=True)
    recommendation = checks.text(problems, "recommendation", recommendation)
    _check_closing(problems, closes_on)
    _check_link(problems, link)
    problems.stop_if_any()
    return question, recommendation


def _check_closing(problems: Problems, closes_on: object) -> None:
    today = clock.today(organization().time_zone)
    if not isinstance(closes_on, date) or not today < closes_on <= today + timedelta(days=LONGEST_DAYS):
        problems.add("closes_on", f"Enter a day after today, at most {LONGEST_DAYS} days ahead.")


def _check_link(problems: Problems, link: str) -> None:
    if not link:
        return
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError:
        problems.add("link", "Enter a whole address, beginning with https://.")


def _subject(
    actor: Actor, committee: Committee, kind: str, subject_id: UUID | None, *, title: str, text: str
) -> Subject:
    if kind == SubjectKind.MOTION and subject_id is None:
        subject_id = _new_motion(actor, committee, title or text.splitlines()[0][:200], text).pk
    if subject_id is None or kind not in SubjectKind.values:
        raise Invalid({"subject_kind": "Choose what the question is about."})
    subject = load_subject(kind, subject_id)
    if subject.committee_id != committee.pk:
        raise Invalid({"subject_id": f"This doesn't come before {committee.name}."})
    if not subject.is_open:
        raise Conflict("This is decided or withdrawn already.")
    require_nowhere_else(subject.kind, subject.id, ALONE)
    return subject


def _checked_again(actor: Actor, subject: Subject, outcome: str, again: str) -> str:
    problems = Problems()
    again = checks.text(problems, "again", again)
    if not again and not acts_by_rule(actor) and was_not_carried(subject, outcome):
        problems.add("again", "A vote on this was not carried. Say why the members are asked again.")
    problems.stop_if_any()
    return again


def _new_motion(actor: Actor, committee: Committee, title: str, text: str) -> Motion:
    proposed_by = None if acts_by_rule(actor) else actor.user_id
    return Motion.objects.create(
        committee=committee, title=title, text=text, proposed_by_id=proposed_by, proposed_at=clock.now()
    )


def _document(subject: Subject, document_id: UUID | None) -> Document | None:
    """A document of the measure that the question is about."""
    if document_id is None:
        return None
    of_measure = Document.objects.filter(measure=subject.measure, withdrawn_at__isnull=True)
    document = of_measure.filter(pk=document_id).first()
    if document is None:
        raise Invalid({"document_id": "Choose a document of the measure."})
    return document


def _insert(circulation: Circulation) -> None:
    running = Conflict("This is in circulation already.")
    with naming_duplicates({"circulation_one_open": running, "circulation_one_topic": running}):
        circulation.save(force_insert=True)


@transaction.atomic
def vote_by_circulation(
    actor: Actor, circulation_id: UUID, *, choice: str, comment: str = "", outcome: str = ""
) -> CirculationVote:
    """Vote, or change the vote while it is open. Once more than half of those entitled agree, it is settled.

    Where nothing is proposed, a vote is for one `outcome`, or abstains.

    Raises:
        Http404, NotAllowed, Conflict: it is settled, or its last day is over; Invalid by argument.
    """
    visible_circulation(actor, circulation_id)
    circulation = circulation_for_write(circulation_id)
    _require_open(circulation)
    voters = electorate_of(circulation)
    require(may_vote(voters, actor.user_id))
    problems = Problems()
    checks.choice(problems, "choice", choice, VoteChoice)
    comment = checks.text(problems, "comment", comment, limit=2000)
    if not circulation.outcome:
        subject = load_subject(circulation.subject_kind, circulation.subject_id)
        check_chosen(problems, subject, choice, outcome)
    problems.stop_if_any()
    cast = {
        "outcome": circulation.outcome or outcome,
        "choice": choice,
        "comment": comment,
        "cast_by_id": actor.user_id,
        "cast_at": clock.now(),
    }
    vote, _ = CirculationVote.objects.update_or_create(circulation=circulation, member_id=actor.user_id, defaults=cast)
    summary = f"voted {VoteChoice(choice).label.lower()} on {circulation.title}"
    _note(actor, Verb.VOTE_CAST, circulation, summary, change={"choice": choice}, reason=comment)
    settle_if_decided(circulation)
    return vote


def _require_open(circulation: Circulation) -> None:
    over = circulation.closes_on < clock.today(organization().time_zone)
    if circulation.state != CirculationState.OPEN or over:
        state = "closed" if over else circulation.get_state_display().lower()
        raise Conflict(f"This circulation is {state}: no more votes are taken.", current={"state": circulation.state})


@transaction.atomic
def confirm_circulation(
    actor: Actor,
    circulation_id: UUID,
    *,
    reason: str,
    conditions: Iterable[ConditionAsk] = (),
    supersedes_id: UUID | None = None,
) -> CommitteeDecision:
    """The chair records and applies what was carried.

    Raises:
        Http404, NotAllowed, Conflict: it was not carried, or somebody was faster; Invalid.
    """
    visible_circulation(actor, circulation_id)
    circulation = circulation_for_write(circulation_id)
    require(may_preside(actor, circulation.committee, "confirm what was carried"))
    if circulation.state != CirculationState.CARRIED:
        state = circulation.get_state_display().lower()
        raise Conflict(f"This circulation is {state}.", current={"state": circulation.state})
    return apply_carried(actor, circulation, reason=reason, conditions=conditions, supersedes_id=supersedes_id)


@transaction.atomic
def withdraw_circulation(actor: Actor, circulation_id: UUID, *, reason: str) -> Circulation:
    """Take an open question back; what was carried and can't be applied is left to the next meeting instead.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `reason`.
    """
    visible_circulation(actor, circulation_id)
    circulation = circulation_for_write(circulation_id)
    require(may_withdraw_circulation(actor, circulation))
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    take_back(actor, circulation, reason)
    return circulation


def take_back(actor: Actor, circulation: Circulation, reason: str) -> None:
    """End a question before it is applied, with the reason why. The caller holds the lock.

    Raises:
        Conflict: it has ended already.
    """
    if circulation.state == CirculationState.OPEN:
        circulation.withdraw()
    elif circulation.state == CirculationState.CARRIED:
        circulation.lapse()
    else:
        state = circulation.get_state_display().lower()
        raise Conflict(f"This circulation is {state}.", current={"state": circulation.state})
    circulation.ended_at, circulation.problem = clock.now(), reason
    circulation.save(update_fields=["state", "ended_at", "problem"])
    summary = f"withdrew the circulation {circulation.title}"
    _note(actor, Verb.CIRCULATION_ENDED, circulation, summary, change={"state": circulation.state}, reason=reason)


@transaction.atomic
def withdraw_with_request(request_id: UUID) -> bool:
    """Take back what runs about a request that was withdrawn or expired: nothing is left to decide, whoever voted.

    Done once, however often this runs.
    """
    running = Circulation.objects.filter(request_id=request_id, state__in=RUNNING)
    pk = running.values_list("pk", flat=True).first()
    circulation = circulation_for_write(pk) if pk else None
    if circulation is None or circulation.request is None or circulation.state not in RUNNING:
        return False
    ended = circulation.request.get_state_display().lower()
    take_back(rule_actor("rule"), circulation, f"The request was {ended}: there is nothing left to decide.")
    return True


def _note(actor: Actor, verb: Verb, circulation: Circulation, summary: str, **more: Any) -> None:
    record(actor, verb, circulation, summary=summary, measure_id=circulation.measure_id, ledger=True, **more)
