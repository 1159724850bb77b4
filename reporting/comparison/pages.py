"""A comparison as its page and its file take it: texts before and after, differences with their sign."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cat4.web.charts import thousands
from cat4.web.csv_file import CsvColumn, csv_table
from cat4.web.formats import day, is_negative, month
from governance.months.models import Snapshot
from measures.constants import Doi, Lifecycle, Status
from reporting.past.selectors.locks import Lock

from .selectors import FIGURES, Change, Comparison, Entry, Kind

WORDS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.DEGREE: lambda value: f"{value} {Doi(value).label}",
    Kind.LIFECYCLE: lambda value: Lifecycle(value).label,
    Kind.YES_NO: lambda value: "yes" if value else "no",
    Kind.STATUS: lambda value: Status(value).label,
    Kind.MONEY: str,
    Kind.DAY: day,
}
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
        is_loss=is_negative(unit.signed(entry.forecast)),
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
    return "–" if value in (None, "") else WORDS[change.field.kind](value)


def totals(found: Comparison, currency: str) -> list[tuple[str, str, bool]]:
    """The differences of the whole, which the measures' differences add up to."""
    unit = thousands(currency)
    sums = [(field.label, found.total(field.key)) for field in FIGURES]
    return [(label, unit.signed(amount), amount >= 0) for label, amount in sums]


def moment_in_words(lock: Lock | Snapshot | None) -> str:
    """`Aug 2026, locked 14 Sep 2026`, or `today`."""
    return f"{month(lock.month)}, locked {day(lock.as_of)}" if lock else "today"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the file: a field that changed, or a figure of a measure that came or went, unrounded."""

    part: str
    entry: Entry
    field: str
    before: object
    after: object
    difference: object
    currency: str
    base: str
    other: str


# In the order of the file.
COLUMNS: tuple[CsvColumn[FileLine], ...] = (
    CsvColumn("What", lambda line: line.part),
    CsvColumn("Why", lambda line: line.entry.why),
    CsvColumn("Code", lambda line: line.entry.code),
    CsvColumn("Name", lambda line: line.entry.name),
    CsvColumn("Place", lambda line: line.entry.place),
    CsvColumn("Owner", lambda line: line.entry.owner),
    CsvColumn("Field", lambda line: line.field),
    CsvColumn("Before", lambda line: line.before),
    CsvColumn("After", lambda line: line.after),
    CsvColumn("Difference", lambda line: line.difference),
    CsvColumn("Currency", lambda line: line.currency),
    CsvColumn("From", lambda line: line.base),
    CsvColumn("To", lambda line: line.other),
)


def csv_of(found: Comparison, currency: str) -> bytes:
    """One row per changed field; added and removed measures have a row each with their money, unrounded."""
    return csv_table(
        COLUMNS,
        [line for part, entries in _parts(found) for entry in entries for line in _lines(found, part, entry, currency)],
    )


def _parts(found: Comparison) -> Iterable[tuple[str, Sequence[Entry]]]:
    return (("added", found.added), ("removed", found.removed), ("changed", found.changed))


def _name(snapshot: Snapshot | None) -> str:
    return f"{snapshot.month:%Y-%m}" if snapshot else "now"


def _lines(found: Comparison, part: str, entry: Entry, currency: str) -> Iterable[FileLine]:
    def line(field: str, before: object, after: object, difference: object, currency: str) -> FileLine:
        ends = (_name(found.base), _name(found.other))
        return FileLine(part, entry, field, before, after, difference, currency, *ends)

    if not entry.changes:
        return [line(field.label, "", "", getattr(entry, field.key), currency) for field in FIGURES]
    return [
        line(change.field.label, *change_cells(change), change.delta, currency if change.field.is_money else "")
        for change in entry.changes
    ]


def _plain(change: Change, value: Any) -> object:
    if value is None:
        return ""
    return value if change.field.is_money else WORDS[change.field.kind](value)


def change_cells(change: Change) -> tuple[object, object]:
    """Before and after for files and programs: amounts unrounded, other facts in words."""
    return _plain(change, change.before), _plain(change, change.after)
