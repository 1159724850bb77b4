"""What a new day does to circulations."""

from datetime import date

from django.db import transaction

from cat4 import clock
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.organization.selectors import organization

from ..constants import CirculationState
from ..models.resolutions import Circulation
from ..notices import tell_vote_asked
from ..selectors.circulations import circulation_for_write, due_circulations
from .settling import settle_at_closing


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


@transaction.atomic
def remind_to_vote(today: date) -> int:
    """Tell those who haven't voted once more, from the working day before the last."""
    reminded = 0
    calendar, zone = work_calendar(), organization().time_zone
    running = Circulation.objects.filter(state=CirculationState.OPEN, closes_on__gte=today)
    for circulation in running.select_related("committee", "measure").order_by("closes_on", "id"):
        if today >= calendar.add(circulation.closes_on, -1) and clock.day_of(circulation.opened_at, zone) < today:
            reminded += tell_vote_asked(circulation, "reminded")
    return reminded
