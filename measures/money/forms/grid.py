"""Reading the grid of months: only cells that are open, only those that were changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cat4.web.formats import exact, parse_number

from ..selectors.grid import LineGrid, RowKey

EMPTIED = "Enter a number; 0 where there is nothing."


@dataclass(frozen=True, slots=True)
class GridInput:
    """What was typed: amounts by row and month, sentences by cell, and every text, to be shown again."""

    amounts: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def row(self, key: str) -> dict[date, Decimal]:
        """The changed amounts of plan, actual or forecast."""
        return self.amounts.get(key, {})


def cell_name(key: RowKey, month: date) -> str:
    """`forecast-2026-10`."""
    return f"{key}-{month:%Y-%m}"


def cell_text(amount: Decimal | None) -> str:
    """What an open cell holds before anybody types, to the cent: saving it unseen changes nothing."""
    return "" if amount is None else exact(amount)


def read_grid(posted: Mapping[str, str], grid: LineGrid) -> GridInput:
    """The changed cells of a line. An emptied cell is an error: empty means unknown, and that can't be saved."""
    read = GridInput()
    for row in grid.rows:
        for cell in row.cells:
            name = cell_name(row.key, cell.month)
            if not cell.is_open or name not in posted:
                continue
            typed = read.texts[name] = posted[name].strip()
            if typed != cell_text(cell.amount):
                _read_cell(read, row.key, cell.month, typed)
    return read


def _read_cell(read: GridInput, key: RowKey, month: date, typed: str) -> None:
    name = cell_name(key, month)
    if not typed:
        read.errors[name] = EMPTIED
        return
    try:
        amount = parse_number(typed)
    except ValueError as error:
        read.errors[name] = str(error)
        return
    read.amounts.setdefault(key, {})[month] = amount
