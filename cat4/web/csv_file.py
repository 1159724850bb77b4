"""Tables as CSV files that spreadsheets read right, built as bytes.

A streamed answer would outlive the organization's transaction.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

RowT = TypeVar("RowT")

# A spreadsheet takes a cell that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CsvColumn(Generic[RowT]):
    """A column of a file: its head, and what it takes from a row."""

    head: str
    read: Callable[[RowT], object]


def csv_table(columns: Sequence[CsvColumn[RowT]], rows: Iterable[RowT]) -> bytes:
    """The rows under the heads of the columns, as `csv_bytes` writes them."""
    return csv_bytes([column.head for column in columns], ([column.read(row) for column in columns] for row in rows))


def csv_bytes(head: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """UTF-8 with a byte order mark; texts can't become formulas, numbers stay as they are."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def plain(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
