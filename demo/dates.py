"""When a sketched measure passed its gates, and its five milestones."""

from dataclasses import dataclass
from datetime import date, timedelta

from cat4.fiscal import add_months
from hierarchy.calendar.workdays import add_working_days

from .curves import Curve
from .sketches import Sketch

TODAY = date(2026, 10, 15)

_NAMES = {
    "Procurement": (
        "Specification agreed",
        "Bids compared",
        "Contract signed",
        "First delivery accepted",
        "Full volume",
    ),
    "Operations": ("Layout agreed", "Equipment ordered", "Trial run passed", "Ramp-up started", "Full volume"),
    "Commercial": ("Rules agreed", "Sales trained", "Rules live in the system", "First invoices", "All branches"),
    "Overheads": (
        "Target picture signed",
        "Works council agreed",
        "Transition ready",
        "First unit moved",
        "All units moved",
    ),
}
# Working days by which the open milestones are forecast later than their baseline.
_SLIPS = {"g": 0, "a": 12, "r": 30, "n": 0}


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """A milestone of the story; `done_on` where it lies behind us."""

    name: str
    baseline_on: date
    forecast_on: date
    done_on: date | None
    is_critical: bool
    is_effect_start: bool


@dataclass(frozen=True, slots=True)
class GateDates:
    """When the measure was written down and when each gate was passed, degree 1 first."""

    created_on: date
    passed_on: tuple[date, ...]


def gate_dates(sketch: Sketch, curve: Curve | None) -> GateDates:
    """Half a year from idea to decision, then the effect, then its confirmation."""
    if curve is None or sketch.doi <= 2:
        created = add_working_days(date(2026, 4, 1), sum(sketch.code.encode()) % 60)
        passed = [add_working_days(created, 25 * (degree + 1)) for degree in range(sketch.doi)]
        return GateDates(created, tuple(passed))
    decided = _workday(add_months(curve.start, -5), 18)
    passed = [_workday(add_months(curve.start, -9), 6), _workday(add_months(curve.start, -7), 9), decided]
    if sketch.doi >= 4:
        passed.append(_workday(min(add_months(curve.start, 3), date(2026, 9, 1)), 24))
    if sketch.doi == 5:
        passed.append(_workday(add_months(curve.start, 8 + sum(sketch.code.encode()) % 5), 20))
    return GateDates(_workday(add_months(curve.start, -10), 4), tuple(passed))


def milestones(sketch: Sketch, curve: Curve) -> list[PlannedMilestone]:
    """Five dated results; the fourth starts the effect, the third and fourth are critical."""
    start = curve.start
    baselines = [
        _workday(add_months(start, -4), 12),
        _workday(add_months(start, -3), 20),
        _workday(add_months(start, -2), 14),
        add_working_days(start, -3),
        _workday(add_months(start, max(curve.ramp, 2)), 10),
    ]
    rows = zip(_NAMES[sketch.program], baselines, strict=True)
    return [_milestone(sketch, index, name, baseline) for index, (name, baseline) in enumerate(rows)]


def _milestone(sketch: Sketch, index: int, name: str, baseline: date) -> PlannedMilestone:
    done = baseline < TODAY and _is_done(sketch, index)
    forecast = baseline if done else _forecast(sketch, index, baseline)
    return PlannedMilestone(name, baseline, forecast, baseline if done else None, index in {2, 3}, index == 3)


def _is_done(sketch: Sketch, index: int) -> bool:
    """Whether a milestone whose baseline has passed is done: late measures hang after the first two."""
    if sketch.doi >= 4 or sketch.dates == "g":
        return True
    return index < (4 if sketch.actual else 2)


def _forecast(sketch: Sketch, index: int, baseline: date) -> date:
    """The owner's date: later by the slip, and never before tomorrow."""
    slipped = add_working_days(baseline, _SLIPS[sketch.dates] or (-1 if index == 0 else 0))
    return max(slipped, add_working_days(TODAY, 2))


def _workday(month: date, day: int) -> date:
    """The working day on or after that day of the month."""
    return add_working_days(month + timedelta(days=day - 2), 1)
