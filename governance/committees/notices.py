"""Whom committees tell: of papers, of votes that are asked for, of conditions. One notice per event and person."""

from datetime import date, timedelta
from typing import Any

from cat4 import clock
from cat4.notices.actions import notify

from .constants import ConditionState
from .models.meetings import Attendance, Meeting, Minutes
from .models.resolutions import Circulation, Condition
from .rules import tally
from .selectors.circulations import votes_on
from .selectors.seats import electorate_of, presiding_ids, seats_of

_REMIND_BEFORE = timedelta(days=7)


def tell_papers(meeting: Meeting, items: int) -> int:
    """The members, once the agenda stands."""
    facts = {
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "items": items,
        **_calendar(meeting),
    }
    people = [seat.member_id for seat in seats_of(meeting.committee)]
    return notify("meeting.papers", event=f"meeting:{meeting.pk}:papers", people=people, path=_of(meeting), facts=facts)


def tell_changed(meeting: Meeting, word: str) -> int:
    """The members, of a meeting that was called, moved or cancelled."""
    facts = {
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "reason": meeting.reason,
        "word": word,
        **_calendar(meeting),
    }
    event = f"meeting:{meeting.pk}:{word}:{meeting.sequence}:{meeting.starts_at.isoformat()}"
    people = [seat.member_id for seat in seats_of(meeting.committee)]
    return notify("meeting.changed", event=event, people=people, path=_of(meeting), facts=facts)


def _calendar(meeting: Meeting) -> dict[str, Any]:
    """What the entry of a calendar is made of, besides the rest."""
    return {"meeting_id": str(meeting.pk), "sequence": meeting.sequence, "told_at": clock.now()}


def tell_minutes(minutes: Minutes) -> int:
    """Every member, and who stood in for one, of minutes that were signed."""
    meeting = minutes.meeting
    seen = Attendance.objects.filter(meeting=meeting).values_list("member_id", "represented_by_id")
    people = {seat.member_id for seat in seats_of(meeting.committee)} | {person for pair in seen for person in pair}
    facts = {
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at,
        "signed_by": minutes.signed_by.name,
        "sha256": minutes.hash,
        "meeting_id": str(meeting.pk),
    }
    event = f"meeting:{meeting.pk}:minutes"
    return notify("meeting.minutes_signed", event=event, people=people, path=_of(meeting), facts=facts)


def _of(meeting: Meeting) -> str:
    return f"/committee/meetings/{meeting.pk}/"


def tell_vote_asked(circulation: Circulation, step: str = "opened") -> int:
    """Those who have a vote and haven't cast it."""
    voters = electorate_of(circulation, votes_on(circulation))
    return notify(
        "circulation.vote_asked", event=f"circulation:{circulation.pk}:{step}",
        people=[seat.member_id for seat in voters.entitled if not seat.is_present],
        path=_at(circulation), facts=_facts(circulation),
    )  # fmt: skip


def tell_settled(circulation: Circulation) -> int:
    """Chair, deputy and who opened it, of the result."""
    counted = tally(votes_on(circulation).values())
    facts = _facts(circulation) | {
        "state": circulation.get_state_display().lower(),
        "in_favour": counted.in_favour,
        "against": counted.against,
        "abstained": counted.abstained,
    }
    people = [*presiding_ids(circulation.committee), circulation.opened_by_id]
    return notify(
        "circulation.settled", event=f"circulation:{circulation.pk}:settled", people=people, path=_at(circulation),
        facts=facts,
    )  # fmt: skip


def _at(circulation: Circulation) -> str:
    return f"/committee/circulations/{circulation.pk}/"


def _facts(circulation: Circulation) -> dict[str, Any]:
    return {
        "committee": circulation.committee.name,
        "title": circulation.title,
        "question": circulation.question,
        "closes_on": circulation.closes_on,
    }


def tell_condition_asked(condition: Condition) -> int:
    """Who is responsible."""
    return _tell_responsible("committee.condition_asked", condition, "asked")


def remind_of_condition(condition: Condition, today: date) -> int:
    """A week before, on the day, and a week after it."""
    step = _step(condition.due_on, today)
    return _tell_responsible("committee.condition_due", condition, step) if step else 0


def _step(due_on: date, today: date) -> str:
    if today >= due_on + _REMIND_BEFORE:
        return "overdue"
    if today >= due_on:
        return "due"
    return "week" if today >= due_on - _REMIND_BEFORE else ""


def tell_condition_answered(condition: Condition) -> int:
    """Reported: chair and deputy. Sent back: who is responsible."""
    at = condition.answered_at or condition.fulfilled_at
    if condition.state == ConditionState.FULFILLED:
        event = f"condition:{condition.pk}:reported:{condition.fulfilled_at}"
        people = [
            person_id for person_id in presiding_ids(condition.committee) if person_id != condition.fulfilled_by_id
        ]
        return notify(
            "committee.condition_reported", event=event, people=people, path=_about(condition), facts=_asked(condition)
        )
    return _tell_responsible("committee.condition_refused", condition, f"refused:{at}")


def _tell_responsible(kind: str, condition: Condition, step: str) -> int:
    event = f"condition:{condition.pk}:{step}"
    return notify(kind, event=event, people=[condition.responsible_id], path=_about(condition), facts=_asked(condition))


def _about(condition: Condition) -> str:
    return f"/conditions/{condition.pk}/"


def _asked(condition: Condition) -> dict[str, Any]:
    return {
        "text": condition.text,
        "due_on": condition.due_on,
        "number": condition.decision.number,
        "committee": condition.committee.name,
        "about": condition.measure.name if condition.measure else condition.decision.title,
        "note": condition.note,
        "answer": condition.answer,
        "responsible": condition.responsible.name,
    }
