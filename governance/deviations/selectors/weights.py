"""How much a year a forced trade-off is about."""

from collections.abc import Iterable

from governance.parties.rules import Weighed
from governance.parties.selectors.weights import weigh_amount
from governance.rules.constants import Step

from ..models import Deviation
from .topics import weight_of


def weigh_deviations(deviations: Iterable[Deviation]) -> Weighed:
    """By the largest effect of one of them, in the year or on the run-rate (domain section 4)."""
    return weigh_amount(Step.TRADE_OFF, max(weight_of(row) for row in deviations))
