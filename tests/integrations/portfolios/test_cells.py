"""What a cell may hold, and the sentence when it holds something else."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.portfolios.cells import UnreadableCell, clean_text, read_amount, read_moment


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1186.00", "1186.00"),
        ("£1,186.00", "1186.00"),
        ("-£120.11", "-120.11"),
        ("£-120.11", "-120.11"),
        ("\N{MINUS SIGN}3", "-3.00"),
        ("33", "33.00"),
    ],
)
def test_an_amount_is_read_with_signs_and_thousands(text: str, amount: str) -> None:
    assert str(read_amount(text, currency_signs="£")) == amount


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "1e5", "1.186,00", "12,34.00", "1,18", "abc", "0x10", "٣"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCell, match=r"not an amount like 1,234\.56"):
        read_amount(text)


def test_more_than_two_decimals_are_refused() -> None:
    with pytest.raises(UnreadableCell, match="more than two decimals"):
        read_amount("10.005")


def test_float_noise_is_rounded_only_where_the_mapping_allows_it() -> None:
    assert read_amount("2066075.5899999999", float_noise=True) == Decimal("2066075.59")
    with pytest.raises(UnreadableCell):
        read_amount("2066075.5899999999")
    with pytest.raises(UnreadableCell):
        read_amount("2066075.591", float_noise=True)


def test_an_amount_above_fifteen_digits_is_refused() -> None:
    with pytest.raises(UnreadableCell, match="more than 15 digits"):
        read_amount("1000000000000000")


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2))
def test_every_amount_survives_the_thousands_format(amount: Decimal) -> None:
    assert read_amount(f"{amount:,.2f}") == amount


def test_day_and_month_follow_the_stated_format_only() -> None:
    assert read_moment("05/02/2016", ["%d/%m/%Y"]) == datetime(2016, 2, 5)
    with pytest.raises(UnreadableCell, match="not a date like 31/10/2026"):
        read_moment("02/13/2016", ["%d/%m/%Y"])


def test_the_time_of_day_is_read_where_the_format_has_one() -> None:
    assert read_moment("5/02/2016 5:00:00 PM", ["%d/%m/%Y %I:%M:%S %p"]) == datetime(2016, 2, 5, 17)


def test_ragged_line_ends_and_hard_spaces_are_mended() -> None:
    assert clean_text(" Early\xa0planning \r\r\r\n\r\n(not  passed) ") == "Early planning\n(not passed)"


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "  =cmd|' /C calc'!A0"])
def test_a_formula_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCell, match="it is a formula"):
        clean_text(text)


def test_text_may_begin_with_a_dash() -> None:
    assert clean_text("- first aim") == "- first aim"
