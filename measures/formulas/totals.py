"""A measure's sums in the reporting currency at plan rate (domain 6.1 to 6.4, 6.7, 6.8, 6.10, 6.12)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cat4.fiscal import first_of_month

from .facts import DECIDED, AverageRateMissing, Group, LineFacts, MeasureFacts
from .fx import fx_effect
from .leakage import leakage
from .money import (
    Expected,
    Fac,
    Source,
    Worked,
    actual_run_rate,
    carry_over,
    exit_run_rate,
    expected_months,
    fac,
    payback_month,
    planned_run_rate,
    work_out,
    worked_run_rate,
)
from .phasing import cents, moved
from .variance import VarianceSplit, variance_split

ZERO = Decimal(0)
Yearly = Callable[[Worked], Decimal]


@dataclass(frozen=True, slots=True)
class Totals:
    """What `MeasureTotals` stores; hard EBITDA unless named otherwise.

    Run-rates are made in the line's currency and converted at the plan rate of today's fiscal year; sums at the
    rate of each month's. Until the plan is frozen there is none to hold the measure to: its planned run-rate is
    then the target it was identified with, and what is being planned is its forecast. In-year is the fiscal
    year of today, to date its months before this one. `stale_in_year` is what of the
    forecast was confirmed too long ago. `actual` is validated, else reported. One-time sums cover
    the whole life, all certainties, and are negative. `soft_run_rate` is the planned one of soft and avoidance
    EBITDA lines.

    Exit run-rate, carry-over and payback look beyond the year, whose plan rates may not be set yet: they too take
    that of today's fiscal year, so that a rate which differs between two years doesn't look like money. Carry-over
    is of recurring lines: what a one-off brings doesn't come again. `leakage` holds amounts as text by cause.
    """

    plan_run_rate: Decimal = ZERO
    forecast_run_rate: Decimal = ZERO
    validated_run_rate: Decimal = ZERO
    plan_in_year: Decimal = ZERO
    fac_in_year: Decimal = ZERO
    validated_in_year: Decimal = ZERO
    reported_in_year: Decimal = ZERO
    forecast_in_year: Decimal = ZERO
    assumed_in_year: Decimal = ZERO
    stale_in_year: Decimal = ZERO
    plan_to_date: Decimal = ZERO
    validated_to_date: Decimal = ZERO
    actual_to_date: Decimal = ZERO
    one_time_plan: Decimal = ZERO
    one_time_forecast: Decimal = ZERO
    one_time_actual: Decimal = ZERO
    soft_run_rate: Decimal = ZERO
    plan_exit_run_rate: Decimal = ZERO
    exit_run_rate: Decimal = ZERO
    plan_carry_over: Decimal = ZERO
    carry_over: Decimal = ZERO
    timing_loss: Decimal = ZERO
    magnitude_loss: Decimal = ZERO
    cancelled_loss: Decimal = ZERO
    on_hold_loss: Decimal = ZERO
    fx_effect: Decimal = ZERO
    leakage: dict[str, str] = field(default_factory=dict)
    payback_month: date | None = None


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Hard EBITDA of a month: plan, expectation (FAC), and its parts reported, validated and unconfirmed.

    What is left of the expectation is forecast by an owner who stands behind it. Corrections are in the month that
    books them.
    """

    month: date
    plan: Decimal = ZERO
    forecast: Decimal = ZERO
    reported: Decimal = ZERO
    validated: Decimal = ZERO
    unconfirmed: Decimal = ZERO

    @property
    def confirmed_forecast(self) -> Decimal:
        """What an owner forecast and stands behind."""
        return self.forecast - self.reported - self.validated - self.unconfirmed


def totals_of(facts: MeasureFacts, lines: tuple[Worked, ...] | None = None) -> Totals:
    """Every sum of a measure; `lines` are its lines worked out, when the caller has them.

    Raises:
        RateMissing: a sum needs a plan rate that isn't set.
    """
    lines = work_out(facts) if lines is None else lines
    return Totals(
        **_run_rates(facts, lines),
        **_in_year(facts, lines),
        **_beyond_the_year(facts, lines),
        **_to_date(facts),
        **_one_time(facts, lines),
        fx_effect=_fx_effect(facts),
        leakage={cause: str(amount) for cause, amount in leakage(facts, lines=lines).items()},
        payback_month=_payback(facts, lines),
    )


def _run_rates(facts: MeasureFacts, lines: tuple[Worked, ...]) -> dict[str, Decimal]:
    hard = [worked for worked in lines if worked.line.group is Group.HARD and worked.line.is_recurring]
    soft = (worked for worked in lines if worked.line.group is Group.SOFT and worked.line.is_recurring)
    promised = _promised(facts)

    def validated(worked: Worked) -> Decimal:
        known = {known.month: known.validated for known in worked.line.months if known.validated is not None}
        return actual_run_rate(known, facts.organization.locked)

    planned = _annual(facts, hard, _planned) if promised is None else promised
    return {
        "plan_run_rate": planned,
        "forecast_run_rate": _expected_annual(facts, hard, promised),
        "validated_run_rate": _annual(facts, hard, validated),
        "soft_run_rate": _annual(facts, soft, _planned),
    }


def forecast_run_rate_of(facts: MeasureFacts) -> Decimal:
    """The forecast run-rate of a measure alone, as `totals_of` has it.

    Raises:
        RateMissing: a line needs a plan rate that isn't set.
    """
    return _run_rates(facts, work_out(facts))["forecast_run_rate"]


def _promised(facts: MeasureFacts) -> Decimal | None:
    """The target in the reporting currency, as long as no plan is frozen; None without one."""
    if facts.target is None or facts.doi >= DECIDED:
        return None
    organization = facts.organization
    return cents(organization.at_plan_rate(facts.target.amount, facts.target.currency, organization.year))


def _expected_annual(facts: MeasureFacts, hard: list[Worked], promised: Decimal | None) -> Decimal:
    """The forecast run-rate; as long as nothing is planned yet, the target is what is expected."""
    is_planned = any(worked.line.months for worked in hard)
    if promised is None or is_planned or facts.is_cancelled or facts.is_on_hold:
        return _annual(facts, hard, lambda worked: worked_run_rate(facts, worked))
    return promised


def _in_year(facts: MeasureFacts, lines: tuple[Worked, ...]) -> dict[str, Decimal]:
    """Plan and expectation of today's fiscal year, and why they differ (domain 6.7)."""
    plan, split = plan_in_year(facts, lines=lines), variance_in_year(facts, lines)
    parts = fac_in_year(facts, lines)
    return {
        "plan_in_year": plan,
        "fac_in_year": parts.total,
        "validated_in_year": parts.validated,
        "reported_in_year": parts.reported,
        "forecast_in_year": parts.forecast,
        "assumed_in_year": parts.assumed,
        "stale_in_year": parts.stale,
        "timing_loss": split.timing,
        "magnitude_loss": split.magnitude,
        "cancelled_loss": split.cancelled,
        "on_hold_loss": split.on_hold,
    }


def variance_in_year(facts: MeasureFacts, lines: tuple[Worked, ...] | None = None) -> VarianceSplit:
    """Plan minus FAC of today's fiscal year; the parts add up to it to the cent.

    Each line moves by the slip of what it follows.

    Raises:
        RateMissing: a month needs a plan rate that isn't set.
    """
    lines = work_out(facts) if lines is None else lines
    moved_plan = _sum_in_year(facts, ((worked.line, worked.moved_plan) for worked in lines))
    return variance_split(
        plan_in_year(facts, lines=lines),
        moved_plan,
        fac_in_year(facts, lines).total,
        is_cancelled=facts.is_cancelled,
        is_on_hold=facts.is_on_hold,
    )


def fac_in_year(facts: MeasureFacts, lines: tuple[Worked, ...] | None = None) -> Fac:
    """The forecast at completion of today's fiscal year in its parts (domain 6.3): recurring and one-off lines."""
    first, last = facts.organization.year_bounds
    months = (
        Expected(_home(facts, worked.line, month, value.amount), value.source)
        for worked in (work_out(facts) if lines is None else lines)
        if worked.line.group is Group.HARD
        for month, value in worked.expected.items()
        if first <= month <= last
    )
    return fac(months, is_stale=facts.is_stale)


def plan_in_year(facts: MeasureFacts, *, slip_months: int = 0, lines: tuple[Worked, ...] | None = None) -> Decimal:
    """The plan of today's fiscal year; with `slip_months` the plan as it comes that much later."""
    if lines is not None and not slip_months:
        return _sum_in_year(facts, ((worked.line, worked.plan) for worked in lines))
    last = facts.organization.last_month
    return _sum_in_year(facts, ((line, moved(line.plan, slip_months, last)) for line in facts.lines))


def _sum_in_year(facts: MeasureFacts, series: Iterable[tuple[LineFacts, Mapping[date, Decimal]]]) -> Decimal:
    """The months of today's fiscal year of hard EBITDA lines."""
    first, last = facts.organization.year_bounds
    amounts = (
        _home(facts, line, month, amount)
        for line, months in series
        if line.group is Group.HARD
        for month, amount in months.items()
        if first <= month <= last
    )
    return cents(sum(amounts, ZERO))


def _beyond_the_year(facts: MeasureFacts, lines: tuple[Worked, ...]) -> dict[str, Decimal]:
    """Exit run-rate and carry-over of recurring hard EBITDA, as planned and as expected (domain 6.1, 6.2)."""
    first, last = facts.organization.year_bounds
    hard = [worked for worked in lines if worked.line.group is Group.HARD and worked.line.lasts]
    # Of a year that the calendar doesn't reach nothing is known: its nothing isn't a loss.
    carried = hard if facts.organization.is_planned_whole(facts.organization.year + 1) else []

    def amounts(worked: Worked) -> dict[date, Decimal]:
        return {month: value.amount for month, value in worked.expected.items()}

    return {
        "plan_exit_run_rate": _annual(facts, hard, lambda worked: exit_run_rate(worked.plan, last)),
        "exit_run_rate": _annual(facts, hard, lambda worked: exit_run_rate(amounts(worked), last)),
        "plan_carry_over": _annual(facts, carried, lambda worked: carry_over(worked.plan, first)),
        "carry_over": _annual(facts, carried, lambda worked: carry_over(amounts(worked), first)),
    }


def _fx_effect(facts: MeasureFacts) -> Decimal:
    """The effect of exchange rates, 0 while a month's average rate is missing; who shows it asks `fx_effect` why."""
    try:
        return fx_effect(facts)
    except AverageRateMissing:
        return ZERO


def _payback(facts: MeasureFacts, lines: tuple[Worked, ...]) -> date | None:
    """From which month on hard EBITDA, recurring and one-off, stays at or above one-time cost and capex (6.12)."""
    organization = facts.organization
    nets: dict[date, Decimal] = {}
    for worked in lines:
        if worked.line.group in (Group.HARD, Group.COST):
            for month, value in worked.expected.items():
                if value.amount:
                    amount = organization.at_plan_rate(value.amount, worked.line.currency, organization.year)
                    nets[month] = nets.get(month, ZERO) + amount
    return payback_month(nets)


def month_sums(facts: MeasureFacts, first: date, last: date) -> list[MonthSums]:
    """The hard EBITDA months from `first` to `last` that have any entry, in order, at plan rate.

    Raises:
        RateMissing: a month needs a plan rate that isn't set.
    """
    columns: dict[date, dict[str, Decimal]] = {}

    def add(line: LineFacts, month: date, column: str, amount: Decimal | None) -> None:
        if amount is not None and first <= month <= last:
            sums = columns.setdefault(month, {})
            sums[column] = sums.get(column, ZERO) + _home(facts, line, month, amount)

    for line in facts.lines_of(Group.HARD):
        for month, value in expected_months(facts, line).items():
            add(line, month, "forecast", value.amount)
            column = _column_of(value.source, is_stale=facts.is_stale)
            if column:
                add(line, month, column, value.amount)
        for known in line.months:
            add(line, known.month, "plan", known.plan)
    return [
        MonthSums(month, **{column: cents(amount) for column, amount in columns[month].items()})
        for month in sorted(columns)
    ]


def _column_of(source: Source, *, is_stale: bool) -> str:
    """Where a part of the expectation stands beside it; nowhere where an owner stands behind its forecast."""
    if source in (Source.VALIDATED, Source.REPORTED):
        return source.value
    return "unconfirmed" if source is Source.ASSUMED or is_stale else ""


def _to_date(facts: MeasureFacts) -> dict[str, Decimal]:
    """Plan, validated and actual of this fiscal year's months before the present one."""
    first, _ = facts.organization.year_bounds
    present = first_of_month(facts.organization.today)
    plan = validated = actual = ZERO
    for line in facts.lines_of(Group.HARD):
        for known in line.months:
            if first <= known.month < present:
                plan += _home(facts, line, known.month, known.plan or ZERO)
                validated += _home(facts, line, known.month, known.validated or ZERO)
                actual += _home(facts, line, known.month, known.actual or ZERO)
    return {"plan_to_date": cents(plan), "validated_to_date": cents(validated), "actual_to_date": cents(actual)}


def _one_time(facts: MeasureFacts, lines: tuple[Worked, ...]) -> dict[str, Decimal]:
    """Approved, expected and spent one-time cost and capex of the whole life."""
    plan = expected = spent = ZERO
    for worked in lines:
        if worked.line.group is Group.COST:
            for month, value in worked.expected.items():
                expected += _home(facts, worked.line, month, value.amount)
            for known in worked.line.months:
                plan += _home(facts, worked.line, known.month, known.plan or ZERO)
                spent += _home(facts, worked.line, known.month, known.actual or ZERO)
    return {"one_time_plan": cents(plan), "one_time_forecast": cents(expected), "one_time_actual": cents(spent)}


def _annual(facts: MeasureFacts, lines: Iterable[Worked], yearly: Yearly) -> Decimal:
    """A yearly amount of each line, summed at the plan rate of today's fiscal year."""
    organization = facts.organization
    amounts = (organization.at_plan_rate(yearly(worked), worked.line.currency, organization.year) for worked in lines)
    return cents(sum(amounts, ZERO))


def _planned(worked: Worked) -> Decimal:
    return planned_run_rate(worked.plan)


def _home(facts: MeasureFacts, line: LineFacts, month: date, amount: Decimal) -> Decimal:
    organization = facts.organization
    return organization.at_plan_rate(amount, line.currency, organization.year_of(month))
