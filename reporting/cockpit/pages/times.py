"""The moments of a cockpit."""

from cat4.web.formats import day
from governance.months.models import Snapshot
from reporting.past.pages import TimeBar, times

from ..selectors.cockpit import Cockpit


def time_bar(page: Cockpit, base: Snapshot | None) -> TimeBar:
    """The moments of a cockpit: today and every lock; it is compared with earlier ones."""
    today = "Today" if page.as_of else f"Today, {day(page.today)}"
    return times(today, page.locks, page.as_of, base)
