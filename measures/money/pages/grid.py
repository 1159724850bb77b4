"""The grid of months as its page shows it: a card per effect line, its cells in words, and what was typed in vain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from cat4.web import formats
from cat4.web.questions import Moved
from measures.models import EffectLine

from ..forms.grid import GridInput, cell_name, cell_text
from ..selectors.grid import Cell, LineGrid, Row, RowKey
from ..selectors.periods import PeriodLine
from ..selectors.returned import ReturnedMonth
from ..selectors.taken import TakenLine

# What was returned, by line and month.
Marks = Mapping[tuple[UUID, date], ReturnedMonth]

LABELS = {
    RowKey.PLAN: "Plan",
    RowKey.ACTUAL: "Actual",
    RowKey.FORECAST: "Forecast",
    RowKey.CORRECTIONS: "Corrections",
    RowKey.EXPECTED: "At completion",
    RowKey.AGAINST_PLAN: "Against plan",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a line's grid and couldn't be saved: texts by cell name, sentences, and the reason."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CardCell:
    """A month of a row. With a `name` it can be typed; `state` is validated, submitted or empty.

    `returned` says by whom and why the figure was sent back, where it is entered again.
    """

    text: str
    is_negative: bool
    label: str = ""
    name: str = ""
    state: str = ""
    error: str = ""
    returned: str = ""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A series of the line under its name."""

    label: str
    cells: list[CardCell]
    total: str
    is_negative: bool


@dataclass(frozen=True, slots=True)
class ToValidate:
    """A month that the reader may validate; `seen` is the amount that they look at, as the form sends it back."""

    month: date
    text: str
    seen: str


@dataclass(frozen=True, slots=True)
class LineCard:
    """An effect line in one fiscal year."""

    line: EffectLine
    heads: list[str]
    rows: list[CardRow]
    sums: list[CardRow]
    may_save: bool
    may_save_forecast: bool
    validations: list[ToValidate]
    own_entries: list[str]
    may_return_any: bool
    periods: tuple[PeriodLine, ...]
    problems: tuple[str, ...] = ()
    reason: str = ""


def line_cards(
    grids: Iterable[LineGrid], typed: Mapping[str, Typed] | None = None, returned: Iterable[ReturnedMonth] = ()
) -> list[LineCard]:
    """A card per line. `typed` holds refused input by line id; `returned` months are marked in their cells."""
    marks = {(month.line_id, month.month): month for month in returned}
    return [_card(grid, (typed or {}).get(str(grid.line.pk), Typed()), marks) for grid in grids]


def _card(grid: LineGrid, typed: Typed, marks: Marks) -> LineCard:
    return LineCard(
        line=grid.line,
        heads=[_head(month) for month in grid.months],
        rows=[
            _row(grid.line, row, typed, marks)
            for row in (*grid.rows, *([grid.corrections] if grid.corrections else ()))
        ],
        sums=[_row(grid.line, grid.expected, typed, {}), _against_plan(grid.against_plan)],
        may_save=any(_may_save(row) for row in grid.rows),
        may_save_forecast=_may_save(grid.row(RowKey.FORECAST)),
        validations=list(_validations(grid.row(RowKey.ACTUAL))),
        own_entries=[formats.month(month) for month in grid.own_entries],
        may_return_any=grid.may_return_any,
        periods=grid.periods,
        problems=typed.problems,
        reason=typed.reason,
    )


def _head(month: date) -> str:
    return formats.month(month).split(" ")[0]


def _may_save(row: Row) -> bool:
    return any(cell.is_open for cell in row.cells)


def _validations(row: Row) -> Iterable[ToValidate]:
    for cell in row.cells:
        if cell.may_validate and cell.amount is not None:
            yield ToValidate(cell.month, formats.exact(cell.amount), str(cell.amount))


def _row(line: EffectLine, row: Row, typed: Typed, marks: Marks) -> CardRow:
    cells = [_cell(line, row.key, cell, typed, marks) for cell in row.cells]
    return CardRow(LABELS[row.key], cells, formats.exact(row.total), _is_negative(row.total))


def _cell(line: EffectLine, key: RowKey, cell: Cell, typed: Typed, marks: Marks) -> CardCell:
    name = cell_name(key, cell.month) if cell.is_open else ""
    mark = marks.get((line.pk, cell.month)) if name and key == RowKey.ACTUAL else None
    text = cell_text(cell.amount) if cell.is_open else formats.exact(cell.amount)
    return CardCell(
        text=typed.texts.get(name, text),
        is_negative=_is_negative(cell.amount),
        label=_label(line, key, cell.month),
        name=name,
        state=cell.state or "",
        error=typed.errors.get(name, ""),
        returned=gettext("Returned by %(who)s: “%(why)s”") % {"who": mark.by, "why": mark.reason} if mark else "",
    )


def _label(line: EffectLine, key: RowKey, month: date) -> str:
    return f"{LABELS[key]} {formats.month(month)}, {line.measured_in}, {line.name}"


def _against_plan(row: Row) -> CardRow:
    cells = [CardCell(formats.exact_signed(cell.amount), _is_negative(cell.amount)) for cell in row.cells]
    return CardRow(LABELS[row.key], cells, formats.exact_signed(row.total), _is_negative(row.total))


def _is_negative(amount: Decimal | None) -> bool:
    return formats.is_negative(formats.exact(amount))


@dataclass(frozen=True, slots=True)
class TakenCard:
    """What an overlap takes out of a line, in words."""

    line: EffectLine
    other_code: str
    heads: list[str]
    rows: list[CardRow]


def taken_cards(found: Iterable[TakenLine]) -> list[TakenCard]:
    """A card per line and overlap."""
    return [
        TakenCard(
            taken.line,
            taken.other_code,
            [_head(month) for month in taken.months],
            [_taken_row(key, amounts) for key, amounts in taken.rows],
        )
        for taken in found
    ]


def _taken_row(key: RowKey, amounts: Iterable[Decimal | None]) -> CardRow:
    known = list(amounts)
    total = sum((amount for amount in known if amount is not None), Decimal(0))
    cells = [CardCell(formats.exact(amount), _is_negative(amount)) for amount in known]
    return CardRow(LABELS[key], cells, formats.exact(total), _is_negative(total))


def moved_cells(grid: LineGrid, read: GridInput) -> list[Moved]:
    """What was typed beside what counted in that month before: the same row, else the forecast, else the plan."""
    found = []
    for row in grid.rows:
        typed = read.row(row.key)
        for cell in row.cells:
            before = _counted(grid, row.key, cell.month)
            if cell.month in typed and before is not None:
                found.append(Moved(_label(grid.line, row.key, cell.month), before, typed[cell.month]))
    return found


_BEFORE = {
    RowKey.PLAN: (RowKey.PLAN,),
    RowKey.FORECAST: (RowKey.FORECAST, RowKey.PLAN),
    RowKey.ACTUAL: (RowKey.ACTUAL, RowKey.FORECAST, RowKey.PLAN),
}


def _counted(grid: LineGrid, key: RowKey, month: date) -> Decimal | None:
    rows = (grid.row(other) for other in _BEFORE[key])
    amounts = (cell.amount for row in rows for cell in row.cells if cell.month == month)
    return next((amount for amount in amounts if amount is not None), None)


def differences(grid: LineGrid, read: GridInput) -> list[str]:
    """What is there now beside what was typed, for each cell in which they differ."""
    open_cells = [(row.key, cell) for row in grid.rows for cell in row.cells if cell.is_open]
    compared = (
        (_label(grid.line, key, cell.month), cell_text(cell.amount), read.texts.get(cell_name(key, cell.month)))
        for key, cell in open_cells
    )
    return [
        f"{label}: now {now or 'empty'}, you entered {typed or 'nothing'}."
        for label, now, typed in compared
        if typed is not None and typed != now
    ]
