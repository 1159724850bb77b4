"""Reading the bank's file, and what follows from it (domain 6.10). Without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cat4.errors import Invalid
from integrations.rates.comparison import Asked, PlanBasis, Proposal, propose
from integrations.rates.ecb import MAX_FILE_BYTES, Quotes, average, read_quotes
from tests.integrations.quotes import history, table, weekdays, zipped

D = Decimal
AUGUST, SEPTEMBER, OCTOBER = (date(2026, number, 1) for number in (8, 9, 10))


def read(text: str) -> Quotes:
    return read_quotes(text.encode(), "eurofxref-hist.csv")


def proposal(*currencies: str, home: str = "EUR", plan: PlanBasis | None = None, start: int = 1) -> Proposal:
    asked = Asked(home, frozenset(currencies), date(2024, 1, 1), date(2029, 12, 1), start, plan)
    return propose(read(history()), asked)


def test_a_zip_and_its_csv_say_the_same() -> None:
    packed = read_quotes(zipped(history()), "eurofxref-hist.zip")
    assert packed.days == read(history()).days
    assert (packed.first_day, packed.last_day) == (date(2026, 8, 3), date(2026, 10, 14))
    assert packed.days[date(2026, 9, 1)] == {"USD": D("1.25"), "GBP": D("0.80")}
    assert packed.currencies == {"USD", "GBP", "HRK"}


def test_the_file_of_one_day_is_read_too() -> None:
    quotes = read("Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n")
    assert quotes.days == {date(2026, 10, 30): {"USD": D("1.1172"), "JPY": D("175.68")}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no file of reference rates"),
        ("Day,USD,\n", "doesn't begin with Date and a currency"),
        ("Date,USD,USD,\n", "line 1: the columns after Date are currencies, each once"),
        ("Date,Dollar,\n", "line 1: the columns after Date are currencies"),
        ("Date,USD,\n", "has no line with quotes"),
        ("Date,USD,\n2026-09-01,1.1,\n2026-13-01,1.1,\n", "Line 3: '2026-13-01' is no date."),
        ("Date,USD,\n2026-09-01,abc,\n", "Line 2, USD: 'abc' is no rate."),
        ("Date,USD,\n2026-09-01,-1,\n", "Line 2, USD: '-1' is no rate."),
        ("Date,USD,\n2026-09-01,NaN,\n", "Line 2, USD: 'NaN' is no rate."),
        ("Date,USD,\n2026-09-01,1.1,2,3\n", "Line 2: 4 columns, the first line has 2."),
        ("Date,USD,\n2026-09-01,1.1,\n2026-09-01,1.2,\n", "Line 3: 2026-09-01 stands in the file twice."),
        ('Date,USD,\n2026-09-01,"1.1\n', "unexpected end of data"),
    ],
)
def test_a_bad_file_is_refused_and_its_line_named(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(text)
    assert list(refusal.value.errors) == ["file"]
    assert sentence in refusal.value.errors["file"][0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "is neither a zip nor text in line 1"),
        (zipped("x", "a.csv", "b.csv"), "holds 2 csv files"),
        (zipped(history())[:-40] + b"PK\x05\x06" + b"\0" * 18, "holds 0 csv files"),
        (b"Date,USD,\n" + b" " * MAX_FILE_BYTES, "has more than 10 MB"),
        (zipped("Date,USD,\n" + " " * (26 * 1024 * 1024)), "unpacks to more than 25 MB"),
    ],
    ids=["binary", "two tables", "no table", "large", "bomb"],
)
def test_what_is_no_such_file_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_quotes(content, "rates.zip")
    assert sentence in refusal.value.errors["file"][0]


def test_the_average_is_the_mean_of_the_months_quotes_and_the_closing_its_last() -> None:
    found = proposal("USD").rates
    days = len(weekdays(SEPTEMBER, date(2026, 9, 30)))
    # One dollar is 1/1.25 euro on every day but the last, when it is 1/1.60.
    mean = ((days - 1) * D("0.8") + D("0.625")) / days
    assert found["avg"]["USD", SEPTEMBER] == mean.quantize(D("0.00000001"))
    assert found["close"]["USD", SEPTEMBER] == D("0.62500000")
    assert found["avg"]["USD", AUGUST] == found["close"]["USD", AUGUST] == D(1)
    assert found["plan"] == {}


def test_rates_are_crossed_day_by_day_into_a_reporting_currency_that_is_not_the_euro() -> None:
    found = proposal("USD", "EUR", home="GBP").rates
    assert found["close"]["EUR", SEPTEMBER] == D("0.80000000")
    assert found["close"]["USD", SEPTEMBER] == D("0.50000000")
    # The mean of crosses, not the cross of means.
    days = len(weekdays(SEPTEMBER, date(2026, 9, 30)))
    assert found["avg"]["USD", SEPTEMBER] == (((days - 1) * D("0.64") + D("0.5")) / days).quantize(D("0.00000001"))
    assert ("GBP", SEPTEMBER) not in found["avg"]


def test_only_the_currencies_that_are_asked_for_come() -> None:
    assert {code for code, _ in proposal("USD").rates["avg"]} == {"USD"}
    assert proposal("EUR").rates == {"plan": {}, "avg": {}, "close": {}}


def test_a_currency_that_is_not_quoted_is_named() -> None:
    found = proposal("USD", "XPF")
    assert found.not_quoted == ("XPF",)
    assert {code for code, _ in found.rates["avg"]} == {"USD"}


def test_a_reporting_currency_that_is_not_quoted_gives_no_rate() -> None:
    found = proposal("USD", home="XPF")
    assert found.rates == {"plan": {}, "avg": {}, "close": {}}
    assert found.remarks == ("XPF, the reporting currency, isn't in the file: no rate follows from it.",)


def test_a_month_without_quotes_is_named_and_left_out() -> None:
    found = proposal("HRK")
    assert set(found.rates["avg"]) == {("HRK", AUGUST)}
    assert "HRK has no quote in Sep 2026." in found.remarks


def test_the_running_month_is_only_taken_when_complete() -> None:
    found = proposal("USD")
    assert ("USD", OCTOBER) not in found.rates["avg"]
    why = "Oct 2026 isn't complete: the last quote is of 14 Oct 2026, the month's last weekday is 30 Oct 2026."
    assert found.remarks == (f"{why} It isn't taken.",)
    assert read("Date,USD,\n2026-10-30,1.1,\n2026-10-01,1.1,\n").why_incomplete(OCTOBER) == ""
    assert read("Date,USD,\n2026-10-29,1.1,\n2026-10-01,1.1,\n").why_incomplete(OCTOBER) != ""
    # May 2026 ends on a Sunday: its last weekday is the 29th.
    assert read("Date,USD,\n2026-05-29,1.1,\n2026-05-01,1.1,\n").why_incomplete(date(2026, 5, 1)) == ""


def test_a_month_in_which_the_file_begins_late_is_not_taken() -> None:
    one_day = read("Date,USD,\n2026-10-30,1.1,\n")
    assert one_day.why_incomplete(OCTOBER) == "Oct 2026 isn't complete: the file begins on 30 Oct 2026."
    # New Year's Day has no quote.
    assert read("Date,USD,\n2026-01-30,1.1,\n2026-01-02,1.1,\n").why_incomplete(date(2026, 1, 1)) == ""


def test_a_file_outside_of_the_fiscal_calendar_says_so() -> None:
    old = read(table({day: {"USD": "1.1"} for day in weekdays(date(1999, 3, 1), date(1999, 3, 31))}))
    found = propose(old, Asked("EUR", frozenset({"USD"}), date(2024, 1, 1), date(2029, 12, 1)))
    assert found.rates["avg"] == {}
    assert "it holds no month of the fiscal calendar" in found.remarks[0]


def test_plan_rates_are_the_mean_of_the_named_months_quotes() -> None:
    found = proposal("USD", "HRK", plan=PlanBasis(2027, AUGUST, SEPTEMBER))
    quotes = read(history()).quotes_of([AUGUST, SEPTEMBER], "USD", "EUR")
    assert found.rates["plan"] == {("USD", date(2027, 1, 1)): average(quotes)}
    assert "No plan rate of HRK: it has no quote in Sep 2026." in found.remarks


def test_a_plan_rate_stands_on_the_first_month_of_a_fiscal_year_from_april() -> None:
    found = proposal("USD", plan=PlanBasis(2028, AUGUST, SEPTEMBER), start=4)
    assert list(found.rates["plan"]) == [("USD", date(2027, 4, 1))]


def test_plan_rates_never_come_from_months_that_the_file_lacks() -> None:
    found = proposal("USD", plan=PlanBasis(2027, SEPTEMBER, OCTOBER))
    assert found.rates["plan"] == {}
    assert "No plan rates for 2027: the file doesn't hold all of Oct 2026." in found.remarks
