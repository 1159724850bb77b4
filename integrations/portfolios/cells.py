"""Reading one cell: text, an amount or a date, or why it is none."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from cat4.numbers import read_one, read_stated, told

_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"[ \r]*\n[ \r\n]*|\r+")
_NO_WORD = re.compile(r"[\W_]+")
UNDEFINED = "\N{REPLACEMENT CHARACTER}"
_CENT = Decimal("0.01")
# Arithmetic in binary floating point leaves traces far right of the cent.
_NOISE = Decimal("0.000001")
_LIMIT = Decimal(10) ** 15
ONE = Decimal(1)


class UnreadableCell(ValueError):
    """The cell holds something else than its column promises; the text says what and how to mend it."""


class UnsureCell(UnreadableCell):
    """The cell holds a number that can be read in two ways, and nothing says which is meant."""


def clean_text(raw: str) -> str:
    """The text in composed Unicode (NFC), without non-breaking spaces, runs of blanks and ragged line ends.

    Raises:
        UnreadableCell: it is a spreadsheet formula. A file brings values; nobody knows what the formula gave.
    """
    text = unicodedata.normalize("NFC", raw.replace("\xa0", " ").replace("\x00", ""))
    text = _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()
    if text.startswith(("=", "@")):
        raise UnreadableCell("it is a formula; export values instead")
    return text


def name_key(name: str) -> str:
    """A name without capitals, punctuation and runs of blanks: what stays when it is typed a second time."""
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", name).casefold()).strip()


def read_amount(
    text: str, *, decimal_mark: str = "", currency_signs: str = "", float_noise: bool = False, unit: Decimal = ONE
) -> Decimal:
    """An amount as accounts and spreadsheets write it: grouped thousands, a minus behind, brackets, a lone hyphen.

    Args:
        decimal_mark: what the mapping states, a point or a comma; without one a number that could be either isn't read.
        currency_signs: characters that may stand before the digits, such as "£".
        float_noise: round digits that differ from the cent by less than a millionth.
        unit: what the column counts in, such as 1,000,000.

    Raises:
        UnsureCell: it has two readings.
        UnreadableCell: it is no such number; "NaN" and "Infinity" are none.
    """
    for sign in currency_signs:
        text = text.replace(sign, "")
    amount = _read(text, decimal_mark)
    if amount is None:
        raise UnreadableCell(f"it is not an amount like {'1.234,56' if decimal_mark == ',' else '1,234.56'}")
    amount *= unit
    if abs(amount) >= _LIMIT:
        raise UnreadableCell("it has more than 15 digits before the point")
    rounded = amount.quantize(_CENT)
    if rounded == amount or (float_noise and abs(rounded - amount) < _NOISE):
        return rounded
    if amount != amount.quantize(_NOISE):
        raise UnreadableCell("it has more than six decimals")
    return amount.normalize()


def _read(text: str, decimal_mark: str) -> Decimal | None:
    if decimal_mark:
        return read_stated(text, decimal_mark)
    reading = read_one(text, None)
    if reading.is_unsure:
        larger, smaller = told(reading)
        raise UnsureCell(f"it is {larger}, or {smaller}: the mapping states no decimal_mark under [file]")
    return reading.amount


def read_moment(text: str, formats: Iterable[str]) -> datetime:
    """A date in one of the stated formats, with its time of day where the format has one (no time zone).

    Raises:
        UnreadableCell: none fits. Day and month are never guessed.
    """
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  (a wall clock without a zone)
        except ValueError:
            continue
    raise UnreadableCell(f"it is not a date like {' or '.join(_example(pattern) for pattern in formats)}")


def _example(pattern: str) -> str:
    return datetime(2026, 10, 31, 17, 5).strftime(pattern)  # noqa: DTZ001
