"""What a measure is about in money, for limits of those who decide (`constants.Basis` says which amount)."""

from measures.constants import Doi
from measures.formulas.facts import RateMissing
from measures.formulas.totals import totals_of
from measures.models import Measure
from measures.selectors.facts import measure_facts

from ..rules.book import Amounts


def amounts_of(measure: Measure) -> Amounts:
    """Computed from the measure's rows as they are now; unknown while a plan rate is missing.

    What is unknown lies within no limit, so that only those decide who have none.
    """
    facts = measure_facts(measure.pk)
    if facts is None:
        return Amounts()
    try:
        totals = totals_of(facts)
    except RateMissing:
        return Amounts()
    annual = totals.plan_run_rate if measure.doi >= Doi.DECIDED else totals.forecast_run_rate
    return Amounts(annual_effect=abs(annual), cost=abs(totals.one_time_plan))
