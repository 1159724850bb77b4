"""Working days: Monday to Friday, the organization's holidays excepted. Slips, lags and clocks are counted in them.

A day off counts as the working day before it: a date that slips from Friday to Sunday has not slipped.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

_DAYS_PER_WEEK = 5


def _weekday_index(day: int) -> int:
    """The number of the weekday on or before the ordinal `day`, counted from Monday 1 January of year 1."""
    week, weekday = divmod(day - 1, 7)
    return week * _DAYS_PER_WEEK + min(weekday, _DAYS_PER_WEEK - 1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of an organization. `holidays` are ordinals of days off from Monday to Friday, in order."""

    holidays: tuple[int, ...] = ()

    @classmethod
    def without(cls, days: "frozenset[date] | set[date]") -> "WorkCalendar":
        """The calendar that skips these days too."""
        return cls(tuple(sorted(day.toordinal() for day in days if day.weekday() < _DAYS_PER_WEEK)))

    def index(self, day: date) -> int:
        """The number of the working day on or before `day`; equal for days that count as the same one."""
        ordinal = day.toordinal()
        return _weekday_index(ordinal) - bisect_right(self.holidays, ordinal)

    def day_at(self, index: int) -> date:
        """The working day with this number."""
        week, weekday = divmod(index, _DAYS_PER_WEEK)
        ordinal = week * 7 + weekday + 1
        while (missing := index - (_weekday_index(ordinal) - bisect_right(self.holidays, ordinal))) > 0:
            week, weekday = divmod(_weekday_index(ordinal) + missing, _DAYS_PER_WEEK)
            ordinal = week * 7 + weekday + 1
        return date.fromordinal(ordinal)

    def is_working_day(self, day: date) -> bool:
        return self.index(day) != self.index(day - timedelta(days=1))

    def between(self, start: date, end: date) -> int:
        """Working days from `start` to `end`: Friday to Monday is 1, negative when `end` lies before `start`."""
        return self.index(end) - self.index(start)

    def add(self, day: date, count: int) -> date:
        """The working day `count` working days after `day`, before it when negative; `day` itself for 0."""
        return day if count == 0 else self.day_at(self.index(day) + count)


WEEKDAYS = WorkCalendar()


def working_days_between(start: date, end: date) -> int:
    """Without holidays: what holds before an organization has said where it works."""
    return WEEKDAYS.between(start, end)


def add_working_days(day: date, count: int) -> date:
    """Without holidays."""
    return WEEKDAYS.add(day, count)
