"""What an act moves in every fiscal year of a measure: plan and expectation before and after, as people enter them.

Amounts are in what the lines are measured in, so that they can be compared with what was typed, and need no rate.
"""

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from cat4.web.questions import Moved
from measures.facts.measures import measure_facts
from measures.formulas.facts import Group, LineFacts
from measures.formulas.money import expected_months

Key = tuple[str, int]
_MONTHS = 12


def yearly_amounts(measure_id: UUID) -> dict[Key, Decimal]:
    """Plan and expectation by series and fiscal year; heads are the mean of the year."""
    facts = measure_facts(measure_id)
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    for line in facts.lines if facts else ():
        plan, expected, share = (*_labels(line), _MONTHS if line.is_fte else 1)
        year_of = facts.organization.year_of  # type: ignore[union-attr]  # a line has its facts
        for month, amount in line.plan.items():
            sums[plan, year_of(month)] += amount / share
        for month, found in expected_months(facts, line).items():  # type: ignore[arg-type]
            sums[expected, year_of(month)] += found.amount / share
    return sums


def moved_years(before: dict[Key, Decimal], after: dict[Key, Decimal]) -> list[Moved]:
    """The fiscal years that differ, in order."""
    keys = sorted(before.keys() | after.keys())
    found = ((key, before.get(key, Decimal(0)), after.get(key, Decimal(0))) for key in keys)
    return [Moved(f"{label} {year}", old, new) for (label, year), old, new in found if old != new]


def _labels(line: LineFacts) -> tuple[str, str]:
    """The words for plan and expectation of what the line brings."""
    unit = line.currency if line.is_money else _("heads") if line.is_fte else line.name
    effect = {Group.HARD: "EBITDA", Group.SOFT: _("soft and avoided"), Group.COST: _("one-time cost")}
    what = effect.get(line.group)
    named = f"{what}, {unit}" if what else unit
    return _("Plan, %s,") % named, _("Forecast at completion, %s,") % named
