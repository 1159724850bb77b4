"""Tables as CSV files that spreadsheets read right, built as bytes.

A streamed answer would outlive the organization's transaction.
"""

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
