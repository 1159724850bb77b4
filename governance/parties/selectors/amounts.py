"""What a measure is about in money, for limits of those who decide (`constants.Basis` says which amount).

A step may be decided by other amounts than the measure's own, and be weighed by another one where it is asked whether
the committee decides as a body: a capability says by which, in its `seams.py`.
"""

from collections.abc import Callable
from decimal import Decimal

from governance.rules.book import Amounts
from measures.constants import Doi
from measures.facts.measures import measure_facts
from measures.formulas.facts import MeasureFacts, RateMissing
from measures.formulas.outcome import missing_rates
from measures.formulas.plan_versions import plan_years
from measures.formulas.totals import totals_of
from measures.models import Measure
from measures.money.selectors.plan_versions import planning_organization

ZERO = Decimal(0)
AmountsOf = Callable[[Measure], Amounts]
WeightOf = Callable[[Measure], Decimal | None]

_at: dict[str, AmountsOf] = {}
_weighed: dict[str, WeightOf] = {}


def amounts_at(step: str) -> Callable[[AmountsOf], AmountsOf]:
    """Register by which amounts a step is decided.

    Raises:
        ValueError: it has its amounts already.
    """

    def register(amounts: AmountsOf) -> AmountsOf:
        if step in _at:
            raise ValueError(f"The amounts of {step} are registered already.")
        _at[step] = amounts
        return amounts

    return register


def amounts_for(step: str) -> AmountsOf:
    """By which amounts a step is decided: the measure's own, unless another capability said so."""
    return _at.get(step, amounts_of)


def weighed_at(step: str) -> Callable[[WeightOf], WeightOf]:
    """Register how much a year a decision at a step is about; without that it is the measure's annual effect.

    Raises:
        ValueError: it is weighed already.
    """

    def register(weight: WeightOf) -> WeightOf:
        if step in _weighed:
            raise ValueError(f"How {step} is weighed is registered already.")
        _weighed[step] = weight
        return weight

    return register


def weight_of(step: str, measure: Measure, known: MeasureFacts | None = None) -> Decimal | None:
    """How much a year a decision at a step is about, in the reporting currency; None while it can't be told.

    By it the rules say whether the committee decides as a body (domain section 4).
    """
    return _weighed[step](measure) if step in _weighed else amounts_of(measure, known).annual_effect


def own_weights() -> frozenset[str]:
    """The steps that are weighed by something else than the measure's annual effect."""
    return frozenset(_weighed)


def own_amounts() -> frozenset[str]:
    """The steps that are decided by other amounts than the measure's own."""
    return frozenset(_at)


def amounts_of(measure: Measure, known: MeasureFacts | None = None) -> Amounts:
    """Computed from the measure's rows as they are now; unknown while a plan rate is missing.

    What is unknown lies within no limit, so that only those decide who have none. One-off effects are in no run-rate:
    where a fiscal year brings more than that, the year is the amount.
    """
    facts = known or measure_facts(measure.pk)
    return amounts_from(facts) if facts else Amounts()


def amounts_from(facts: MeasureFacts) -> Amounts:
    """Those of facts, also of a plan as it would be."""
    if missing_rates(facts):
        return Amounts()
    try:
        totals = totals_of(facts)
        years = plan_years(planning_organization(facts), [(line, line.plan) for line in facts.lines]).values()
    except RateMissing:
        return Amounts()
    annual = totals.plan_run_rate if facts.doi >= Doi.DECIDED else totals.forecast_run_rate
    largest = max((abs(year.in_year) for year in years), default=ZERO)
    return Amounts(annual_effect=max(abs(annual), largest), cost=abs(totals.one_time_plan))
