"""Working days: Monday to Friday without days off, and the weekends that the organization works.

Slips, lags and clocks are counted in them. A day off counts as the working day before it: a date that slips
from Friday to Sunday has not slipped.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAYS_PER_WEEK = 5


def _weekday_index(day: int) -> int:
    """The number of the weekday on or before the ordinal `day`, counted from Monday 1 January of year 1."""
    week, weekday = divmod(day - 1, 7)
    return week * _DAYS_PER_WEEK + min(weekday, _DAYS_PER_WEEK - 1)


def _ordinals(days: Iterable[date]) -> tuple[int, ...]:
    return tuple(sorted(day.toordinal() for day in days))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of an organization, as ordinals in order.

    `holidays` are days off from Monday to Friday, `worked` Saturdays and Sundays on which it works.
    """

    holidays: tuple[int, ...] = ()
    worked: tuple[int, ...] = ()

    @classmethod
    def without(cls, days: Collection[date], worked: Collection[date] = ()) -> "WorkCalendar":
        """The calendar that skips `days` too, and works on `worked` whatever they are."""
        off = {day for day in days if day.weekday() < _DAYS_PER_WEEK and day not in worked}
        weekend = {day for day in worked if day.weekday() >= _DAYS_PER_WEEK}
        return cls(_ordinals(off), _ordinals(weekend))

    def index(self, day: date) -> int:
        """The number of the working day on or before `day`; equal for days that count as the same one."""
        return self._index(day.toordinal())

    def _index(self, ordinal: int) -> int:
        index = _weekday_index(ordinal) - bisect_right(self.holidays, ordinal)
        return index + bisect_right(self.worked, ordinal) if self.worked else index

    def day_at(self, index: int) -> date:
        """The working day with this number."""
        # No later than the day that is looked for: every worked weekend pulls it forward by at most one.
        week, weekday = divmod(index - len(self.worked), _DAYS_PER_WEEK)
        ordinal = week * 7 + weekday + 1
        while (missing := index - self._index(ordinal)) > 0:
            week, weekday = divmod(_weekday_index(ordinal) + missing, _DAYS_PER_WEEK)
            ordinal = week * 7 + weekday + 1
        # Worked weekends on the way were jumped over.
        while self.worked and self._index(ordinal - 1) >= index:
            ordinal -= 1
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


def add_working_days(day: date, count: int) -> date:
    """Without holidays."""
    return WEEKDAYS.add(day, count)
