"""Implementation status: the dates (domain 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cat4.wording import counted, day_name
from hierarchy.calendar.workdays import WEEKDAYS, WorkCalendar

from .facts import MeasureFacts, MilestoneFacts
from .lights import FIRST_RATED_DOI, Light, StatusResult, worst

_MOST_REASONS = 3
_EARLIEST = date.min


@dataclass(frozen=True, slots=True)
class _Found:
    light: Light
    reason: str
    slip: int = 0


def slip_days(milestone: MilestoneFacts, today: date, calendar: WorkCalendar = WEEKDAYS) -> int:
    """Working days from the baseline date to the actual date, or to the forecast; to today once that has passed."""
    return calendar.between(milestone.baseline_on, milestone.expected_on(today))


def implementation_status(facts: MeasureFacts) -> StatusResult:
    """The worst of what is still to come and of the milestone reached last.

    A milestone done late weighs until a later one is done: what was made up again isn't late any more. One that
    was added after the decision makes up for nothing, or anybody could end a delay by writing down a small one.
    Grey below DoI 2 or without milestones. Red also when a critical milestone is overdue without a new
    forecast, a gate date was missed by more than the amber days, or the measure was given up undone.
    """
    if facts.doi < FIRST_RATED_DOI:
        return StatusResult(Light.GREY, ("Dates are rated from DoI 2.",))
    if not facts.milestones:
        return StatusResult(Light.GREY, ("There are no milestones yet.",))
    found = [*_milestones(facts), *_gate_date(facts)]
    late = sorted((part for part in found if part.light is not Light.GREEN), key=_severity, reverse=True)
    light = worst([Light.GREEN, *(part.light for part in found)])
    return StatusResult(light, (*(part.reason for part in late[:_MOST_REASONS]), *_progress(facts)))


def _severity(found: _Found) -> tuple[bool, int]:
    return found.light is Light.RED, found.slip


def _milestones(facts: MeasureFacts) -> Iterator[_Found]:
    done = [milestone for milestone in facts.milestones if milestone.actual_on and milestone.is_planned]
    if done:
        yield _of_done(
            facts, max(done, key=lambda milestone: (milestone.actual_on or _EARLIEST, milestone.baseline_on))
        )
    still = [milestone for milestone in facts.milestones if not milestone.actual_on]
    if facts.is_cancelled and still:
        yield _Found(Light.RED, f"Cancelled: {_count(len(still))} will not be reached.")
    elif not facts.is_cancelled:
        yield from (_of_open(facts, milestone) for milestone in still)


def _of_done(facts: MeasureFacts, milestone: MilestoneFacts) -> _Found:
    slip = slip_days(milestone, facts.organization.today, facts.organization.calendar)
    return _Found(_rate(facts, slip), f"{milestone.name} was done {_days(slip)} late.", slip)


def _of_open(facts: MeasureFacts, milestone: MilestoneFacts) -> _Found:
    today = facts.organization.today
    slip = slip_days(milestone, today, facts.organization.calendar)
    if not milestone.is_overdue(today):
        reason = f"{milestone.name} comes {_days(slip)} late, on {day_name(milestone.planned_on)}."
        if milestone.is_pushed:
            reason = f"{reason.removesuffix('.')}, because {milestone.pushed_by or 'what it waits for'} comes late."
        return _Found(_rate(facts, slip), reason, slip)
    due = day_name(milestone.forecast_on)
    if milestone.is_critical:
        return _Found(Light.RED, f"{milestone.name} is critical, was due on {due} and has no new forecast.", slip)
    reason = f"{milestone.name} was due on {due} and is {_days(slip)} late."
    return _Found(_rate(facts, slip), reason, slip)


def _rate(facts: MeasureFacts, slip: int) -> Light:
    thresholds = facts.organization.thresholds
    if slip <= thresholds.slip_green_days:
        return Light.GREEN
    return Light.AMBER if slip <= thresholds.slip_amber_days else Light.RED


def _gate_date(facts: MeasureFacts) -> Iterator[_Found]:
    planned = {2: facts.decide_by, 3: facts.implement_by, 4: facts.close_by}.get(facts.doi)
    if planned is None or facts.is_cancelled:
        return
    missed = facts.organization.calendar.between(planned, facts.organization.today)
    if missed > facts.organization.thresholds.slip_amber_days:
        reason = f"DoI {facts.doi + 1} was planned for {day_name(planned)}, {_days(missed)} ago."
        yield _Found(Light.RED, reason, missed)


def _progress(facts: MeasureFacts) -> Iterator[str]:
    """`4 of 4 due milestones are done. M5 is due on 30 Nov 2026.`"""
    today = facts.organization.today
    due = [milestone for milestone in facts.milestones if milestone.actual_on or milestone.baseline_on <= today]
    done = sum(1 for milestone in due if milestone.actual_on)
    sentence = f"{done} of {len(due)} due milestones {'is' if done == 1 else 'are'} done."
    if not due:
        sentence = "No milestone is due yet."
    ahead = [milestone for milestone in facts.milestones if not milestone.actual_on and milestone.planned_on >= today]
    if ahead and not facts.is_cancelled:
        following = min(ahead, key=lambda milestone: milestone.planned_on)
        sentence += f" {following.name} is due on {day_name(following.planned_on)}."
    yield sentence


def _days(count: int) -> str:
    return counted(count, "working day")


def _count(milestones: int) -> str:
    return counted(milestones, "milestone")
