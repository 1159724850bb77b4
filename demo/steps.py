"""Dated steps: what happens on which day, and how they are told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from cat4 import clock
from cat4.fiscal import add_months
from hierarchy.calendar.workdays import add_working_days

from .curves import LAST_REPORTED

Step = Callable[[], object]


@dataclass(frozen=True, slots=True, order=True)
class Dated:
    """A step on its day; `order` and `key` settle what comes first within the day."""

    on: date
    order: int
    key: str
    step: Step = field(compare=False)


def play(steps: list[Dated]) -> None:
    """Tell the steps by date, each with the clock on its day."""
    for dated in sorted(steps):
        with clock.at(dated.on):
            dated.step()


def lock_steps(lock: Callable[[date], None]) -> Iterator[Dated]:
    """Every month from January 2025 to August 2026 is locked on the 10th working day after it."""
    month = date(2025, 1, 1)
    while month < LAST_REPORTED:
        day = add_working_days(add_months(month, 1) - timedelta(days=1), 10)
        yield Dated(day, 9, month.isoformat(), _locking(lock, month))
        month = add_months(month, 1)


def _locking(lock: Callable[[date], None], month: date) -> Step:
    return lambda: lock(month)
