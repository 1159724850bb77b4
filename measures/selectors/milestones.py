"""Milestones as the page lists them: their dates, how late, and what state that is."""

from dataclasses import dataclass
from datetime import date

from hierarchy.workdays import working_days_between

from ..models import Milestone


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A row of the table. `tag` says the state in words, `tag_kind` its colour."""

    milestone: Milestone
    expected_on: date
    tag: str
    tag_kind: str


def milestone_lines(milestones: list[Milestone], today: date) -> list[MilestoneLine]:
    """The rows in order; slips are in working days (domain section 7)."""
    return [_line(milestone, today) for milestone in milestones]


def _line(milestone: Milestone, today: date) -> MilestoneLine:
    expected = milestone.actual_on or max(milestone.forecast_on, today)
    slip = working_days_between(milestone.baseline_on, expected)
    if milestone.actual_on:
        return MilestoneLine(milestone, milestone.actual_on, f"Done{_late(slip)}", "g")
    if milestone.forecast_on < today:
        return MilestoneLine(milestone, milestone.forecast_on, "Overdue", "r")
    if slip > 0:
        return MilestoneLine(milestone, milestone.forecast_on, f"Moves {slip} working day{'s' * (slip > 1)}", "a")
    return MilestoneLine(milestone, milestone.forecast_on, "Open", "")


def _late(slip: int) -> str:
    return f", {slip} working day{'s' * (slip > 1)} late" if slip > 0 else ""
