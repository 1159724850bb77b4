"""Months and fiscal years. A month is the date of its first day.

A fiscal year is named by the calendar year in which it ends: with a start in April, April 2026 to
March 2027 is fiscal year 2027; with a start in January it is the calendar year.
"""

from collections.abc import Iterator
from datetime import date


def first_of_month(day: date) -> date:
    """The month in which `day` lies."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The month `count` months later, or earlier for a negative count."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def months_between(start: date, end: date) -> int:
    """How many months `end` lies after `start`; negative when before, 0 within the same month."""
    return (end.year - start.year) * 12 + end.month - start.month


def month_range(first: date, last: date) -> Iterator[date]:
    """Every month from `first` to `last`, both included; none when `last` lies before `first`."""
    for offset in range(months_between(first, last) + 1):
        yield add_months(first, offset)


def fiscal_year(month: date, first_month: int) -> int:
    """The fiscal year of a month, when fiscal years start in calendar month `first_month` (1 to 12)."""
    return month.year + 1 if 1 < first_month <= month.month else month.year


def fiscal_quarter(month: date, first_month: int) -> int:
    """Which quarter of its fiscal year a month lies in, 1 to 4."""
    return (month.month - first_month) % 12 // 3 + 1


def fiscal_year_bounds(year: int, first_month: int) -> tuple[date, date]:
    """The first and the last month of fiscal year `year`."""
    first = date(year if first_month == 1 else year - 1, first_month, 1)
    return first, add_months(first, 11)
