"""What a new day does to circulations."""

from datetime import date

from django.db import transaction

from ..meeting_constants import CirculationState
from ..selectors.circulations import circulation_for_write, due_circulations
from ._settling import settle_at_closing


@transaction.atomic
def close_due(today: date) -> int:
    """Settle every open circulation whose last day lies before `today`; again does nothing."""
    settled = 0
    for pk in due_circulations(today):
        circulation = circulation_for_write(pk)
        if circulation.state == CirculationState.OPEN:
            settle_at_closing(circulation)
            settled += 1
    return settled
