"""The working days of the current organization."""

from ..workdays import WEEKDAYS, WorkCalendar


def work_calendar() -> WorkCalendar:
    """Monday to Friday without the organization's holidays."""
    return WEEKDAYS
