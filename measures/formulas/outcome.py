"""Everything that is computed of a measure, at once."""

from dataclasses import dataclass, field

from .cost import cost_status
from .facts import Group, MeasureFacts
from .implementation import implementation_status
from .lights import Light, StatusResult
from .missing_rates import stays_out, with_noted_rates
from .potential import potential_status
from .series import Series, month_series
from .totals import Totals, totals_of
from .years import YearSums, year_sums


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure's sums, its three statuses, its months and its fiscal years.

    `missing_rates` names the plan rates without which amounts stay out: `GBP 2027`.
    """

    totals: Totals
    implementation: StatusResult
    potential: StatusResult
    cost: StatusResult
    series: Series = field(default_factory=Series)
    years: tuple[YearSums, ...] = ()
    missing_rates: tuple[str, ...] = ()


def outcome_of(facts: MeasureFacts) -> Outcome:
    """Everything. An amount without a plan rate stays out of every sum, and both money statuses say so.

    Where nothing is left of what a status compares, it is grey.
    """
    known, noted = with_noted_rates(facts)
    totals = totals_of(known)
    series, years = month_series(known), year_sums(known)
    has_money = bool(totals.plan_in_year or totals.plan_run_rate or totals.fac_in_year or totals.forecast_run_rate)
    has_cost = bool(totals.one_time_plan or totals.one_time_forecast)
    potential, cost = potential_status(known, totals), cost_status(known, totals)
    this_year = noted.named_for(_currencies(facts, Group.HARD), facts.organization.year)
    return Outcome(
        totals,
        implementation_status(facts),
        _said(potential, stays_out(this_year), is_rated=has_money),
        _said(cost, stays_out(noted.named_for(_currencies(facts, Group.COST))), is_rated=has_cost),
        series,
        years,
        noted.named,
    )


def _currencies(facts: MeasureFacts, group: Group) -> set[str]:
    """Those in which a status is counted: of its lines, and of the target that stands for a plan until there is one."""
    promised = {facts.target.currency} if facts.target and group is Group.HARD else set()
    return promised | {line.currency for line in facts.lines_of(group)}


def _said(status: StatusResult, left_out: tuple[str, ...], *, is_rated: bool) -> StatusResult:
    """The status with what stays out of the sums it rests on; grey when all of it does."""
    if not left_out:
        return status
    return StatusResult(status.value, (*status.reasons, *left_out)) if is_rated else StatusResult(Light.GREY, left_out)


def missing_rates(facts: MeasureFacts) -> tuple[str, ...]:
    """The plan rates that the sums of a measure lack."""
    is_home = {line.currency for line in facts.lines} <= {facts.organization.currency}
    return () if is_home and facts.target is None else outcome_of(facts).missing_rates
