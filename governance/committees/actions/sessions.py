"""A meeting in session: start, attendance, votes, decisions, notes (domain section 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from cat4.tenancy.context import current_organization_id
from governance.constants import Verb
from governance.parties.constants import SubjectKind
from hierarchy.organization.selectors import organization

from ..constants import MeetingState, Presence, VoteChoice
from ..models.meetings import AgendaItem, Attendance, LostVote, Meeting, MeetingAgenda, MeetingVote, MinuteNote
from ..models.resolutions import CommitteeDecision
from ..policies import may_cast_for, may_prepare, may_preside, may_record
from ..rules import Electorate
from ..selectors.meetings import hours_early, item_for_write, meeting_for_write, papers_lock_at
from ..selectors.seats import casting_member, electorate_at, seats_of
from ..selectors.subjects import Subject, load_subject
from .applying import Resolution
from .choosing import check_chosen, votes_on_outcome
from .lost_votes import checked_again, is_kept, keep_lost
from .meetings import lock_papers
from .resolving import ConditionAsk, Sitting, check_outcome, check_voted, resolve


@dataclass(frozen=True, slots=True)
class Seen:
    """How a member takes part, as it came in."""

    member_id: UUID
    presence: str
    represented_by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Entered:
    """Votes on an outcome by member, and what they said with them."""

    outcome: str
    votes: Mapping[UUID, str]
    comments: Mapping[UUID, str]


@transaction.atomic
def start_meeting(actor: Actor, meeting_id: UUID, *, confirmed: bool = False) -> Meeting:
    """Open the session on its day; papers that aren't locked yet are locked now. Who opens it is present.

    An hour or more before its time that has been said and `confirmed`; the ledger keeps it.

    Raises:
        Http404, NotAllowed; Conflict: it began, was cancelled, its day or the lock of its papers hasn't come, or it
        is hours early and that isn't confirmed.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_preside(actor, meeting.committee))
    _require_state(meeting, MeetingState.PLANNED)
    today = clock.today(organization().time_zone)
    day = meeting.starts_at.astimezone(ZoneInfo(organization().time_zone)).date()
    if today < day or clock.now() < papers_lock_at(meeting):
        raise Conflict("This meeting can be opened on its day.", current={"starts_at": meeting.starts_at.isoformat()})
    early = hours_early(meeting)
    if early and not confirmed:
        said = f"This meeting starts in {early} hours. Confirm that it is opened now, or open it at its time."
        raise Conflict(said, current={"starts_at": meeting.starts_at.isoformat(), "hours_early": early})
    if not MeetingAgenda.objects.filter(meeting=meeting).exists():
        lock_papers(actor, meeting)
    meeting.start()
    meeting.started_at, meeting.chaired_by_id = clock.now(), actor.user_id
    meeting.save(update_fields=["state", "started_at", "chaired_by"])
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            member_id=seat.member_id,
            role=seat.role,
            presence=Presence.PRESENT if seat.member_id == actor.user_id else Presence.ABSENT,
        )
        for seat in seats_of(meeting.committee)
    )
    before = f", {early} hours before its time" if early else ""
    more = {"hours_early": early} if early else {}
    _note(actor, Verb.MEETING_STARTED, meeting, f"opened a meeting of {meeting.committee.name}{before}", **more)
    return meeting


@transaction.atomic
def take_attendance(actor: Actor, meeting_id: UUID, *, seen: Iterable[Seen]) -> Meeting:
    """Who is present, absent or represented, and by whom. Who isn't named stays as they were.

    Raises:
        Http404, NotAllowed, Conflict: it is not in session; Invalid by member.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_prepare(actor, meeting.committee, "take the attendance"))
    _require_state(meeting, MeetingState.IN_SESSION)
    rows = {row.member_id: row for row in Attendance.objects.filter(meeting=meeting).select_related("member")}
    problems = Problems()
    for attendance in seen:
        if attendance.member_id not in rows or attendance.presence not in Presence.values:
            problems.add(
                str(attendance.member_id), "Choose present, absent or represented, for a member of this meeting."
            )
            continue
        row = rows[attendance.member_id]
        row.presence = attendance.presence
        row.represented_by_id = attendance.represented_by_id if attendance.presence == Presence.REPRESENTED else None
    _check_proxies(problems, rows)
    problems.stop_if_any()
    for row in rows.values():
        row.save(update_fields=["presence", "represented_by"])
    change = {row.member.name: row.presence for row in rows.values()}
    summary = f"took the attendance of {meeting.committee.name}"
    record(actor, Verb.MEETING_ATTENDED, meeting, summary=summary, change=change)
    return meeting


def _check_proxies(problems: Problems, rows: Mapping[UUID, Attendance]) -> None:
    """A stand-in is an active person who is there, and stands in for one member only."""
    active = active_member_ids(current_organization_id())
    taken: set[UUID] = set()
    for row in rows.values():
        proxy = row.represented_by_id
        if row.presence != Presence.REPRESENTED:
            continue
        if proxy is None or proxy not in active or proxy == row.member_id:
            problems.add(str(row.member_id), f"Name who represents {row.member.name}.")
        elif proxy in taken:
            problems.add(str(row.member_id), "A person stands in for one member only.")
        elif proxy in rows and rows[proxy].presence != Presence.PRESENT:
            problems.add(str(row.member_id), f"{rows[proxy].member.name} is not present.")
        else:
            taken.add(proxy)


@transaction.atomic
def cast_vote(
    actor: Actor, item_id: UUID, *, choice: str, outcome: str = "", member_id: UUID | None = None, comment: str = ""
) -> MeetingVote:
    """Vote on an item in session, by default for oneself and on what was asked for. It may change until decided.

    Raises:
        Http404, NotAllowed, Conflict: not in session, or decided; Invalid on `choice` or `outcome`.
    """
    item = _open_item(actor, item_id)
    member_id = member_id or actor.user_id
    voters = electorate_at(item.meeting, item)
    require(may_cast_for(actor, item.meeting.committee, voters, member_id))
    subject = load_subject(item.subject_kind, item.subject_id)
    problems = Problems()
    checks.choice(problems, "choice", choice, VoteChoice)
    comment = checks.text(problems, "comment", comment, limit=2000)
    outcome = outcome or subject.proposed
    if subject.asks_choice and not outcome:
        check_chosen(problems, subject, choice, outcome)
    elif outcome not in subject.outcomes:
        problems.add("outcome", f"Choose one of: {', '.join(subject.outcomes.values())}.")
    problems.stop_if_any()
    vote = _write_vote(actor, item, member_id, outcome=outcome, choice=choice, comment=comment)
    label = VoteChoice(choice).label.lower()
    record(
        actor, Verb.VOTE_CAST, vote, summary=f"voted {label} on {item.title}", change={"choice": choice},
        measure_id=item.measure_id,
    )  # fmt: skip
    return vote


def _write_vote(
    actor: Actor, item: AgendaItem, member_id: UUID, *, outcome: str, choice: str, comment: str = ""
) -> MeetingVote:
    cast = {
        "outcome": outcome,
        "choice": choice,
        "comment": comment,
        "cast_by_id": actor.user_id,
        "cast_at": clock.now(),
    }
    return MeetingVote.objects.update_or_create(item=item, member_id=member_id, defaults=cast)[0]


@transaction.atomic
def decide_item(
    actor: Actor,
    item_id: UUID,
    *,
    outcome: str,
    reason: str,
    votes: Mapping[UUID, str] | None = None,
    unanimous: bool = False,
    comments: Mapping[UUID, str] | None = None,
    again: str = "",
    details: Mapping[str, str] | None = None,
    conditions: Iterable[ConditionAsk] = (),
    supersedes_id: UUID | None = None,
    effective_on: date | None = None,
) -> CommitteeDecision | LostVote:
    """Put an outcome to the vote. Carried it applies itself; of two who record at once one wins.

    A vote that is lost or tied decides nothing and is kept; the same is voted on again in this meeting only with a
    reason, `again`. A motion that is lost is decided: it is declined.

    `votes` are entered with it, `comments` are what members said with theirs; `unanimous` is a vote for it of
    everybody who may vote and is there. What a member, or who stands in for them, cast on this outcome stays theirs:
    nobody enters another vote over it. What was incomplete when the papers locked can only be returned.

    Raises:
        Http404, NotAllowed; Conflict: not in session, decided, no quorum, nobody voted.
        Invalid: by field, or by rule what doesn't hold.
    """
    item = _open_item(actor, item_id)
    meeting = item.meeting
    require(may_preside(actor, meeting.committee, "record a decision"))
    voters = electorate_at(meeting, item)
    require(may_record(actor, voters))
    subject = load_subject(item.subject_kind, item.subject_id)
    if subject.motion is not None and not subject.is_open:
        raise Conflict("This motion was withdrawn. There is nothing to decide.")
    subject = replace(subject, missing=tuple(dict.fromkeys((*item.missing, *subject.missing))))
    check_outcome(subject, outcome)
    again = checked_again(item, outcome, again)
    given = {seat.member_id: VoteChoice.FOR.value for seat in voters.present} if unanimous else dict(votes or {})
    _enter_votes(actor, item, subject, voters, _Entered(outcome, given, comments or {}))
    sitting = _sitting(item, subject, voters, outcome, again)
    check_voted(sitting)
    if is_kept(subject, sitting):
        return keep_lost(actor, sitting, subject, outcome, reason)
    return resolve(
        actor,
        sitting,
        subject,
        Resolution(outcome, reason, details or {}),
        conditions=conditions,
        supersedes_id=supersedes_id,
        effective_on=effective_on,
    )


def _sitting(item: AgendaItem, subject: Subject, voters: Electorate, outcome: str, again: str) -> Sitting:
    """The votes on an outcome of those who are there."""
    present = {seat.member_id for seat in voters.present}
    cast = [found for found in votes_on_outcome(item, subject, voters, outcome) if found.vote.member_id in present]
    return Sitting(
        item.meeting.committee,
        voters,
        {found.vote.member_id: found.choice for found in cast},
        item=item,
        comments={found.vote.member_id: found.vote.comment for found in cast if found.vote.comment},
        casting_id=casting_member(item),
        again=again,
    )


def _enter_votes(actor: Actor, item: AgendaItem, subject: Subject, voters: Electorate, entered: _Entered) -> None:
    problems, counted = Problems(), votes_on_outcome(item, subject, voters, entered.outcome)
    own = {found.vote.member_id: found for found in counted if found.is_own}
    new = {pk: choice for pk, choice in entered.votes.items() if pk not in own or own[pk].choice != choice}
    for member_id, choice in new.items():
        require(may_cast_for(actor, item.meeting.committee, voters, member_id))
        checks.choice(problems, f"votes.{member_id}", choice, VoteChoice)
        cast = own.get(member_id)
        if cast is not None and cast.vote.cast_by_id != actor.user_id:
            problems.add(f"votes.{member_id}", f"{cast.in_words}, and only they change that.")
    said_by = {pk: checks.text(problems, f"comments.{pk}", text, limit=2000) for pk, text in entered.comments.items()}
    problems.stop_if_any()
    for member_id, choice in new.items():
        _write_vote(actor, item, member_id, outcome=entered.outcome, choice=choice, comment=said_by.get(member_id, ""))


def _open_item(actor: Actor, item_id: UUID) -> AgendaItem:
    """An item of a meeting in session, not decided; the meeting is locked."""
    item = item_for_write(actor, item_id)
    _require_state(item.meeting, MeetingState.IN_SESSION)
    # A motion may stand on two agendas, where a meeting was reopened: it is decided once.
    same = Q(item=item) | Q(subject_kind=SubjectKind.MOTION, subject_id=item.subject_id)
    decision = CommitteeDecision.objects.select_related("decided_by").filter(same).first()
    if decision is not None:
        raise Conflict(
            f"{decision.decided_by.name} recorded decision {decision.number} on this item in the meantime: "
            f"{decision.outcome_label.lower()}.",
            current={"decision": decision.number, "outcome": decision.outcome},
        )
    return item


@transaction.atomic
def add_minute_note(actor: Actor, meeting_id: UUID, *, text: str, item_id: UUID | None = None) -> MinuteNote:
    """Write what was said into the minutes, until they are signed.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `text` or `item_id`.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_prepare(actor, meeting.committee, "write the minutes"))
    _require_state(meeting, MeetingState.IN_SESSION, MeetingState.CLOSED)
    problems = Problems()
    text = checks.text(problems, "text", text, required=True)
    if item_id is not None and not meeting.items.filter(pk=item_id).exists():
        problems.add("item_id", "Choose an item of this meeting.")
    problems.stop_if_any()
    note = MinuteNote.objects.create(
        meeting=meeting, item_id=item_id, text=text, author_id=actor.user_id, at=clock.now()
    )
    record(actor, Verb.MEETING_NOTED, note, summary="wrote a note into the minutes", reason=text)
    return note


def _require_state(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        state = meeting.get_state_display().lower()
        raise Conflict(f"This meeting is {state}.", current={"state": meeting.state})


def _note(actor: Actor, verb: Verb, meeting: Meeting, what: str, **change: object) -> None:
    record(actor, verb, meeting, summary=what, change={"starts_at": meeting.starts_at, **change}, ledger=True)
