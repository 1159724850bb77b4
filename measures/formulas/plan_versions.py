"""Plans beside each other: what each brings per fiscal year, and a plan that is phased anew (domain 6.1, 6.2)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import fiscal_year_bounds

from .facts import Group, LineFacts, OrganizationFacts
from .money import exit_run_rate, planned_run_rate
from .phasing import cents, phase

ZERO = Decimal(0)
Series = Iterable[tuple[LineFacts, Mapping[date, Decimal]]]


@dataclass(frozen=True, slots=True)
class Phasing:
    """A full annual recurring effect, its first and last month, and the months of its ramp (domain 6.1)."""

    annual_amount: Decimal
    start_month: date
    end_month: date | None = None
    ramp_months: int = 0


@dataclass(frozen=True, slots=True)
class PlanYear:
    """Hard EBITDA of a fiscal year in the reporting currency at plan rate; `cost` is one-time cost and capex.

    `run_rate` is the exit run-rate, 12 x the last month, and `carry_over` what the next year brings more than
    this one, 0 where the calendar ends before it does; both of recurring lines only.
    """

    fiscal_year: int
    in_year: Decimal = ZERO
    carry_over: Decimal = ZERO
    run_rate: Decimal = ZERO
    cost: Decimal = ZERO


def phased_again(
    phasing: Phasing, plan: Mapping[date, Decimal], locked: Collection[date], last: date
) -> dict[date, Decimal]:
    """The open months of a plan as they are phased anew; those that the phasing leaves out become 0.

    Locked months keep their plan, so they aren't among the answer. `last` is the calendar's last month.
    """
    new = phase(phasing.annual_amount, phasing.start_month, phasing.end_month, phasing.ramp_months, last)
    return {month: new.get(month, ZERO) for month in sorted({*new, *plan}) if month not in locked}


def plan_years(organization: OrganizationFacts, series: Series) -> dict[int, PlanYear]:
    """The fiscal years in which the lines have an amount, in order.

    Raises:
        RateMissing: an amount needs a plan rate that isn't set.
    """
    value, recurring, cost = (defaultdict[int, Decimal](Decimal) for _ in range(3))
    exits: dict[int, Decimal] = defaultdict(Decimal)
    for line, months in series:
        for month, amount in months.items():
            year = organization.year_of(month)
            home = organization.at_plan_rate(amount, line.currency, year) if line.is_money else ZERO
            if line.group is Group.COST:
                cost[year] += home
            elif line.group is Group.HARD:
                value[year] += home
                recurring[year] += home if line.lasts else ZERO
        if line.group is Group.HARD and line.lasts:
            for year in {organization.year_of(month) for month in months}:
                last = fiscal_year_bounds(year, organization.fiscal_year_start)[1]
                exits[year] += organization.at_plan_rate(exit_run_rate(months, last), line.currency, year)
    years = sorted({*value, *cost})
    return {
        year: PlanYear(
            year,
            cents(value.get(year, ZERO)),
            _carry_over(organization, recurring, year),
            cents(exits.get(year, ZERO)),
            cents(cost.get(year, ZERO)),
        )
        for year in years
    }


def _carry_over(organization: OrganizationFacts, recurring: Mapping[int, Decimal], year: int) -> Decimal:
    if not organization.is_planned_whole(year + 1):
        return ZERO
    return cents(recurring.get(year + 1, ZERO) - recurring.get(year, ZERO))


def plan_run_rate(organization: OrganizationFacts, series: Series) -> Decimal:
    """The planned run-rate of the hard recurring lines at the plan rate of today's fiscal year (domain 6.2).

    Raises:
        RateMissing: as `plan_years`.
    """
    return cents(
        sum(
            (
                organization.at_plan_rate(planned_run_rate(months), line.currency, organization.year)
                for line, months in series
                if line.group is Group.HARD and line.lasts
            ),
            ZERO,
        )
    )
