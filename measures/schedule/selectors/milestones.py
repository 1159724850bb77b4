"""Milestones with their dates, how late they are, their slack, and what state that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from measures.formulas.dates import expected_date, planned_date, pushed_to
from measures.formulas.network import Link, Node, Scheduled, schedule
from measures.models import Milestone

from .affected import stretch_around


class MilestoneState(StrEnum):
    """How a milestone stands; the first that applies."""

    DONE = "done"
    HANDED_OVER = "handed_over"
    OVERDUE = "overdue"
    MOVED = "moved"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone as it stands. `slip_days` are working days against the baseline, positive is later.

    `pushed_on` is where predecessors push it beyond the owner's own date. `slack_days` is how many working days
    it may slip before anything else moves, None when nothing waits for it; `on_critical_path` whether the last
    date of its network hangs on it.
    """

    milestone: Milestone
    expected_on: date
    state: MilestoneState
    slip_days: int
    pushed_on: date | None = None
    slack_days: int | None = None
    total_slack_days: int | None = None
    on_critical_path: bool = False


def milestone_lines(milestones: list[Milestone], today: date) -> list[MilestoneLine]:
    """The rows in order; slips are in working days of the organization (domain section 7). Five queries at most."""
    workdays = work_calendar()
    places = network_places(milestones)
    return [_line(milestone, today, workdays, places.get(milestone.pk)) for milestone in milestones]


def network_places(milestones: list[Milestone]) -> Mapping[UUID, Scheduled]:
    """Where milestones lie in the networks that they are part of; those without any dependency are left out."""
    open_ones = [milestone.pk for milestone in milestones if milestone.actual_on is None]
    if not open_ones:
        return {}
    stretch = stretch_around(open_ones)
    if not stretch.links:
        return {}
    network = stretch.network()
    linked = {key for link in stretch.links for key in (link.predecessor, link.successor)}
    nodes: list[Node] = [node for key, node in network.nodes.items() if key in linked]
    links: list[Link] = [link for into in network.into.values() for link in into]
    return schedule(nodes, links, stretch.calendar)


def _line(milestone: Milestone, today: date, workdays: WorkCalendar, place: Scheduled | None) -> MilestoneLine:
    expected = expected_date(milestone, today)
    slip = workdays.between(milestone.baseline_on, expected)
    if milestone.actual_on:
        return MilestoneLine(milestone, milestone.actual_on, MilestoneState.DONE, slip)
    return MilestoneLine(
        milestone=milestone,
        expected_on=planned_date(milestone),
        state=_state(milestone, today, slip),
        slip_days=slip,
        pushed_on=pushed_to(milestone),
        slack_days=place.free_slack if place else None,
        total_slack_days=place.slack if place else None,
        on_critical_path=bool(place and place.is_critical),
    )


def _state(milestone: Milestone, today: date, slip: int) -> MilestoneState:
    if milestone.handed_over_on is not None:
        return MilestoneState.HANDED_OVER
    if milestone.forecast_on < today:
        return MilestoneState.OVERDUE
    return MilestoneState.MOVED if slip > 0 else MilestoneState.OPEN
