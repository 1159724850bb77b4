"""Everything that is computed of a measure, at once."""

from dataclasses import dataclass

from .cost import cost_status
from .facts import MeasureFacts, RateMissing
from .implementation import implementation_status
from .lights import Light, StatusResult
from .potential import potential_status
from .totals import Totals, totals_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure's sums and its three statuses."""

    totals: Totals
    implementation: StatusResult
    potential: StatusResult
    cost: StatusResult


def outcome_of(facts: MeasureFacts) -> Outcome:
    """Sums and statuses; without a plan rate that is needed, sums of 0 and money statuses grey, saying which."""
    implementation = implementation_status(facts)
    try:
        totals = totals_of(facts)
    except RateMissing as missing:
        grey = StatusResult(Light.GREY, (str(missing),))
        return Outcome(Totals(), implementation, grey, grey)
    return Outcome(totals, implementation, potential_status(facts, totals), cost_status(facts, totals))
