"""Monthly plan, actual and forecast of a sketched measure, so that its run-rates come out as sketched.

The demo stands on 15 October 2026: months up to August are locked, September is reported, October is open.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import add_months, month_range
from measures.formulas.phasing import cents, phase, sum_between

from .sketches import Sketch

LAST_LOCKED = date(2026, 8, 1)
LAST_REPORTED = date(2026, 9, 1)
FIRST_OPEN = date(2026, 10, 1)
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 1)
LAST_MONTH = date(2029, 12, 1)

# How the year's forecast stands against its plan, by the status that it is to have.
_YEAR_RATIO = {"g": Decimal("1.00"), "a": Decimal("0.89"), "r": Decimal("0.74"), "n": Decimal(1)}
_RAMPS = (1, 3, 4, 6, 8, 9, 12, 15, 18)


@dataclass(frozen=True, slots=True)
class Curve:
    """Months in euro. `actual` ends with September 2026, `forecast` begins with October."""

    annual: Decimal
    start: date
    ramp: int
    plan: dict[date, Decimal]
    actual: dict[date, Decimal]
    forecast: dict[date, Decimal]


def curve_of(sketch: Sketch) -> Curve:
    """The months of a measure at DoI 2 or more. Before it is decided its plan is what is now expected."""
    annual = Decimal(1000) * (sketch.plan if sketch.doi > 2 else sketch.forecast)
    start, ramp = _shape(sketch, annual)
    plan = phase(annual, start, None, ramp, LAST_MONTH)
    actual = _actual(sketch, plan)
    return Curve(annual, start, ramp, plan, actual, _forecast(sketch, annual, plan, actual) if sketch.doi > 2 else {})


def _shape(sketch: Sketch, annual: Decimal) -> tuple[date, int]:
    """Start and ramp for which the plan of June to August comes closest to what was booked."""
    if sketch.doi <= 2:
        return date(2027, 3, 1), 6
    if not sketch.actual:
        return (date(2026, 10, 1) if sketch.money != "g" else date(2027, 1, 1)), 3
    if sketch.doi == 5:
        return add_months(date(2025, 1, 1), sum(sketch.code.encode()) % 6), 3
    wanted = Decimal(1000) * sketch.actual / _YEAR_RATIO[sketch.money] / 4
    starts = [add_months(date(2025, 9, 1), offset) for offset in range(11 if sketch.doi == 3 else 5)]
    choices = [(start, ramp) for start in starts for ramp in _RAMPS]
    return min(choices, key=lambda choice: abs(_summer(phase(annual, choice[0], None, choice[1], LAST_MONTH)) - wanted))


def _summer(months: dict[date, Decimal]) -> Decimal:
    """The last three locked months."""
    return sum_between(months, date(2026, 6, 1), LAST_LOCKED)


def _actual(sketch: Sketch, plan: dict[date, Decimal]) -> dict[date, Decimal]:
    """The plan, scaled so that June to August make the sketched run-rate; closed measures arrived at plan first."""
    if not sketch.actual:
        return {}
    share = Decimal(1000) * sketch.actual / 4 / _summer(plan)
    arrived = add_months(min(plan), 12) if sketch.doi == 5 else min(plan)
    months: dict[date, Decimal] = {}
    exact = rounded = Decimal(0)
    for month in month_range(min(plan), LAST_REPORTED):
        exact += plan[month] * (share if month >= arrived else 1)
        months[month] = cents(exact) - rounded
        rounded += months[month]
    return months


def _forecast(
    sketch: Sketch, annual: Decimal, plan: dict[date, Decimal], actual: dict[date, Decimal]
) -> dict[date, Decimal]:
    """October to December so that the year ends as sketched; from January the sketched share of the plan."""
    share = Decimal(1000) * sketch.forecast / annual
    year_plan, booked = sum_between(plan, YEAR_START, YEAR_END), sum_between(actual, YEAR_START, YEAR_END)
    rest_plan = sum_between(plan, FIRST_OPEN, YEAR_END)
    ratio = max(share, _YEAR_RATIO["g"]) if sketch.money == "g" else _YEAR_RATIO[sketch.money]
    rest = min(max(year_plan * ratio - booked, rest_plan / 2), rest_plan * Decimal("1.1"))
    year_share = rest / rest_plan if rest_plan else Decimal(1)
    return {
        month: cents(amount * (year_share if month <= YEAR_END else share))
        for month, amount in plan.items()
        if month >= FIRST_OPEN
    }
