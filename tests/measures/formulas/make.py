"""Small facts for the tests of the formulas: fiscal year 2026 from January, calendar to December 2029."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from cat4.fiscal import month_range
from measures.formulas.facts import Group, LineFacts, MeasureFacts, MilestoneFacts, MonthFacts, OrganizationFacts
from measures.formulas.phasing import phase

TODAY = date(2026, 10, 15)
LAST = date(2029, 12, 1)
APRIL = date(2026, 4, 1)
D = Decimal


def month(number: int, year: int = 2026) -> date:
    return date(year, number, 1)


def organization(**changes: Any) -> OrganizationFacts:
    return replace(OrganizationFacts(today=TODAY, last_month=LAST), **changes)


def line(amounts: dict[date, Decimal] | None = None, **changes: Any) -> LineFacts:
    """A hard recurring EBITDA line in EUR with these planned months."""
    months = tuple(MonthFacts(when, plan=amount) for when, amount in sorted((amounts or {}).items()))
    return replace(LineFacts("Steel", Group.HARD, "EUR", months), **changes)


def phased(annual: str = "1200", start: date = APRIL, ramp: int = 3, **changes: Any) -> LineFacts:
    """The example of domain 6.1 unless told otherwise."""
    return line(phase(D(annual), start, None, ramp, LAST), **changes)


def with_months(known: LineFacts, values: dict[date, dict[str, Decimal]]) -> LineFacts:
    """The line with other columns of some months."""
    by_month = {known_month.month: known_month for known_month in known.months}
    for when, columns in values.items():
        changes: dict[str, Any] = dict(columns)
        by_month[when] = replace(by_month.get(when, MonthFacts(when)), **changes)
    return replace(known, months=tuple(by_month[when] for when in sorted(by_month)))


def every_month(known: LineFacts, column: str, share: str, first: date, last: date) -> LineFacts:
    """The line with `column` set to a share of the plan in a range of months."""
    plan = known.plan
    return with_months(known, {when: {column: plan.get(when, D(0)) * D(share)} for when in month_range(first, last)})


def milestone(name: str = "M1", baseline: date = TODAY, forecast: date | None = None, **changes: Any) -> MilestoneFacts:
    return replace(MilestoneFacts(name, baseline, forecast or baseline), **changes)


def measure(*lines: LineFacts, **changes: Any) -> MeasureFacts:
    """A decided measure whose forecast was confirmed today."""
    facts = MeasureFacts(organization=organization(), doi=3, lines=lines, confirmed_on=TODAY)
    return replace(facts, **changes)
