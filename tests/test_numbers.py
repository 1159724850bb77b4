"""Numbers that come together are read together, and what stays open is asked (domain section 6)."""

from decimal import Decimal

import pytest

from cat4.numbers import Marks, read_block, read_one, told

ENGLISH, GERMAN = Marks(".", ","), Marks(",", ".")


def block(*texts: str, marks: Marks | None = ENGLISH, decimals: int = 2, point: str = "") -> list[str]:
    """What each cell is read as, `?` where it is asked, `!` where it is no number."""
    read = read_block(dict(enumerate(texts)), marks, decimals=decimals, point=point).values()
    return ["?" if cell.is_unsure else "!" if cell.amount is None else str(cell.amount) for cell in read]


def test_a_cell_that_shows_its_marks_decides_for_those_beside_it() -> None:
    assert block("310.000,50", "320.000") == ["310000.50", "320000"]
    assert block("310,000.50", "320,000", marks=GERMAN) == ["310000.50", "320000"]
    assert block("1 310,5", "320.000") == ["1310.5", "320000"]


def test_a_lone_group_is_read_as_the_page_writes_numbers_and_a_decimal_that_does_not_fit_is_asked() -> None:
    assert block("320,000") == ["320000"]
    assert block("320.000", marks=GERMAN) == ["320000"]
    assert block("320.000") == block("1.500") == block("320,000", marks=GERMAN) == ["?"]
    assert block("320.000", marks=None) == ["?"]
    assert block("1,234.5", "1.234,5", "320,000") == ["1234.5", "1234.5", "?"]
    assert block("1.5", "320.000") == ["1.5", "?"]


def test_one_answer_holds_for_the_block() -> None:
    assert block("310.000", "320.000", point=",") == ["310000", "320000"]
    assert block("310.000", "320.000", point=".") == ["310.000", "320.000"]
    assert block("0.950", point=",") == ["0.950"]


def test_a_rate_with_a_leading_zero_is_a_decimal_and_one_around_a_thousand_is_asked() -> None:
    assert block("0,950", decimals=8) == ["0.950"]
    assert block("1.085", decimals=8) == ["1.085"]
    assert block("1,085", decimals=8) == ["?"]
    assert block("1,200", decimals=3) == ["1200"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("-", "0"),
        ("- €", "0"),
        ("$ -   ", "0"),
        (" -  ", "0"),
        ("(1,000.00)", "-1000.00"),
        ("50.00-", "-50.00"),
        ("\u221212", "-12"),
        ("+3", "3"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("12,345,678.9", "12345678.9"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_spreadsheets_and_accounts_write_them(typed: str, read: str) -> None:
    assert block(typed) == [read]


@pytest.mark.parametrize(
    "typed", ["", "two", "12 EUR", "1,2,3.4.5", "1,23,456.5", "--1", "1e5", "٣", "12 34", "5\t6", "310,5 320,5", "–"]
)
def test_what_is_no_number_or_more_than_one_is_refused(typed: str) -> None:
    assert block(typed) == ["!"]


def test_the_question_says_both_readings_in_words() -> None:
    assert list(told(read_one("320.000", None))) == ["320 thousand", "320"]
    assert list(told(read_one("-1.085", None))) == ["minus 1 thousand 85", "minus 1 and 85 thousandths"]
    assert [*map(Decimal, read_one("1.085", None).readings)] == [Decimal(1085), Decimal("1.085")]
