"""How months are closed: figures are computed before each lock, September is submitted, and an invoice came late."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from governance.months.actions.steps import advance_month
from measures.money.actions.corrections import enter_correction, validate_correction
from measures.money.actions.months import hand_in_month

from .company import Company
from .steps import Dated
from .story import UNVALIDATED_IN_SEPTEMBER, MeasureStory

_JULY, _AUGUST, _SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
# Measures whose supplier wrote again after the month was locked.
_VALIDATED, _PENDING = "PRO-011", "COM-011"


def period_steps(company: Company, stories: Mapping[str, MeasureStory]) -> Iterator[Dated]:
    """Each by who would do it, on its day."""
    for code in sorted(UNVALIDATED_IN_SEPTEMBER):
        story = stories[code]
        yield Dated(date(2026, 10, 9), 6, code, partial(_hand_in, story))
    yield Dated(date(2026, 10, 12), 8, "submit", lambda: _submit(company))
    yield Dated(date(2026, 9, 22), 8, _VALIDATED, lambda: _correct(stories[_VALIDATED], _JULY, is_validated=True))
    yield Dated(date(2026, 10, 6), 8, _PENDING, lambda: _correct(stories[_PENDING], _AUGUST, is_validated=False))


def _hand_in(story: MeasureStory) -> None:
    hand_in_month(story.owner, story.measure_id, month=_SEPTEMBER)


def _submit(company: Company) -> None:
    advance_month(company.actors["ines"], month=_SEPTEMBER)


def _correct(story: MeasureStory, month: date, *, is_validated: bool) -> None:
    reason = "The supplier's credit note came after the month was locked."
    entered = enter_correction(
        story.owner,
        story.measure_id,
        line_id=story.line_id,
        corrects=month,
        amount=Decimal(-1800),
        reason=reason,
        month=_SEPTEMBER,
    )
    if is_validated:
        validate_correction(story.controller, entered.pk)
