"""By when a month is handed in, validated and locked, in working days after its end (domain section 12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cat4.fiscal import add_months
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from hierarchy.organization.selectors import thresholds
from hierarchy.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class DueDates:
    """The last day of each step of a month."""

    submit_on: date
    validate_on: date
    lock_on: date


def due_dates_of(month: date, limits: Thresholds, calendar: WorkCalendar) -> DueDates:
    """Working day 5, 8 and 10 after the month (*defaults*)."""
    end = add_months(month, 1) - timedelta(days=1)
    days = (limits.close_submit_days, limits.close_validate_days, limits.close_lock_days)
    return DueDates(*(calendar.add(end, count) for count in days))


def due_dates(months: Iterable[date]) -> dict[date, DueDates]:
    """The due dates of months, by the organization's present calendar and settings."""
    limits, calendar = thresholds(), work_calendar()
    return {month: due_dates_of(month, limits, calendar) for month in months}
