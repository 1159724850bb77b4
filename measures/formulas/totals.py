"""A measure's sums in the reporting currency at plan rate (domain 6.2 to 6.4, 6.10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hierarchy.fiscal import first_of_month

from .facts import Group, LineFacts, MeasureFacts
from .money import DECIDED, Expected, Fac, actual_run_rate, expected_months, fac, forecast_run_rate, planned_run_rate
from .phasing import cents, moved

ZERO = Decimal(0)
RunRate = Callable[[MeasureFacts, LineFacts], Decimal]


@dataclass(frozen=True, slots=True)
class Totals:
    """What `MeasureTotals` stores; hard EBITDA unless named otherwise.

    Run-rates are made in the line's currency and converted at the plan rate of today's fiscal year; sums at the
    rate of each month's. Until the plan is frozen there is none to hold the measure to: its planned run-rate is
    then the target it was identified with, and what is being planned is its forecast. In-year is the fiscal
    year of today, to date its months before this one. `actual` is validated, else reported. One-time sums cover
    the whole life, all certainties, and are negative. `soft_run_rate` is the planned one of soft and avoidance
    EBITDA lines.
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
    plan_to_date: Decimal = ZERO
    validated_to_date: Decimal = ZERO
    actual_to_date: Decimal = ZERO
    one_time_plan: Decimal = ZERO
    one_time_forecast: Decimal = ZERO
    one_time_actual: Decimal = ZERO
    soft_run_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Hard EBITDA of a month: plan, expectation (FAC), reported but not validated, and validated."""

    month: date
    plan: Decimal = ZERO
    forecast: Decimal = ZERO
    reported: Decimal = ZERO
    validated: Decimal = ZERO


def totals_of(facts: MeasureFacts) -> Totals:
    """Every sum of a measure.

    Raises:
        RateMissing: a sum needs a plan rate that isn't set.
    """
    parts = fac_in_year(facts)
    plan_to_date, validated_to_date, actual_to_date = _to_date(facts)
    one_time_plan, one_time_forecast, one_time_actual = _one_time(facts)
    hard = facts.lines_of(Group.HARD, recurring_only=True)
    promised = _promised(facts)
    planned = _annual(facts, hard, _planned) if promised is None else promised
    return Totals(
        plan_run_rate=planned,
        forecast_run_rate=_expected_annual(facts, hard, promised),
        validated_run_rate=_annual(facts, hard, _validated),
        plan_in_year=plan_in_year(facts),
        fac_in_year=parts.total,
        validated_in_year=parts.validated,
        reported_in_year=parts.reported,
        forecast_in_year=parts.forecast,
        assumed_in_year=parts.assumed,
        plan_to_date=plan_to_date,
        validated_to_date=validated_to_date,
        actual_to_date=actual_to_date,
        one_time_plan=one_time_plan,
        one_time_forecast=one_time_forecast,
        one_time_actual=one_time_actual,
        soft_run_rate=_annual(facts, facts.lines_of(Group.SOFT, recurring_only=True), _planned),
    )


def _promised(facts: MeasureFacts) -> Decimal | None:
    """The target in the reporting currency, as long as no plan is frozen; None without one."""
    if facts.target is None or facts.doi >= DECIDED:
        return None
    organization = facts.organization
    return cents(organization.at_plan_rate(facts.target.amount, facts.target.currency, organization.year))


def _expected_annual(facts: MeasureFacts, hard: list[LineFacts], promised: Decimal | None) -> Decimal:
    """The forecast run-rate; as long as nothing is planned yet, the target is what is expected."""
    is_planned = any(line.months for line in hard)
    if promised is None or is_planned or facts.is_cancelled or facts.is_on_hold:
        return _annual(facts, hard, forecast_run_rate)
    return promised


def fac_in_year(facts: MeasureFacts) -> Fac:
    """The forecast at completion of today's fiscal year in its parts (domain 6.3): recurring and one-off lines."""
    first, last = facts.organization.year_bounds
    return fac(
        Expected(_home(facts, line, month, value.amount), value.source)
        for line in facts.lines_of(Group.HARD)
        for month, value in expected_months(facts, line).items()
        if first <= month <= last
    )


def plan_in_year(facts: MeasureFacts, *, slip_months: int = 0) -> Decimal:
    """The plan of today's fiscal year; with `slip_months` the plan as it comes that much later (P' of domain 6.7)."""
    first, last = facts.organization.year_bounds
    return cents(
        sum(
            (
                _home(facts, line, month, amount)
                for line in facts.lines_of(Group.HARD)
                for month, amount in moved(line.plan, slip_months, facts.organization.last_month).items()
                if first <= month <= last
            ),
            ZERO,
        )
    )


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
        for known in line.months:
            add(line, known.month, "plan", known.plan)
            add(line, known.month, "validated", known.validated)
            add(line, known.month, "reported", known.reported if known.validated is None else None)
    return [
        MonthSums(month, **{column: cents(amount) for column, amount in columns[month].items()})
        for month in sorted(columns)
    ]


def _to_date(facts: MeasureFacts) -> tuple[Decimal, Decimal, Decimal]:
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
    return cents(plan), cents(validated), cents(actual)


def _one_time(facts: MeasureFacts) -> tuple[Decimal, Decimal, Decimal]:
    """Approved, expected and spent one-time cost and capex of the whole life."""
    plan = expected = spent = ZERO
    for line in facts.lines_of(Group.COST):
        for month, value in expected_months(facts, line).items():
            expected += _home(facts, line, month, value.amount)
        for known in line.months:
            plan += _home(facts, line, known.month, known.plan or ZERO)
            spent += _home(facts, line, known.month, known.actual or ZERO)
    return cents(plan), cents(expected), cents(spent)


def _annual(facts: MeasureFacts, lines: Iterable[LineFacts], run_rate: RunRate) -> Decimal:
    organization = facts.organization
    return cents(
        sum(
            (organization.at_plan_rate(run_rate(facts, line), line.currency, organization.year) for line in lines),
            ZERO,
        )
    )


def _planned(facts: MeasureFacts, line: LineFacts) -> Decimal:
    return planned_run_rate(line.plan)


def _validated(facts: MeasureFacts, line: LineFacts) -> Decimal:
    validated = {known.month: known.validated for known in line.months if known.validated is not None}
    return actual_run_rate(validated, facts.organization.locked)


def _home(facts: MeasureFacts, line: LineFacts, month: date, amount: Decimal) -> Decimal:
    organization = facts.organization
    return organization.at_plan_rate(amount, line.currency, organization.year_of(month))
