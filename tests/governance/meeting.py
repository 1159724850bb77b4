"""An extra meeting of the committee of five: called, opened, and decided in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cat4 import clock
from governance.committees.actions.meetings import call_meeting
from governance.committees.actions.sessions import Seen, decide_item, start_meeting, take_attendance
from governance.committees.models.meetings import AgendaItem, LostVote, Meeting
from governance.committees.models.resolutions import CommitteeDecision
from tests.world import World

MEETING = datetime(2026, 10, 19, 8, tzinfo=UTC)


def called(world: World, starts_at: datetime = MEETING) -> Meeting:
    """An extra meeting on Monday 19 October, ten o'clock in Vienna."""
    return call_meeting(world.actor("pmo"), world.committee.pk, starts_at=starts_at, reason="Two gates are urgent.")


def opened(world: World, *present: str) -> Meeting:
    """The same in session with the chair and those who are named."""
    meeting = called(world)
    with clock.at(MEETING):
        start_meeting(world.actor("chair"), meeting.pk)
        seen = [Seen(world.people[name].pk, "present") for name in present]
        take_attendance(world.actor("pmo"), meeting.pk, seen=seen)
    return Meeting.objects.get(pk=meeting.pk)


def decided(world: World, item: AgendaItem, persona: str = "chair", **facts: Any) -> CommitteeDecision:
    given = {"outcome": "advance", "reason": "Contract signed.", "unanimous": True, **facts}
    with clock.at(MEETING + timedelta(minutes=20)):
        ruled = decide_item(world.actor(persona), item.pk, **given)
    assert isinstance(ruled, CommitteeDecision)
    return ruled


def lost(world: World, item: AgendaItem, **facts: Any) -> LostVote:
    """A vote that was not carried."""
    given = {"outcome": "advance", "reason": "Contract signed.", **facts}
    with clock.at(MEETING + timedelta(minutes=10)):
        ruled = decide_item(world.actor("chair"), item.pk, **given)
    assert isinstance(ruled, LostVote)
    return ruled


def votes_of(world: World, **choices: str) -> dict[UUID, str]:
    return {world.people[name].pk: choice for name, choice in choices.items()}
