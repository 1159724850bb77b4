"""The explorer's rows as CSV, built as bytes: a streamed answer would outlive the organization's transaction."""

from collections.abc import Iterable

from cat4.web.csv_file import csv_bytes

from ..selectors.columns import COLUMNS
from ..selectors.rows import Row
from .formats import in_file


def csv_of(rows: Iterable[Row], currency: str) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it right; amounts with a point, unrounded."""
    shown = [column for column in COLUMNS if column.file_head]
    return csv_bytes(
        [column.file_head for column in shown], ([in_file(column, row, currency) for column in shown] for row in rows)
    )
