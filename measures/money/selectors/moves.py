"""Plan and expectation of a measure by fiscal year, in what its lines are measured in: what an act may move.

They can be compared with what was typed, and need no rate.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from measures.facts.measures import measure_facts
from measures.formulas.facts import LineFacts
from measures.formulas.money import expected_months

_MONTHS = 12


class YearOf(NamedTuple):
    """A sum of a fiscal year: of the plan or of what is expected, of one group of lines in one unit."""

    is_plan: bool
    group: str
    unit: str
    year: int


def yearly_amounts(measure_id: UUID) -> dict[YearOf, Decimal]:
    """The sums of every fiscal year; heads are the mean of its months, and their unit is empty."""
    facts = measure_facts(measure_id)
    sums: dict[YearOf, Decimal] = defaultdict(Decimal)
    if facts is None:
        return sums
    for line in facts.lines:
        expected = {month: found.amount for month, found in expected_months(facts, line).items()}
        for is_plan, series in ((True, line.plan), (False, expected)):
            for month, amount in series.items():
                year = facts.organization.year_of(month)
                sums[YearOf(is_plan, line.group.value, _unit(line), year)] += amount / (_MONTHS if line.is_fte else 1)
    return sums


def moved_years(
    before: dict[YearOf, Decimal], after: dict[YearOf, Decimal]
) -> Iterator[tuple[YearOf, Decimal, Decimal]]:
    """The sums that differ, plan first, by group and year."""
    for key in sorted(before.keys() | after.keys(), key=lambda key: (not key.is_plan, *key[1:])):
        old, new = before.get(key, Decimal(0)), after.get(key, Decimal(0))
        if old != new:
            yield key, old, new


def _unit(line: LineFacts) -> str:
    return line.currency if line.is_money else "" if line.is_fte else line.name
