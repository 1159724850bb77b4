"""The controls "as of" and "compare with" of reports, and where each choice leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from cat4.web.formats import day, month
from governance.months.models import Snapshot

from .selectors.locks import Lock


def key_of(lock: Lock | Snapshot) -> str:
    """How addresses name a lock: `2026-08`."""
    return f"{lock.month:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A choice of a select: the value in the address and its name."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TimeBar:
    """Both selects. `query` goes on with links to other pages of the same moment, with its question mark."""

    as_of: tuple[Moment, ...]
    compare: tuple[Moment, ...]
    chosen: Snapshot | None
    base: Snapshot | None
    query: str

    @property
    def comparison_query(self) -> str:
        """The address of the whole comparison, without its node."""
        other = key_of(self.chosen) if self.chosen else "now"
        return f"from={key_of(self.base)}&to={other}" if self.base else f"to={other}"


def times(today: str, locks: Sequence[Lock], chosen: Snapshot | None, base: Snapshot | None) -> TimeBar:
    """The same for any report."""
    earlier = [lock for lock in locks if chosen is None or lock.month < chosen.month]
    return TimeBar(
        as_of=(Moment("", today, chosen is None), *(_moment(lock, chosen) for lock in locks)),
        compare=(Moment("", "Nothing", base is None), *(_moment(lock, base) for lock in earlier)),
        chosen=chosen,
        base=base,
        query=f"?asof={key_of(chosen)}" if chosen else "",
    )


def table_times(chosen: Snapshot | None, locks: Sequence[Lock]) -> TimeBar:
    """The moments of a table, which is compared on a page of its own."""
    return times("Today", locks, chosen, None)


def _moment(lock: Lock, chosen: Snapshot | None) -> Moment:
    is_chosen = chosen is not None and lock.month == chosen.month
    return Moment(key_of(lock), f"{month(lock.month)}, locked {day(lock.as_of)}", is_chosen)
