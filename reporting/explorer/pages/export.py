"""The explorer's rows as CSV, built as bytes: a streamed answer would outlive the organization's transaction."""

from collections.abc import Iterable
from decimal import Decimal

from cat4.web.csv_file import csv_bytes
from measures.constants import Status

from ..selectors.rows import Row, YearFigures

HEAD = (
    "Level", "Code", "Name", "Package", "DoI", "Lifecycle", "Governable", "Implementation", "Potential",
    "Plan run-rate", "Forecast run-rate", "Forecast against plan", "Validated run-rate", "Currency",
    "Overdue milestones", "Owner", "Measures",
    "Plan in year", "FAC in year", "Unconfirmed share", "Exit run-rate", "Carry-over",
    "Timing loss", "Size loss", "Cancelled loss", "On hold loss", "Exchange rates", "Payback",
)  # fmt: skip


def csv_of(rows: Iterable[Row], currency: str) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it right; amounts with a point, unrounded."""
    return csv_bytes(HEAD, (_cells(row, currency) for row in rows))


def _cells(row: Row, currency: str) -> list[object]:
    return [
        row.sub if row.is_node else "Measure",
        "" if row.is_node else row.sub,
        row.name,
        row.above,
        "" if row.doi is None else str(row.doi),
        row.lifecycle,
        "" if row.is_node else "yes" if row.governable else "no",
        Status(row.implementation).label,
        Status(row.potential).label,
        *(_amount(amount) for amount in (row.plan, row.forecast, row.gap, row.actual)),
        currency,
        str(row.overdue),
        row.owner,
        str(row.measures) if row.is_node else "",
        *_year(row.year),
    ]


def _year(year: YearFigures | None) -> list[object]:
    """The figures of the present fiscal year; losses are plan minus expectation, so positive is missing."""
    if year is None:
        return [""] * 11
    share = "" if year.unconfirmed is None else round(year.unconfirmed, 4)
    losses = (year.timing, year.size, year.cancelled, year.on_hold)
    payback = f"{year.payback:%Y-%m}" if year.payback else ""
    amounts = [_amount(amount) for amount in (year.exit, year.carry_over, *losses, year.fx)]
    return [_amount(year.plan), _amount(year.fac), share, *amounts, payback]


def _amount(amount: Decimal | None) -> Decimal | str:
    return "" if amount is None else amount.quantize(Decimal("0.01"))
