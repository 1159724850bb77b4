"""How much a year a forced trade-off is about."""

from governance.parties.rules import Weighed
from governance.parties.selectors.weights import weigh_amount
from governance.rules.constants import Step

from ..models import Deviation


def weigh_deviation(deviation: Deviation) -> Weighed:
    """By the larger of its effect in the year and on the run-rate (domain section 4)."""
    return weigh_amount(Step.TRADE_OFF, max(abs(deviation.effect_in_year), abs(deviation.effect_run_rate)))
