"""The euro reference rates of the European Central Bank: its files, and what follows from them. Without a database.

The file has a line per day with quotes (no weekends, no holidays of the payment system), the newest first, and a
column per currency: units of that currency for one euro. N/A stands where a currency had ended or not begun.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property
from hashlib import sha256

from cat4.errors import Invalid
from cat4.fiscal import add_months, first_of_month
from cat4.wording import month_name

EURO = "EUR"
MAX_FILE_BYTES = 10 * 1024 * 1024
_MAX_TEXT_BYTES = 25 * 1024 * 1024
_NO_QUOTE = {"", "N/A"}
_FORMATS = ("%Y-%m-%d", "%d %B %Y")
_NAMED = 5
_PLACES = Decimal("0.00000001")
# New Year's Day, and Good Friday with Easter Monday, may keep a month from opening with a quote.
_MISSED_AT_START = 2


@dataclass(frozen=True)
class Quotes:
    """A file, read: the quotes of each day, oldest first, for one euro."""

    name: str
    sha256: str
    currencies: frozenset[str]
    days: dict[date, dict[str, Decimal]] = field(repr=False)

    @cached_property
    def first_day(self) -> date:
        return min(self.days)

    @cached_property
    def last_day(self) -> date:
        return max(self.days)

    @cached_property
    def by_month(self) -> dict[date, list[date]]:
        """The days with quotes of each month, in order."""
        months: dict[date, list[date]] = {}
        for day in sorted(self.days):
            months.setdefault(first_of_month(day), []).append(day)
        return months

    def cross(self, day: date, currency: str, home: str) -> Decimal | None:
        """What one unit of `currency` was worth in `home` on a day with quotes; None when one of them has none."""
        quotes = self.days[day]
        per_euro = Decimal(1) if currency == EURO else quotes.get(currency)
        home_per_euro = Decimal(1) if home == EURO else quotes.get(home)
        return None if per_euro is None or home_per_euro is None else home_per_euro / per_euro

    def quotes_of(self, months: Iterable[date], currency: str, home: str) -> list[Decimal]:
        """The cross rates of months, day by day."""
        days = (day for month in months for day in self.by_month.get(month, []))
        found = (self.cross(day, currency, home) for day in days)
        return [rate for rate in found if rate is not None]

    def why_incomplete(self, month: date) -> str:
        """Why the file doesn't hold the whole month; empty when it does.

        The last quote must lie at or after the month's last weekday, and the first not long after its first one.
        """
        last_weekday = _weekday_on_or_before(add_months(month, 1) - timedelta(days=1))
        if self.last_day < last_weekday:
            return (
                f"{month_name(month)} isn't complete: the last quote is of {self.last_day:%d %b %Y}, "
                f"the month's last weekday is {last_weekday:%d %b %Y}."
            )
        if self.first_day > month and _weekdays_before(self.first_day, month) > _MISSED_AT_START:
            return f"{month_name(month)} isn't complete: the file begins on {self.first_day:%d %b %Y}."
        return ""


def average(rates: list[Decimal]) -> Decimal:
    """The mean of quotes, with the eight decimals of a rate."""
    return rounded(sum(rates, Decimal(0)) / len(rates))


def rounded(rate: Decimal) -> Decimal:
    return rate.quantize(_PLACES, ROUND_HALF_UP)


def read_quotes(content: bytes, name: str) -> Quotes:
    """Read the bank's zip or csv, the history or the file of one day.

    Raises:
        Invalid: on `file`; names the lines that can't be read, and nothing of the file is used.
    """
    if len(content) > MAX_FILE_BYTES:
        raise _unfit(f"{name} has more than {MAX_FILE_BYTES // 1024**2} MB. The bank's own file has less than one.")
    digest = sha256(content).hexdigest()
    reader = csv.reader(io.StringIO(_text(content, name), newline=""), strict=True)
    problems: list[str] = []
    days: dict[date, dict[str, Decimal]] = {}
    try:
        header = _header(next(reader, []), name)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _read_line(reader.line_num, [cell.strip() for cell in cells], header, days, problems)
    except csv.Error as error:
        raise _unfit(f"{name}, line {reader.line_num}: {error}.") from error
    if problems:
        more = f" And {len(problems) - _NAMED} more." if len(problems) > _NAMED else ""
        raise _unfit(f"{name} can't be read. {' '.join(problems[:_NAMED])}{more}")
    if not days:
        raise _unfit(f"{name} has no line with quotes.")
    return Quotes(name, digest, frozenset(filter(None, header[1:])), days)


def _unfit(sentence: str) -> Invalid:
    return Invalid({"file": sentence})


def _text(content: bytes, name: str) -> str:
    if zipfile.is_zipfile(io.BytesIO(content)):
        content = _unzipped(content, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unfit(f"{name} is neither a zip nor text in line {line}. Take eurofxref-hist.zip.") from error


def _unzipped(content: bytes, name: str) -> bytes:
    """The one csv of an archive, no larger than its limit whatever its directory claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
            if len(tables) != 1:
                raise _unfit(f"{name} holds {len(tables)} csv files. The bank's archive holds one.")
            with archive.open(tables[0]) as file:
                text = file.read(_MAX_TEXT_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise _unfit(f"{name} is a broken archive.") from error
    if len(text) > _MAX_TEXT_BYTES:
        raise _unfit(f"{name} unpacks to more than {_MAX_TEXT_BYTES // 1024**2} MB.")
    return text


def _header(cells: list[str], name: str) -> list[str]:
    """The codes in their columns; the bank's lines end with a comma, which makes an empty last column."""
    names = [cell.strip() for cell in cells]
    if names and not names[-1]:
        names.pop()
    if len(names) < 2 or names[0] != "Date":
        raise _unfit(f"{name} is no file of reference rates: its first line doesn't begin with Date and a currency.")
    wrong = [code for code in names[1:] if not (len(code) == 3 and code.isascii() and code.isupper())]
    if wrong or len(set(names)) != len(names):
        raise _unfit(f"{name}, line 1: the columns after Date are currencies, each once. Found {', '.join(names[1:])}.")
    return names


def _read_line(
    number: int, cells: list[str], header: list[str], days: dict[date, dict[str, Decimal]], problems: list[str]
) -> None:
    if len(cells) == len(header) + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(header):
        problems.append(f"Line {number}: {len(cells)} columns, the first line has {len(header)}.")
        return
    day = _date(cells[0])
    if day is None:
        problems.append(f"Line {number}: {cells[0]!r} is no date.")
        return
    if day in days:
        problems.append(f"Line {number}: {day} stands in the file twice.")
    days[day] = {}
    for code, cell in zip(header[1:], cells[1:], strict=True):
        if cell in _NO_QUOTE:
            continue
        rate = _quote(cell)
        if rate is None:
            problems.append(f"Line {number}, {code}: {cell!r} is no rate.")
        else:
            days[day][code] = rate


def _date(cell: str) -> date | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(cell, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _quote(cell: str) -> Decimal | None:
    try:
        rate = Decimal(cell)
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 < rate < 10**12 else None


def _weekday_on_or_before(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _weekdays_before(day: date, start: date) -> int:
    """Weekdays from `start` up to the day before `day`."""
    return sum((start + timedelta(days=number)).weekday() < 5 for number in range((day - start).days))
