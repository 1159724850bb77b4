"""The days on which a committee meets by its cadence (domain section 13). Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cat4.fiscal import add_months, first_of_month
from hierarchy.calendar.workdays import WorkCalendar
from hierarchy.constants import Cadence

_LAST_WEEK = 5
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, on which weekday (0 is Monday), from which day on; `week` tells which of the
    month, 5 is the last.

    Fortnights are counted from the week of `start`, quarters from its month.
    """

    cadence: str
    weekday: int
    start: date
    week: int = 1

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days of the cadence from `first` to `last`, whether anybody works on them or not."""
        first = max(first, self.start)
        if self.cadence in {Cadence.WEEKLY, Cadence.FORTNIGHTLY}:
            yield from self._weeks(first, last)
        elif self.cadence in {Cadence.MONTHLY, Cadence.QUARTERLY}:
            yield from self._months(first, last)

    def _weeks(self, first: date, last: date) -> Iterator[date]:
        step = timedelta(days=_DAYS if self.cadence == Cadence.WEEKLY else 2 * _DAYS)
        day = self.start - timedelta(days=self.start.weekday()) + timedelta(days=self.weekday)
        while day <= last:
            if day >= first:
                yield day
            day += step

    def _months(self, first: date, last: date) -> Iterator[date]:
        step = 1 if self.cadence == Cadence.MONTHLY else 3
        month = first_of_month(self.start)
        while month <= last:
            day = nth_weekday(month, self.weekday, self.week)
            if first <= day <= last:
                yield day
            month = add_months(month, step)


def nth_weekday(month: date, weekday: int, week: int) -> date:
    """The first to fourth such weekday of a month; 5 is its last, which may be the fourth."""
    first = first_of_month(month)
    day = first + timedelta(days=(weekday - first.weekday()) % _DAYS)
    if week < _LAST_WEEK:
        return day + timedelta(days=_DAYS * (week - 1))
    end = first.replace(day=monthrange(first.year, first.month)[1])
    return end - timedelta(days=(end.weekday() - weekday) % _DAYS)


def on_working_day(day: date, calendar: WorkCalendar) -> date:
    """The day itself, or the next working day after it."""
    return day if calendar.is_working_day(day) else calendar.add(day, 1)


def at_local_time(day: date, at: time, time_zone: str) -> datetime:
    """The instant of a time of day in a zone: ten o'clock stays ten o'clock when the clocks change."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(time_zone))
