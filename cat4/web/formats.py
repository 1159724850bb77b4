"""Numbers, dates and ages as text, in the organization's locale. Guide, sections 5 and 6.

Rounding happens here and only here. Money stays Decimal up to the last character.
The locale of a request is entered once, by the middleware (`display`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Protocol

from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.translation import ngettext, override

from cat4 import clock
from cat4.numbers import MINUS, Marks

NOTHING = "\u2013"  # an en dash says "no value"; a field is never blank

Number = Decimal | int


@dataclass(frozen=True)
class Locale:
    """How one language writes numbers and dates: its marks and names of months are Django's.

    `month_letter` is the letter of Django's date formats for its short names of months.
    """

    language: str
    month_letter: str
    day_suffix: str = ""

    @cached_property
    def thousands(self) -> str:
        return str(get_format("THOUSAND_SEPARATOR", self.language, use_l10n=True))

    @cached_property
    def point(self) -> str:
        return str(get_format("DECIMAL_SEPARATOR", self.language, use_l10n=True))

    @cached_property
    def months(self) -> tuple[str, ...]:
        with override(self.language):
            return tuple(dateformat.format(date(2000, month, 1), self.month_letter) for month in range(1, 13))


EN = Locale("en", month_letter="M")
DE = Locale("de", month_letter="N", day_suffix=".")
LOCALES = {"en": EN, "de": DE}

_locale: ContextVar[Locale] = ContextVar("locale", default=EN)


@contextmanager
def display(locale: str | None) -> Iterator[None]:
    """Inside, numbers and dates are written as the organization's locale writes them."""
    token = _locale.set(locale_of(locale))
    try:
        yield
    finally:
        _locale.reset(token)


class Reader(Protocol):
    """Whoever reads: an organization, in its language and zone."""

    locale: str
    time_zone: str


@contextmanager
def as_read_in(organization: Reader) -> Iterator[None]:
    """Inside, numbers, dates and times of day are as the organization writes them, for a page or what is kept of it."""
    with display(organization.locale), timezone.override(organization.time_zone):
        yield


def locale_of(code: str | None) -> Locale:
    """The locale for a code such as `de` or `de-AT`; English when unknown."""
    return LOCALES.get((code or "en")[:2].lower(), EN)


def current_locale() -> Locale:
    return _locale.get()


def current_marks() -> Marks:
    """The marks that this page writes numbers with, and reads them with."""
    locale = current_locale()
    return Marks(locale.point, locale.thousands)


def number(amount: Number | None, digits: int = 0) -> str:
    """`1,234.5` or `1.234,5`; minus is U+2212, no value is an en dash, and -0.04 is `0.0`."""
    if amount is None:
        return NOTHING
    rounded = rounded_to(Decimal(amount), digits)
    text = f"{abs(rounded):,.{digits}f}"
    sign = MINUS if rounded < 0 else ""
    locale = current_locale()
    marks = {ord(","): locale.thousands, ord("."): locale.point}
    return sign + text.translate(marks)


def signed(amount: Number | None, digits: int = 0) -> str:
    """A difference: `+1.8`, `−1.3`, and plain `0` when it rounds to nothing."""
    text = number(amount, digits)
    is_gain = amount is not None and rounded_to(Decimal(amount), digits) > 0
    return f"+{text}" if is_gain else text


def is_negative(written: str) -> bool:
    """Whether an amount reads as below zero, and so is red: what rounds to nothing is neither a loss nor red."""
    return written.startswith(MINUS)


def exact(amount: Decimal | None) -> str:
    """Every cent where there are cents: `1,200`, `33.33`. What is typed again unseen changes nothing."""
    return number(amount, _cents(amount))


def exact_signed(amount: Decimal | None) -> str:
    """The same for a difference: `+1,200`, `−33.33`."""
    return signed(amount, _cents(amount))


def _cents(amount: Decimal | None) -> int:
    return 0 if amount is None or amount == amount.to_integral_value() else 2


def every_digit(amount: Decimal) -> str:
    """All that count behind the point: `0.0875`, `12`."""
    return number(amount, max(0, -int(amount.normalize().as_tuple().exponent)))


def millions(amount: Number | None) -> str:
    """An amount of currency in millions with one decimal: the unit of portfolio pages."""
    return number(None if amount is None else Decimal(amount) / 1_000_000, 1)


def thousands(amount: Number | None) -> str:
    """An amount of currency in thousands without decimals: the unit of measure pages."""
    return number(None if amount is None else Decimal(amount) / 1_000)


def percent(ratio: Number | None, digits: int = 0) -> str:
    """A ratio as percent: 0.18 is `18%`."""
    return NOTHING if ratio is None else f"{number(Decimal(ratio) * 100, digits)}%"


def days(count: int | None) -> str:
    """A shift of dates: `+21 days`, `−1 day`, `0 days`."""
    if count is None:
        return NOTHING
    return ngettext("%s day", "%s days", abs(count)) % signed(count)


def day(value: date | None) -> str:
    """`15 Oct 2026`, in German `15. Okt. 2026`; an instant shows its day in the current zone."""
    if value is None:
        return NOTHING
    value, locale = _local(value), current_locale()
    return f"{value.day}{locale.day_suffix} {locale.months[value.month - 1]} {value.year}"


def month(value: date | None) -> str:
    """`Sep 2026`."""
    if value is None:
        return NOTHING
    value = _local(value)
    return f"{month_of_year(value)} {value.year}"


def month_of_year(value: date) -> str:
    """`Sep`, where the year stands beside it."""
    return current_locale().months[value.month - 1]


def moment(value: datetime | None) -> str:
    """`15 Oct 2026, 09:12` in the current zone."""
    return NOTHING if value is None else f"{day(value)}, {_local(value):%H:%M}"


def age(value: date | None) -> str:
    """`today`, `yesterday`, `9 days ago`, `in 3 days`: whole days in the current zone."""
    if value is None:
        return NOTHING
    passed = (_as_day(clock.now()) - _as_day(value)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}.get(passed)
    if near:
        return near
    if passed > 0:
        return ngettext("%d day ago", "%d days ago", passed) % passed
    return ngettext("in %d day", "in %d days", -passed) % -passed


def short_hash(digest: str) -> str:
    """`9f3c…21ab`: enough of a hash to compare two by eye; none stays empty."""
    return f"{digest[:4]}…{digest[-4:]}" if digest else ""


def rounded_to(amount: Decimal, digits: int) -> Decimal:
    """Half away from zero, as people expect of money."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _local(value: date) -> date:
    """An aware instant in the current zone; a plain date or a naive instant as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _as_day(value: date) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local
