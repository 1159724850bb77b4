"""Numbers and dates are written as people of the organization write them, and lose nothing on the way."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from cat4.numbers import MINUS, read_block
from cat4.web import formats
from cat4.web.charts import thousands
from cat4.web.formats import display

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
LOCALES = st.sampled_from(["en", "de"])
DIGITS = st.integers(min_value=0, max_value=4)


@given(AMOUNTS, DIGITS, LOCALES)
def test_a_written_number_reads_back_as_its_rounded_value(amount: Decimal, digits: int, locale: str) -> None:
    with display(locale):
        written = formats.number(amount, digits)
        # Beside a number that shows the marks; alone, `0.123` of a field with three decimals could be a group.
        read = read_block(
            {0: written, 1: formats.number(Decimal("1234.5"), 1)}, formats.current_marks(), decimals=digits
        )
        assert read[0].amount == formats.rounded_to(amount, digits)


@given(AMOUNTS, DIGITS)
def test_no_number_has_a_hyphen_or_a_negative_zero(amount: Decimal, digits: int) -> None:
    text = formats.number(amount, digits)
    assert "-" not in text
    if formats.rounded_to(amount, digits) == 0:
        assert MINUS not in text


@given(AMOUNTS)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(amount: Decimal) -> None:
    rounded = formats.rounded_to(amount, 0)
    expected = "+" if rounded > 0 else MINUS if rounded < 0 else "0"
    assert formats.signed(amount)[0] == expected


@given(AMOUNTS, AMOUNTS)
def test_rounding_keeps_the_order(first: Decimal, second: Decimal) -> None:
    low, high = sorted([first, second])
    assert formats.rounded_to(low, 1) <= formats.rounded_to(high, 1)


@pytest.mark.parametrize(
    ("locale", "number", "millions", "day", "month"),
    [
        ("en", "1,234.5", "−13.7", "15 Oct 2026", "Sep 2026"),
        ("de", "1.234,5", "−13,7", "15. Okt. 2026", "Sept. 2026"),
        ("fr", "1,234.5", "−13.7", "15 Oct 2026", "Sep 2026"),
    ],
)
def test_each_locale_writes_its_own_way(locale: str, number: str, millions: str, day: str, month: str) -> None:
    with display(locale):
        assert formats.number(Decimal("1234.5"), 1) == number
        assert formats.millions(Decimal(-13_712_345)) == millions
        assert formats.day(date(2026, 10, 15)) == day
        assert formats.month(date(2026, 9, 1)) == month
    assert formats.current_locale() == formats.EN


@pytest.mark.parametrize(
    ("locale", "months"),
    [
        ("en", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ("de", "Jan. Feb. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    ],
)
def test_a_month_is_written_short_whatever_language_is_active(locale: str, months: str) -> None:
    with display(locale), translation.override("fr"):
        assert [formats.month_of_year(date(2026, month, 1)) for month in range(1, 13)] == months.split()


def test_no_value_is_a_dash_and_never_blank() -> None:
    numbers = [formats.number(None), formats.signed(None), formats.millions(None), formats.percent(None)]
    dates = [formats.days(None), formats.day(None), formats.month(None), formats.moment(None), formats.age(None)]
    assert {*numbers, *dates} == {"–"}


def test_what_rounds_to_nothing_is_not_red() -> None:
    """Whether an amount is red follows from how it is written: no page shows a zero as a loss."""
    kilo = thousands("EUR")
    assert [kilo.is_negative(Decimal(amount)) for amount in ("-499.99", "-500", "0", "-0.01")] == [
        False, True, False, False,
    ]  # fmt: skip
    assert (formats.is_negative(formats.signed(Decimal("-0.4"))), formats.is_negative(formats.NOTHING)) == (
        False,
        False,
    )
    assert kilo.is_negative(None) is False


def test_half_a_unit_rounds_away_from_zero() -> None:
    assert formats.thousands(Decimal(2500)) == "3"
    assert formats.thousands(Decimal(-2500)) == "−3"


def test_percent_is_of_a_ratio_and_days_agree_in_number() -> None:
    assert formats.percent(Decimal("-0.18")) == "−18%"
    assert [formats.days(n) for n in (21, 1, 0, -1)] == ["+21 days", "+1 day", "0 days", "−1 day"]


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 10, 15, 1, tzinfo=UTC), "today"),
        (datetime(2026, 10, 14, 23, tzinfo=UTC), "yesterday"),
        (datetime(2026, 10, 6, 9, tzinfo=UTC), "9 days ago"),
        (date(2026, 10, 16), "tomorrow"),
        (date(2026, 10, 18), "in 3 days"),
    ],
)
def test_age_counts_whole_days(instant: date, words: str) -> None:
    assert formats.age(instant) == words


def test_an_instant_shows_the_day_it_was_in_the_zone_of_the_organization() -> None:
    late = datetime(2026, 10, 14, 22, 30, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):
        assert formats.moment(late) == "15 Oct 2026, 00:30"
    with timezone.override("UTC"):
        assert formats.moment(late) == "14 Oct 2026, 22:30"


def test_a_short_hash_is_its_two_ends() -> None:
    assert formats.short_hash("9f3c" + "0" * 56 + "21ab") == "9f3c…21ab"
    assert formats.short_hash("") == ""
