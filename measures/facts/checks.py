"""Checks of what measures are made of, as those of `cat4.checks`: months inside the calendar, their amounts, gates."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from cat4.checks import Problems, to_cents, why_no_amount
from cat4.wording import day_name, month_name
from measures.constants import PLANNED_GATES

from .calendar import Calendar


def month(problems: Problems, field: str, value: object, calendar: Calendar) -> date | None:
    """The first day of a month inside the fiscal calendar."""
    wrong = _why_no_month(value, calendar)
    if wrong:
        problems.add(field, wrong)
        return None
    return value  # type: ignore[return-value]  # _why_no_month knows it is a date


def _why_no_month(value: object, calendar: Calendar) -> str:
    if not isinstance(value, date):
        return f"{value} is not a month."
    if value.day != 1:
        return f"{value.isoformat()} is not the first day of a month."
    if not calendar.contains(value):
        first, last = month_name(calendar.first_month), month_name(calendar.last_month)
        return f"{month_name(value)} is outside the fiscal calendar, which runs from {first} to {last}."
    return ""


def month_list(problems: Problems, field: str, values: Iterable[object], calendar: Calendar) -> list[date]:
    """Months inside the calendar, in order, each once; at least one."""
    found = {known for value in values if (known := month(problems, field, value, calendar)) is not None}
    if not found and field not in problems:
        problems.add(field, "Name at least one month.")
    return sorted(found)


def month_amounts(
    problems: Problems, field: str, values: Mapping[date, Any], calendar: Calendar
) -> dict[date, Decimal]:
    """Amounts by month; every month that is wrong, or carries no money, is named."""
    if not isinstance(values, Mapping):
        problems.add(field, "Give an amount for each month.")
        return {}
    months = month_list(problems, field, values, calendar)
    for value in months:
        wrong = why_no_amount(values[value])
        if wrong:
            problems.add(field, f"{month_name(value)}: {wrong}.")
    if field in problems:
        return {}
    return {value: to_cents(values[value]) for value in months}


def planned_gates(problems: Problems, planned: Mapping[str, date | None]) -> None:
    """The planned dates of DoI 3, 4 and 5, by field, follow each other."""
    known = [(field, day) for field in PLANNED_GATES if (day := planned[field])]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            before = f"the planned date of DoI {PLANNED_GATES[earlier]}, {day_name(first)}"
            problems.add(later, f"The planned date of DoI {PLANNED_GATES[later]} lies before {before}.")
