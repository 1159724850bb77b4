"""Working days: Monday to Friday. Slips and clocks are counted in them (domain section 7).

Saturday and Sunday count as the Friday before: a date that slips from Friday to Sunday has not slipped.
"""

from datetime import date, timedelta

_DAYS_PER_WEEK = 5


def _index(day: date) -> int:
    """The number of the working day on or before `day`, counted from Monday 1 January of year 1."""
    week, weekday = divmod(day.toordinal() - 1, 7)
    return week * _DAYS_PER_WEEK + min(weekday, _DAYS_PER_WEEK - 1)


def working_days_between(start: date, end: date) -> int:
    """Working days from `start` to `end`: Friday to Monday is 1, negative when `end` lies before `start`."""
    return _index(end) - _index(start)


def add_working_days(day: date, count: int) -> date:
    """The working day `count` working days after `day`, before it when negative; `day` itself for 0."""
    if count == 0:
        return day
    week, weekday = divmod(_index(day) + count, _DAYS_PER_WEEK)
    return date.min + timedelta(days=week * 7 + weekday)
