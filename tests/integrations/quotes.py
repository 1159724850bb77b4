"""A made-up file of reference rates: few currencies, the bank's quirks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta


def weekdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def table(rows: Mapping[date, Mapping[str, str]], codes: tuple[str, ...] = ("USD", "GBP", "HRK")) -> str:
    """The bank's csv, newest first, with its comma at the end of each line."""
    lines = [",".join(["Date", *codes]) + ","]
    for day in sorted(rows, reverse=True):
        lines.append(",".join([day.isoformat(), *(rows[day].get(code, "N/A") for code in codes)]) + ",")
    return "\n".join(lines) + "\n"


def history() -> str:
    """August to mid-October 2026: USD at 1.00 in August, 1.25 but for the last day (1.60) in September; HRK ended."""
    rows: dict[date, dict[str, str]] = {}
    for day in weekdays(date(2026, 8, 3), date(2026, 10, 14)):
        usd = {8: "1.00", 9: "1.25", 10: "2.00"}[day.month]
        rows[day] = {"USD": "1.60" if day == date(2026, 9, 30) else usd, "GBP": "0.80"}
        if day.month == 8:
            rows[day]["HRK"] = "7.50"
    return table(rows)


def zipped(text: str, *names: str) -> bytes:
    """An archive with the text under each name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("eurofxref-hist.csv",):
            archive.writestr(name, text)
    return buffer.getvalue()
