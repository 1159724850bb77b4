"""The run-rate curve of a cockpit: the chart, and what is said under it."""

from decimal import Decimal

from cat4.web.charts import LineChart, Period, line_chart
from reporting.figures.years import year_name

from ..selectors.cockpit import Cockpit
from ..selectors.curve import Quarter
from .units import unit_of


def curve(page: Cockpit) -> LineChart | None:
    """Run-rate per quarter; None while no month has any money."""
    if not page.curve:
        return None
    target = page.target.amount if page.target else None
    return line_chart("Run-rate EBITDA by quarter", periods(page), unit_of(page).unit, target=target)


def actual_against_plan(page: Cockpit) -> str:
    """The footnote of the curve: where the validated actual stands."""
    known = [(quarter, quarter.actual) for quarter in page.curve if quarter.actual is not None]
    if not known:
        return "No quarter is locked with validated actuals yet."
    (quarter, actual), unit = known[-1], unit_of(page)
    difference, name = actual - quarter.plan, quarter_name(quarter, page.fiscal_year_start)
    if unit.is_nothing(difference):
        return f"Actual is at plan in {name}."
    side = "below" if difference < 0 else "above"
    return f"Actual is {unit.text(abs(difference))} {side} plan in {name}."


def not_in_curve(page: Cockpit) -> str:
    """What the curve ends without, so that its end and the key figures don't contradict each other in silence."""
    unit = unit_of(page)
    missing = page.sums.everything.plan - page.curve[-1].plan if page.curve else Decimal(0)
    if missing <= 0 or unit.is_nothing(missing):
        return ""
    return f"{unit.text(missing)} of the plan is not in its last quarter: no monthly values, or ended before."


def periods(page: Cockpit) -> list[Period]:
    """The quarters with their names, as a chart takes them."""
    return [
        Period(
            label=quarter_name(quarter, page.fiscal_year_start),
            plan=quarter.plan,
            forecast=quarter.forecast,
            actual=quarter.actual,
            unconfirmed=quarter.unconfirmed,
            reported=quarter.reported,
        )
        for quarter in page.curve
    ]


def quarter_name(quarter: Quarter, fiscal_year_start: int) -> str:
    """`Q3 2026`; where fiscal years don't begin in January `Q2 FY 2027`."""
    year = quarter.fiscal_year
    return f"Q{quarter.number} {year if fiscal_year_start == 1 else year_name(year)}"
