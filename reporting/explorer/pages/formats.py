"""How the values of columns are written: in cells of the page in its unit, in the file unrounded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cat4.web.formats import NOTHING, is_negative, month, percent
from measures.constants import Lifecycle, Status
from reporting.figures.units import PageUnit

from ..selectors.columns import Column, Format
from ..selectors.rows import Row

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the page: a text, or a fragment that draws the row; `is_bad` is money or time that is missing."""

    text: str = ""
    is_number: bool = False
    is_bad: bool = False
    is_strong: bool = False
    fragment: str = ""


def _as_it_is(value: Any) -> object:
    return "" if value is None else value


def _never(_value: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Writing:
    """One format: the value of the file; the words of the page where they differ, or the fragment instead of words."""

    in_file: Callable[[Any], object] = _as_it_is
    words: Callable[[Any, PageUnit], str] | None = None
    is_bad: Callable[[Any], bool] = _never
    is_red_below_zero: bool = False
    is_number: bool = False
    is_strong: bool = False
    fragment: str = ""


def _cents(amount: Decimal | None) -> object:
    return "" if amount is None else amount.quantize(_CENT)


def _loss(loss: Decimal | None, unit: PageUnit) -> str:
    """A loss as the difference that it makes."""
    return unit.signed(None if loss is None else -loss)


def _above_zero(value: Decimal | int | None) -> bool:
    return value is not None and value > 0


def _year_and_month(value: date | None) -> str:
    return f"{value:%Y-%m}" if value else ""


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


FORMATS: dict[Format, Writing] = {
    Format.TEXT: Writing(),
    Format.LEVEL: Writing(lambda level: level or "Measure"),
    Format.NAME: Writing(fragment="reporting/explorer/_name.html"),
    Format.DEGREE: Writing(fragment="reporting/explorer/_degree.html"),
    Format.STATUS: Writing(lambda value: Status(value).label),
    Format.BOTH_STATUSES: Writing(lambda value: Status(value).label, fragment="reporting/explorer/_statuses.html"),
    Format.LIFECYCLE: Writing(lambda value: Lifecycle(value).label if value else ""),
    Format.YES_NO: Writing(_yes_or_no),
    Format.AMOUNT: Writing(_cents, lambda value, unit: unit.text(value), is_number=True),
    Format.CURRENCY: Writing(),
    Format.DIFFERENCE: Writing(_cents, lambda value, unit: unit.signed(value), is_red_below_zero=True, is_number=True),
    Format.LOSS: Writing(_cents, _loss, is_red_below_zero=True, is_number=True),
    Format.SHARE: Writing(
        lambda value: "" if value is None else round(value, 4), lambda value, _: percent(value), is_number=True
    ),
    Format.MONTH: Writing(_year_and_month, lambda value, _: month(value), is_number=True),
    Format.COUNT: Writing(is_number=True),
    Format.OVERDUE: Writing(is_bad=_above_zero, is_number=True, is_strong=True),
    Format.OWNER: Writing(fragment="reporting/explorer/_owner.html"),
}


def cell(column: Column, row: Row, unit: PageUnit) -> Cell:
    """What the page shows of a row in a column."""
    writing = FORMATS[column.format]
    if writing.fragment:
        return Cell(fragment=writing.fragment)
    value = column.read(row)
    text = writing.words(value, unit) if writing.words else str(writing.in_file(value)) or NOTHING
    return Cell(
        text=text,
        is_number=writing.is_number,
        is_bad=writing.is_bad(value) or (writing.is_red_below_zero and is_negative(text)),
        is_strong=writing.is_strong,
    )


def in_file(column: Column, row: Row, currency: str) -> object:
    """What the file says of a row in a column; `currency` is that of all its amounts."""
    return currency if column.format is Format.CURRENCY else FORMATS[column.format].in_file(column.read(row))
