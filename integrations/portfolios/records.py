"""From a row to what it asks for: the nodes above, the measure's fields, its milestones, and kept values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from integrations.constants import CellType

from .cells import ONE, UNDEFINED, UnreadableCell, UnsureCell, clean_text, name_key, read_amount, read_moment
from .mapping import LEVELS, Mapping, Source
from .reading import RawRow


@dataclass(frozen=True, slots=True)
class DatedMilestone:
    """A milestone that the row dates; `actual_on` where a past date is a fact, `comment` as the row explains it."""

    name: str
    on: date
    actual_on: date | None
    comment: str = ""
    column: str = ""


@dataclass(slots=True)
class Record:
    """A row, read. `problems` reject it, `notes` are told and kept.

    `columns` are those of the file by field here. `unread` are the milestones and kept values whose cells couldn't be
    read, `refused` the dates and fields that aren't possible here: they stay as they were. `name_id` is the external
    id that the row would have in a file without ids, empty where names don't count.
    """

    number: int
    external_id: str = ""
    name_id: str = ""
    says_rebaselined: bool = False
    nodes: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    business_unit: str = ""
    milestones: list[DatedMilestone] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def by_name(name: str) -> str:
    """The external id of a row that has none but its name; empty without one."""
    key = name_key(name)
    return f"name:{key}" if key else ""


class RecordReader:
    """Reads the rows of one file by one mapping, as of the day that the file describes."""

    def __init__(self, mapping: Mapping, as_of: date) -> None:
        self.mapping = mapping
        self.as_of = as_of
        self._first_line: dict[str, int] = {}

    def read(self, row: RawRow) -> Record:
        """What the row asks for. Every cell that can't be read is a problem naming column and value."""
        record = Record(row.number)
        if row.width != row.expected:
            record.problems.append(
                f"The row has {row.width} cells, the header {row.expected}: it is shifted or broken."
            )
            return record
        self._read_identity(record, row)
        record.nodes = tuple(self._text(record, row, self.mapping.levels[level]) for level in LEVELS)
        self._check_nodes(record)
        for name, source in self.mapping.measure.items():
            record.fields[name] = self._text(record, row, source)
            record.columns[name] = source.column or name
        if self.mapping.business_unit:
            record.business_unit = self._text(record, row, self.mapping.business_unit)
            record.columns["business_unit_id"] = self.mapping.business_unit.column
        self._read_milestones(record, row)
        for value in self.mapping.kept:
            kept = self._kept(record, row, value.column, value.type, of=value.label, unit=value.unit)
            record.kept[value.label] = self.mapping.vocabularies.get(value.vocabulary, {}).get(kept, kept)
        if self.mapping.rebaselined:
            told = self._text(record, row, Source(column=self.mapping.rebaselined.column))
            record.says_rebaselined = bool(self.mapping.rebaselined.says.search(told))
        return record

    def _read_identity(self, record: Record, row: RawRow) -> None:
        own, known_by = self.mapping.external_id, self.mapping.known_by
        record.name_id = by_name(self._text(record, row, known_by)) if known_by else ""
        record.external_id = self._text(record, row, own) if own else record.name_id
        self._check_identity(record, next(source.column for source in (own, known_by) if source))

    def _check_identity(self, record: Record, column: str) -> None:
        if not record.external_id:
            record.problems.append(f"{column}: it is empty, so the row can't be recognised again.")
        elif record.external_id in self._first_line:
            line = self._first_line[record.external_id]
            record.problems.append(f"{column}: {record.external_id!r} stands in row {line} already.")
        else:
            self._first_line[record.external_id] = record.number

    def _check_nodes(self, record: Record) -> None:
        for level, name in zip(LEVELS, record.nodes, strict=True):
            if not name:
                source = self.mapping.levels[level]
                record.problems.append(f"{source.column or level}: the {level} is empty.")

    def _text(self, record: Record, row: RawRow, source: Source) -> str:
        if not source.column:
            return source.text
        raw = row.cells[source.column]
        try:
            text = clean_text(raw)
        except UnreadableCell as error:
            record.problems.append(f"{source.column}: {_shorten(raw)!r}: {error}.")
            return ""
        if UNDEFINED in text:
            _note_once(
                record,
                f"{source.column}: a character that {self.mapping.encoding} doesn't have is shown as {UNDEFINED}.",
            )
        return self.mapping.vocabularies.get(source.vocabulary, {}).get(text, text)

    def _read_milestones(self, record: Record, row: RawRow) -> None:
        moments: dict[str, datetime] = {}
        for milestone in self.mapping.milestones:
            moment = self._kept(record, row, milestone.column, CellType.DATE, of=milestone.name, as_moment=True)
            if not isinstance(moment, datetime):
                continue
            moments[milestone.column], on = moment, moment.date()
            done = milestone.past_is_actual and on <= self.as_of
            comment = self._text(record, row, Source(column=milestone.comment))
            record.milestones.append(
                DatedMilestone(milestone.name, on, on if done else None, comment, milestone.column)
            )
        ordered = [column for column in self.mapping.in_order if column in moments]
        for earlier, later in pairwise(ordered):
            if moments[earlier] > moments[later]:
                record.notes.append(f"{earlier} {_told(moments[earlier])} is after {later} {_told(moments[later])}.")

    def _kept(
        self,
        record: Record,
        row: RawRow,
        column: str,
        kind: CellType,
        *,
        of: str,
        as_moment: bool = False,
        unit: Decimal = ONE,
    ) -> Any:
        """The cell as text for JSON (or a moment).

        Text that is withheld on purpose and a number that has two readings stay as they stand there, and are told.
        What can't be read at all is told and left out: one mistyped year is no reason to lose the rest of the row.
        """
        text = self._text(record, row, Source(column=column))
        if not text or kind == CellType.TEXT:
            return text
        if self.mapping.withheld and self.mapping.withheld.search(text):
            record.notes.append(f"{column}: withheld by the source, {_shorten(text)!r}.")
            return None if as_moment else text
        try:
            if kind == CellType.MONEY:
                return f"{self._amount(text, unit):f}"
            moment = read_moment(text, self.mapping.date_formats)
        except UnsureCell as error:
            record.notes.append(f"{column}: {_shorten(text)!r} is kept as text: {error}.")
            return text
        except UnreadableCell as error:
            record.notes.append(f"{column}: {_shorten(text)!r} is left out: {error}.")
            record.unread.add(of)
            return None
        return moment if as_moment else moment.date().isoformat()

    def _amount(self, text: str, unit: Decimal) -> Decimal:
        file = self.mapping
        return read_amount(
            text,
            decimal_mark=file.decimal_mark,
            currency_signs=file.currency_signs,
            float_noise=file.float_noise,
            unit=unit,
        )


def _note_once(record: Record, note: str) -> None:
    if note not in record.notes:
        record.notes.append(note)


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment.time() != datetime.min.time() else f"{moment:%Y-%m-%d}"


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:57]}..."
