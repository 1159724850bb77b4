"""A comparison as its page and its file take it: texts before and after, differences with their sign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cat4.web.charts import thousands
from cat4.web.csv_file import csv_bytes
from cat4.web.formats import day, month
from governance.months.models import Snapshot
from reporting.past.selectors.locks import Lock

from .selectors import Change, Comparison, Entry

HEAD = (
    "What", "Why", "Code", "Name", "Place", "Owner", "Field", "Before", "After", "Difference", "Currency",
    "From", "To",
)  # fmt: skip
# More than these are in the file.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A field before and after in words; of money also the difference."""

    label: str
    before: str
    after: str
    delta: str
    is_gain: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A measure of the comparison with its texts."""

    entry: Entry
    plan: str
    forecast: str
    actual: str
    is_loss: bool
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Added, removed or changed measures."""

    key: str
    title: str
    count: int
    lines: tuple[EntryLine, ...]

    @property
    def left_out(self) -> int:
        return self.count - len(self.lines)


def sections(found: Comparison, currency: str) -> list[Section]:
    """The three lists, the largest differences first."""
    parts = (
        ("added", "Added", found.added),
        ("removed", "Removed", found.removed),
        ("changed", "Changed", found.changed),
    )
    return [
        Section(key, title, len(entries), tuple(_line(entry, currency) for entry in entries[:SHOWN]))
        for key, title, entries in parts
    ]


def _line(entry: Entry, currency: str) -> EntryLine:
    unit = thousands(currency)
    return EntryLine(
        entry=entry,
        plan=unit.signed(entry.plan),
        forecast=unit.signed(entry.forecast),
        actual=unit.signed(entry.actual),
        is_loss=entry.forecast < 0,
        changes=tuple(_change(change, currency) for change in entry.changes),
    )


def _change(change: Change, currency: str) -> ChangeLine:
    if not change.field.is_money:
        return ChangeLine(change.field.label, _words(change, change.before), _words(change, change.after), "", True)
    unit, delta = thousands(currency), change.delta or Decimal(0)
    return ChangeLine(
        change.field.label, unit.text(change.before), unit.text(change.after), unit.signed(delta), delta >= 0
    )


def _words(change: Change, value: Any) -> str:
    return "–" if value in (None, "") else change.field.words(value)


def totals(found: Comparison, currency: str) -> list[tuple[str, str, bool]]:
    """The differences of the whole, which the measures' differences add up to."""
    unit = thousands(currency)
    labels = (("Plan run-rate", "plan"), ("Forecast run-rate", "forecast"), ("Validated run-rate", "actual"))
    return [(label, unit.signed(found.total(name)), found.total(name) >= 0) for label, name in labels]


def moment_in_words(lock: Lock | Snapshot | None) -> str:
    """`Aug 2026, locked 14 Sep 2026`, or `today`."""
    return f"{month(lock.month)}, locked {day(lock.as_of)}" if lock else "today"


def csv_of(found: Comparison, currency: str) -> bytes:
    """One row per changed field; added and removed measures have a row each with their money, unrounded."""
    ends = (_name(found.base), _name(found.other))
    rows = [row for key, entries in _parts(found) for entry in entries for row in _rows(key, entry, currency, ends)]
    return csv_bytes(HEAD, rows)


def _parts(found: Comparison) -> Iterable[tuple[str, Sequence[Entry]]]:
    return (("added", found.added), ("removed", found.removed), ("changed", found.changed))


def _name(snapshot: Snapshot | None) -> str:
    return f"{snapshot.month:%Y-%m}" if snapshot else "now"


def _rows(key: str, entry: Entry, currency: str, ends: tuple[str, str]) -> list[list[object]]:
    facts: list[object] = [key, entry.why, entry.code, entry.name, entry.place, entry.owner]
    if entry.changes:
        return [[*facts, *_cells(change, currency), *ends] for change in entry.changes]
    money = (("Plan run-rate", entry.plan), ("Forecast run-rate", entry.forecast), ("Validated run-rate", entry.actual))
    return [[*facts, label, "", "", amount, currency, *ends] for label, amount in money]


def _plain(change: Change, value: Any) -> object:
    if value is None:
        return ""
    return value if change.field.is_money else change.field.words(value)


def change_cells(change: Change) -> tuple[object, object]:
    """Before and after for files and programs: amounts unrounded, other facts in words."""
    return _plain(change, change.before), _plain(change, change.after)


def _cells(change: Change, currency: str) -> list[object]:
    delta = "" if change.delta is None else change.delta
    before, after = change_cells(change)
    return [change.field.label, before, after, delta, currency if change.field.is_money else ""]
