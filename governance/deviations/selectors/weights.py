"""How much a year a forced trade-off is about, and whether the committee decides it as a body."""

from collections.abc import Iterable

from governance.parties.rules import Weighed
from governance.parties.selectors.weights import weigh_amount
from governance.rules.book import RuleBook
from governance.rules.constants import Step

from ..models import Deviation


def weigh_deviations(deviations: Iterable[Deviation], book: RuleBook | None = None) -> Weighed:
    """By the largest effect of one of them, in the year or on the run-rate (domain section 4).

    By the rules in force unless others are given.
    """
    amounts = (max(abs(row.effect_in_year), abs(row.effect_run_rate)) for row in deviations)
    return weigh_amount(Step.TRADE_OFF, max(amounts), book)


def asks_body(deviations: Iterable[Deviation], book: RuleBook | None = None) -> bool:
    """Whether a meeting or circulation has to decide on them: it does on one of them."""
    return weigh_deviations(deviations, book).asks_body
