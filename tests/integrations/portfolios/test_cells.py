"""What a cell may hold, and the sentence when it holds something else."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.portfolios.cells import UnreadableCell, UnsureCell, clean_text, read_amount, read_moment


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


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "1e5", "12,34.00", "1,1,8", "abc", "0x10", "٣"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCell, match=r"not an amount like 1,234\.56"):
        read_amount(text)


def test_a_column_in_millions_keeps_its_decimals_up_to_six() -> None:
    assert read_amount("15.297", decimal_mark=".") == Decimal("15.297")
    assert str(read_amount("15.297", decimal_mark=".", unit=Decimal(1_000_000))) == "15297000.00"
    with pytest.raises(UnreadableCell, match="more than six decimals"):
        read_amount("10.0000005")


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("2,500", ",", "2.50"),
        ("2,500", ".", "2500.00"),
        ("1.000,00", ",", "1000.00"),
        ("1.000,00", "", "1000.00"),
        ("0,50", "", "0.50"),
        ("50.00-", "", "-50.00"),
        ("(1,000.00)", "", "-1000.00"),
        ("-", ".", "0.00"),
    ],
)
def test_amounts_are_read_with_the_mark_that_the_mapping_states(text: str, mark: str, amount: str) -> None:
    assert str(read_amount(text, decimal_mark=mark)) == amount


def test_what_could_be_either_is_not_read_and_the_sentence_says_what_to_state() -> None:
    with pytest.raises(
        UnsureCell, match="2 thousand 500, or 2 and 500 thousandths: the mapping states no decimal_mark"
    ):
        read_amount("2,500")
    with pytest.raises(UnreadableCell, match=r"not an amount like 1\.234,56"):
        read_amount("1,000.00", decimal_mark=",")


def test_float_noise_is_rounded_only_where_the_mapping_allows_it() -> None:
    assert read_amount("2066075.5899999999", float_noise=True) == Decimal("2066075.59")
    with pytest.raises(UnreadableCell):
        read_amount("2066075.5899999999")


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
