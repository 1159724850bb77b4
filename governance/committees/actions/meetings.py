"""Meetings: planned from the cadence, called, moved, cancelled; their papers locked (domain section 13)."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, require
from governance.constants import Verb
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.committees.cadence import Rhythm, at_local_time, on_working_day
from hierarchy.committees.selectors import committee_for_write
from hierarchy.constants import Cadence
from hierarchy.models import Committee
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import organization

from ..constants import PLANNED_WEEKS, MeetingState
from ..models.meetings import AgendaItem, Meeting, MeetingAgenda, Motion
from ..notices import tell_changed, tell_papers
from ..papers import paper_of, sections_of
from ..policies import may_change_dates, may_prepare
from ..selectors.agenda import agenda_of
from ..selectors.meetings import item_from, meeting_for_write, papers_lock_at
from ..selectors.overview import visible_committee

_LONGEST_AHEAD = timedelta(days=400)


@transaction.atomic
def plan_meetings(today: date) -> int:
    """Make the meetings of every cadence for the coming eight weeks; returns how many are new.

    A slot is made once: moved or cancelled, it is not made again. What nobody touched follows a changed cadence.
    Where days off push several slots to one day, or a meeting begins then already, the committee meets once.
    """
    planned = 0
    for pk in Committee.objects.filter(retired_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        planned += _plan(committee_for_write(pk), today)
    return planned


def _plan(committee: Committee, today: date) -> int:
    slots = _slots(committee, today)
    taken = {meeting.slot_on: meeting for meeting in committee.meetings.filter(slot_on__gte=today)}
    for slot_on, meeting in taken.items():
        if slot_on is not None and _is_untouched(meeting):
            _follow(meeting, slots.get(slot_on), committee.place)
    now = clock.now()
    busy = set(_live(committee).filter(starts_at__gt=now).values_list("starts_at", flat=True))
    new = [
        slot_on
        for slot_on, starts_at in slots.items()
        if slot_on not in taken and starts_at > now and starts_at not in busy
    ]
    for slot_on in new:
        Meeting.objects.create(
            committee=committee, slot_on=slot_on, starts_at=slots[slot_on], place=committee.place, called_at=now
        )
    return len(new)


def _slots(committee: Committee, today: date) -> dict[date, datetime]:
    """The days of the cadence within the coming weeks, each with the instant on its working day.

    Of several that days off push to one instant only the last is a slot: the one nearest to it.
    """
    weekday, start, meets_at = committee.cadence_weekday, committee.cadence_from, committee.meets_at
    if committee.cadence == Cadence.NONE or weekday is None or start is None or meets_at is None:
        return {}
    calendar, zone = work_calendar(), organization().time_zone
    rhythm = Rhythm(committee.cadence, weekday, start, committee.cadence_week or 1)
    days = rhythm.days(today, today + timedelta(weeks=PLANNED_WEEKS))
    by_instant = {at_local_time(on_working_day(day, calendar), meets_at, zone): day for day in days}
    return {day: starts_at for starts_at, day in by_instant.items()}


def _live(committee: Committee) -> QuerySet[Meeting]:
    return committee.meetings.exclude(state=MeetingState.CANCELLED)


def _is_untouched(meeting: Meeting) -> bool:
    return (
        meeting.state == MeetingState.PLANNED
        and not meeting.reason
        and not MeetingAgenda.objects.filter(meeting=meeting).exists()
    )


def _follow(meeting: Meeting, starts_at: datetime | None, place: str) -> None:
    """A planned meeting that nobody touched goes along with the cadence, its time and its place."""
    if starts_at is None:
        meeting.delete()
    elif (meeting.starts_at, meeting.place) != (starts_at, place):
        meeting.starts_at, meeting.place = starts_at, place
        meeting.save(update_fields=["starts_at", "place"])


@transaction.atomic
def call_meeting(actor: Actor, committee_id: UUID, *, starts_at: datetime, reason: str, place: str = "") -> Meeting:
    """An extra meeting beside the cadence. Called at short notice, its papers lock at once.

    Raises:
        Http404, NotAllowed; Invalid on `starts_at`, `reason` or `place`.
    """
    visible_committee(actor, committee_id)
    committee = committee_for_write(committee_id)
    require(may_prepare(actor, committee, "call a meeting"))
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    place = checks.text(problems, "place", place, limit=200)
    _check_start(problems, starts_at)
    _check_alone(problems, committee, starts_at)
    problems.stop_if_any()
    meeting = Meeting.objects.create(
        committee=committee,
        starts_at=starts_at,
        place=place or committee.place,
        called_by_id=actor.user_id,
        called_at=clock.now(),
        reason=reason,
    )
    tell_changed(meeting, "called")
    _note(actor, Verb.MEETING_CALLED, meeting, f"called a meeting of {committee.name}")
    return meeting


def _check_start(problems: Problems, starts_at: object) -> None:
    now = clock.now()
    if not isinstance(starts_at, datetime) or starts_at.tzinfo is None:
        problems.add("starts_at", "Enter a day and a time.")
    elif not now < starts_at < now + _LONGEST_AHEAD:
        problems.add("starts_at", "Enter a moment in the future, at most 400 days ahead.")


def _check_alone(problems: Problems, committee: Committee, starts_at: datetime, *, besides: UUID | None = None) -> None:
    others = _live(committee).filter(starts_at=starts_at)
    if (others.exclude(pk=besides) if besides else others).exists():
        problems.add("starts_at", f"{committee.name} meets then already. Choose another time, or that meeting.")


@transaction.atomic
def move_meeting(actor: Actor, meeting_id: UUID, *, starts_at: datetime, reason: str, place: str = "") -> Meeting:
    """Another day, time or place. What was locked already stays locked.

    Raises:
        Http404, NotAllowed; Conflict: it began or was cancelled; Invalid.
    """
    # Before the meeting's own lock, as planning takes them: no two are moved to one instant.
    committee_id = Meeting.objects.filter(pk=meeting_id).values_list("committee_id", flat=True).first()
    if committee_id is not None:
        committee_for_write(committee_id)
    meeting = _planned(actor, meeting_id)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    place = checks.text(problems, "place", place, limit=200)
    _check_start(problems, starts_at)
    _check_alone(problems, meeting.committee, starts_at, besides=meeting.pk)
    problems.stop_if_any()
    before = meeting.starts_at
    meeting.starts_at, meeting.reason, meeting.place = starts_at, reason, place or meeting.place
    meeting.sequence += 1
    meeting.save(update_fields=["starts_at", "reason", "place", "sequence"])
    tell_changed(meeting, "moved")
    _note(actor, Verb.MEETING_MOVED, meeting, f"moved a meeting of {meeting.committee.name}", before=before)
    return meeting


@transaction.atomic
def cancel_meeting(actor: Actor, meeting_id: UUID, *, reason: str) -> Meeting:
    """Call it off. Its slot of the cadence stays taken; what waits goes to the next meeting.

    Raises:
        Http404, NotAllowed; Conflict: it began or was cancelled; Invalid on `reason`.
    """
    meeting = _planned(actor, meeting_id)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    meeting.cancel()
    meeting.reason = reason
    meeting.sequence += 1
    meeting.save(update_fields=["state", "reason", "sequence"])
    tell_changed(meeting, "cancelled")
    _note(actor, Verb.MEETING_CANCELLED, meeting, f"cancelled a meeting of {meeting.committee.name}")
    return meeting


def _planned(actor: Actor, meeting_id: UUID) -> Meeting:
    meeting = meeting_for_write(actor, meeting_id)
    require(may_change_dates(actor, meeting.committee))
    if meeting.state != MeetingState.PLANNED:
        state = meeting.get_state_display().lower()
        raise Conflict(f"This meeting is {state}.", current={"state": meeting.state})
    return meeting


@transaction.atomic
def lock_due_papers() -> int:
    """Lock the papers of every planned meeting whose hour has come; again does nothing."""
    waiting = Meeting.objects.filter(state=MeetingState.PLANNED, agenda__isnull=True).order_by("starts_at", "pk")
    locked = 0
    for meeting in waiting.select_related("committee", "committee__node").select_for_update(of=("self",)):
        if papers_lock_at(meeting) <= clock.now():
            lock_papers(rule_actor("schedule"), meeting)
            locked += 1
    return locked


def lock_papers(actor: Actor, meeting: Meeting) -> MeetingAgenda:
    """Keep the agenda as it is; what comes later is for the next meeting. The caller holds the meeting's lock."""
    agenda = agenda_of(meeting)
    kept = MeetingAgenda.objects.create(
        meeting=meeting,
        sections=[asdict(section) for section in sections_of(agenda.opening, organization())],
        figures=agenda.figures,
        locked_at=clock.now(),
    )
    items = [item_from(meeting, number, entry) for number, entry in enumerate(agenda.items, start=1)]
    for item, subject in zip(items, agenda.items, strict=True):
        item.paper = paper_of(subject)
    AgendaItem.objects.bulk_create(items)
    change = {"items": [item.title for item in agenda.items], "late": [entry.title for entry in agenda.late]}
    summary = f"locked the papers of {meeting.committee.name} with {len(agenda.items)} items"
    tell_papers(meeting, len(agenda.items))
    record(actor, Verb.MEETING_PAPERS_LOCKED, meeting, summary=summary, change=change, ledger=True)
    return kept


@transaction.atomic
def put_motion(
    actor: Actor, committee_id: UUID, *, title: str, text: str = "", measure_id: UUID | None = None
) -> Motion:
    """Put a question of its own before the committee, such as the correction of a decision.

    Raises:
        Http404, NotAllowed; Invalid by field.
    """
    committee = visible_committee(actor, committee_id)
    require(may_prepare(actor, committee, "put a motion"))
    problems = Problems()
    title = checks.text(problems, "title", title, limit=200, required=True)
    text = checks.text(problems, "text", text)
    problems.stop_if_any()
    measure = committee.measures.filter(pk=measure_id).first() if measure_id else None
    if measure_id and measure is None:
        raise Invalid({"measure_id": f"Choose a measure that comes before {committee.name}."})
    motion = Motion.objects.create(
        committee=committee,
        measure=measure,
        title=title,
        text=text,
        proposed_by_id=actor.user_id,
        proposed_at=clock.now(),
    )
    summary = f"put a motion to {committee.name}: {title}"
    record(actor, Verb.MOTION_PUT, motion, summary=summary, reason=text, measure_id=measure_id)
    return motion


def _note(actor: Actor, verb: Verb, meeting: Meeting, what: str, **change: object) -> None:
    change = {"starts_at": meeting.starts_at, **change}
    record(actor, verb, meeting, summary=what, reason=meeting.reason, change=change, ledger=True)
