"""The effect of exchange rates, its own bar beside the performance at plan rates (domain 6.10)."""

from decimal import Decimal

from .facts import AverageRateMissing, Group, LineFacts, MeasureFacts, MonthFacts
from .phasing import cents


def fx_effect(facts: MeasureFacts) -> Decimal:
    """What the distance of average to plan rates made of this fiscal year's actuals of hard EBITDA.

    `sum(actual_local * (AVG - PLAN))` over the months with an actual, in the reporting currency; one-off lines
    count too. Zero and the reporting currency need no rate.

    Raises:
        RateMissing: no plan rate. Then the sums at plan rates are missing as well.
        AverageRateMissing: no average rate for a month. The sums at plan rates stand; only this effect is unknown.
    """
    first, last = facts.organization.year_bounds
    effect = Decimal(0)
    for line in facts.lines_of(Group.HARD):
        for month in line.months:
            if first <= month.month <= last:
                effect += _of_month(facts, line, month)
    return cents(effect)


def _of_month(facts: MeasureFacts, line: LineFacts, month: MonthFacts) -> Decimal:
    home, amount = facts.organization, month.actual
    if line.currency == home.currency or not amount:
        return Decimal(0)
    year = home.year_of(month.month)
    plan = home.plan_rate(line.currency, year)
    if not plan:
        # Noted as missing (`missing_rates`): the amount stays out here too.
        return Decimal(0)
    average = home.average_rates.get((line.currency, month.month))
    if average is None:
        raise AverageRateMissing(line.currency, home.currency, year, month.month)
    return amount * (average - plan)
