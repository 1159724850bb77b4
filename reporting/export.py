"""The explorer's rows as CSV, built as bytes: a streamed answer would outlive the organization's transaction."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from measures.constants import Status

from .selectors.explorer import Row

# A spreadsheet takes a cell that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD = (
    "Level", "Code", "Name", "Package", "DoI", "Lifecycle", "Governable", "Implementation", "Potential",
    "Plan run-rate", "Forecast run-rate", "Forecast against plan", "Validated run-rate", "Currency",
    "Overdue milestones", "Owner", "Measures",
)  # fmt: skip


def csv_of(rows: Iterable[Row], currency: str) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it right; amounts with a point, unrounded."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(_cells(row, currency) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cells(row: Row, currency: str) -> list[str]:
    return [
        plain(row.sub if row.is_node else "Measure"),
        plain("" if row.is_node else row.sub),
        plain(row.name),
        plain(row.above),
        "" if row.doi is None else str(row.doi),
        row.lifecycle,
        "" if row.is_node else "yes" if row.governable else "no",
        Status(row.implementation).label,
        Status(row.potential).label,
        *(_amount(amount) for amount in (row.plan, row.forecast, row.gap, row.actual)),
        currency,
        str(row.overdue),
        plain(row.owner),
        str(row.measures) if row.is_node else "",
    ]


def plain(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
