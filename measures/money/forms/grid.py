"""Reading the grid of months: only cells that are open, only those that were changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cat4.web.formats import parse_number

from ..selectors.grid import Cell, LineGrid

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


def read_grid(posted: Mapping[str, str], grid: LineGrid) -> GridInput:
    """The changed cells of a line. An emptied cell is an error: empty means unknown, and that can't be saved."""
    read = GridInput()
    for row in grid.rows:
        for cell in row.cells:
            typed = posted.get(cell.name, "").strip() if cell.name else cell.text
            if cell.name in posted:
                read.texts[cell.name] = typed
            if cell.name in posted and typed != cell.text:
                _read_cell(read, row.key, cell, typed)
    return read


def _read_cell(read: GridInput, key: str, cell: Cell, typed: str) -> None:
    if not typed:
        read.errors[cell.name] = EMPTIED
        return
    try:
        amount = parse_number(typed)
    except ValueError as error:
        read.errors[cell.name] = str(error)
        return
    read.amounts.setdefault(key, {})[date.fromisoformat(f"{cell.month}-01")] = amount
