"""Fiscal years in words. A fiscal year is named by the calendar year in which it ends (`cat4.fiscal`)."""

from cat4.fiscal import fiscal_year_bounds
from cat4.web.formats import month


def year_name(year: int) -> str:
    """`FY 2027`."""
    return f"FY {year}"


def year_words(year: int, first_month: int) -> str:
    """`FY 2026`; where years don't begin in January with their months: `FY 2027 (Apr 2026 - Mar 2027)`."""
    if first_month == 1:
        return year_name(year)
    first, last = fiscal_year_bounds(year, first_month)
    return f"{year_name(year)} ({month(first)} - {month(last)})"
