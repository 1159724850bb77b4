"""What a measure is about in money, for limits of those who decide (`constants.Basis` says which amount)."""

from decimal import Decimal

from measures.constants import Doi
from measures.formulas.facts import RateMissing
from measures.formulas.plan_versions import plan_years
from measures.formulas.totals import totals_of
from measures.models import Measure
from measures.selectors.facts import measure_facts
from measures.selectors.plan_versions import planning_organization

from ..rules.book import Amounts

ZERO = Decimal(0)


def amounts_of(measure: Measure) -> Amounts:
    """Computed from the measure's rows as they are now; unknown while a plan rate is missing.

    What is unknown lies within no limit, so that only those decide who have none. One-off effects are in no run-rate:
    where a fiscal year brings more than that, the year is the amount.
    """
    facts = measure_facts(measure.pk)
    if facts is None:
        return Amounts()
    try:
        totals = totals_of(facts)
        years = plan_years(planning_organization(facts), [(line, line.plan) for line in facts.lines]).values()
    except RateMissing:
        return Amounts()
    annual = totals.plan_run_rate if measure.doi >= Doi.DECIDED else totals.forecast_run_rate
    largest = max((abs(year.in_year) for year in years), default=ZERO)
    return Amounts(annual_effect=max(abs(annual), largest), cost=abs(totals.one_time_plan))
