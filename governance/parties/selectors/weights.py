"""How much a year a decision that is ahead is about, and how the rules say that it is made."""

from decimal import Decimal

from governance.rulebook.selectors import rules_in_force
from governance.rules.book import RuleBook, StepManner
from hierarchy.organization.selectors import organization
from measures.formulas.facts import MeasureFacts
from measures.models import Measure

from ..rules import Weighed
from .amounts import weight_of


def weigh(measure: Measure, step: str, book: RuleBook | None = None, known: MeasureFacts | None = None) -> Weighed:
    """A decision at a step on a measure as it is now; the amount is computed only where it matters.

    `known` are the measure's facts where the caller read them already.
    """
    manner = (book or rules_in_force()).manner_at(step)
    if manner is None:
        return Weighed(step)
    return _weighed(step, manner, weight_of(step, measure, known))


def weigh_amount(step: str, amount: Decimal | None, book: RuleBook | None = None) -> Weighed:
    """A decision whose amount is known already."""
    return _weighed(step, (book or rules_in_force()).manner_at(step), amount)


def _weighed(step: str, manner: StepManner | None, amount: Decimal | None) -> Weighed:
    """The currency is for the sentence of a refusal alone."""
    asks_body = manner is not None and manner.asks_body(amount)
    return Weighed(step, manner, amount, organization().currency if asks_body else "")
