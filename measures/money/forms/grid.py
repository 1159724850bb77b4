"""Reading the grid of months: only cells that are open, only those that were changed, all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from cat4.numbers import Reading, read_block
from cat4.web.fields import DECIMAL_MARK, unsure_sentence
from cat4.web.formats import current_marks, exact

from ..selectors.grid import LineGrid, RowKey

EMPTIED = "Enter a number; 0 where there is nothing."


@dataclass(slots=True)
class GridInput:
    """What was typed: amounts by row and month, sentences by cell, and every text, to be shown again.

    `unsure` are the cells that have to be asked; none while something else is wrong.
    """

    amounts: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    unsure: list[Reading] = field(default_factory=list)

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
    typed: dict[str, tuple[RowKey, date]] = {}
    for row in grid.rows:
        for cell in row.cells:
            name = cell_name(row.key, cell.month)
            if not cell.is_open or name not in posted:
                continue
            read.texts[name] = posted[name].strip()
            if read.texts[name] != cell_text(cell.amount):
                typed[name] = (row.key, cell.month)
    found, read.unsure = read_cells({name: read.texts[name] for name in typed}, posted, read.errors)
    for name, amount in found.items():
        key, month = typed[name]
        read.amounts.setdefault(key, {})[month] = amount
    return read


def read_cells(
    texts: Mapping[str, str], posted: Mapping[str, str], errors: dict[str, str]
) -> tuple[dict[str, Decimal], list[Reading]]:
    """Read typed cells as one block: amounts by cell, and what has to be asked; `errors` takes the sentences."""
    readings = read_block(texts, current_marks(), point=posted.get(DECIMAL_MARK, ""))
    for name, reading in readings.items():
        if not reading.text:
            errors[name] = EMPTIED
        elif reading.is_unsure:
            errors[name] = unsure_sentence(reading)
        elif reading.amount is None:
            errors[name] = _("“%(typed)s” is not a number.") % {"typed": reading.text}
    amounts = {name: reading.amount for name, reading in readings.items() if reading.amount is not None}
    unsure = [reading for reading in readings.values() if reading.is_unsure]
    return amounts, unsure if len(unsure) == len(errors) else []
