"""Months, fiscal years and working days, for every start of the fiscal year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat4.fiscal import (
    add_months,
    first_of_month,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_bounds,
    month_range,
    months_between,
)
from hierarchy.calendar.workdays import WEEKDAYS, add_working_days

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = DAYS.map(first_of_month)
STARTS = st.integers(1, 12)


@given(MONTHS, st.integers(-600, 600))
def test_adding_months_and_counting_them_agree(month: date, count: int) -> None:
    later = add_months(month, count)
    assert later.day == 1
    assert months_between(month, later) == count
    assert add_months(later, -count) == month


@given(MONTHS, STARTS)
def test_a_month_lies_within_the_bounds_of_its_fiscal_year(month: date, start: int) -> None:
    first, last = fiscal_year_bounds(fiscal_year(month, start), start)
    assert first <= month <= last
    assert first.month == start


@given(st.integers(2000, 2080), STARTS)
def test_a_fiscal_year_has_twelve_months_and_is_named_by_the_year_in_which_it_ends(year: int, start: int) -> None:
    first, last = fiscal_year_bounds(year, start)
    months = list(month_range(first, last))
    assert len(months) == 12
    assert {fiscal_year(month, start) for month in months} == {year}
    assert last.year == year
    assert fiscal_year_bounds(year + 1, start)[0] == add_months(last, 1)


@pytest.mark.parametrize(
    ("month", "start", "year"),
    [
        (date(2026, 1, 1), 1, 2026),
        (date(2026, 12, 1), 1, 2026),
        (date(2026, 3, 1), 4, 2026),
        (date(2026, 4, 1), 4, 2027),
        (date(2026, 9, 1), 10, 2026),
        (date(2026, 10, 1), 10, 2027),
    ],
)
def test_the_fiscal_year_turns_with_its_first_month(month: date, start: int, year: int) -> None:
    assert fiscal_year(month, start) == year


@given(st.integers(2000, 2080), STARTS)
def test_a_fiscal_year_has_four_quarters_of_three_months(year: int, start: int) -> None:
    months = month_range(*fiscal_year_bounds(year, start))
    assert [fiscal_quarter(month, start) for month in months] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


def test_a_range_that_ends_before_it_begins_is_empty() -> None:
    assert list(month_range(date(2026, 5, 1), date(2026, 4, 1))) == []
    assert list(month_range(date(2026, 5, 1), date(2026, 5, 1))) == [date(2026, 5, 1)]


def _counted(start: date, end: date) -> int:
    """The definition, day by day: the working days after `start` up to `end`."""
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 for day in days)


@given(DAYS, st.integers(0, 400))
def test_working_days_are_those_after_the_start_up_to_the_end(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert WEEKDAYS.between(start, end) == _counted(start, end)
    assert WEEKDAYS.between(end, start) == -_counted(start, end)


@given(DAYS, st.integers(-300, 300))
def test_adding_working_days_and_counting_them_agree(day: date, count: int) -> None:
    later = add_working_days(day, count)
    assert WEEKDAYS.between(day, later) == count
    assert count == 0 or later.weekday() < 5


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 10, 16), date(2026, 10, 19), 1),  # Friday to Monday
        (date(2026, 10, 16), date(2026, 10, 18), 0),  # Friday to Sunday
        (date(2026, 10, 12), date(2026, 10, 19), 5),
        (date(2026, 10, 19), date(2026, 10, 16), -1),
    ],
)
def test_a_weekend_is_no_slip(start: date, end: date, days: int) -> None:
    assert WEEKDAYS.between(start, end) == days
