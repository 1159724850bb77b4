"""Everything that is computed of a measure, at once."""

from dataclasses import dataclass, field

from .cost import cost_status
from .facts import MeasureFacts, RateMissing
from .implementation import implementation_status
from .lights import Light, StatusResult
from .potential import potential_status
from .series import Series, month_series
from .totals import Totals, totals_of
from .years import YearSums, year_sums


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure's sums, its three statuses, its months and its fiscal years."""

    totals: Totals
    implementation: StatusResult
    potential: StatusResult
    cost: StatusResult
    series: Series = field(default_factory=Series)
    years: tuple[YearSums, ...] = ()


def outcome_of(facts: MeasureFacts) -> Outcome:
    """Everything; without a plan rate that the sums need, they are 0 and money statuses grey, saying which."""
    implementation = implementation_status(facts)
    try:
        totals = totals_of(facts)
    except RateMissing as missing:
        grey = StatusResult(Light.GREY, (str(missing),))
        return Outcome(Totals(), implementation, grey, grey)
    return Outcome(
        totals,
        implementation,
        potential_status(facts, totals),
        cost_status(facts, totals),
        _months(facts),
        year_sums(facts),
    )


def _months(facts: MeasureFacts) -> Series:
    """No month at all while one lacks its plan rate: half a series would look like a measure that ends."""
    try:
        return month_series(facts)
    except RateMissing:
        return Series()
