"""What an annual amount, a start and a ramp give by month, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cat4.fiscal import add_months, first_of_month, fiscal_year
from measures.constants import EffectKind, Recurrence
from measures.facts.calendar import calendar
from measures.formulas.phasing import phase
from measures.models import Milestone

# Heads are there each month, not a twelfth of them.
_HEADS = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """The first months, and the sum of each fiscal year."""

    months: list[tuple[date, Decimal]]
    years: list[tuple[int, Decimal]]
    problem: str = ""


def plan_preview(facts: Mapping[str, Any]) -> Preview:
    """The plan that the facts of an effect line give (domain 6.1), or why there is none."""
    annual, start, end = facts.get("annual_amount"), _start(facts), facts.get("end_month")
    window = calendar()
    if facts.get("recurrence") == Recurrence.ONE_OFF or annual is None or start is None:
        return Preview([], [], "A recurring line with an annual amount and a start has a preview. Others are typed.")
    if not window.contains(start):
        return Preview([], [], "The start lies outside the fiscal calendar.")
    yearly = annual * (_HEADS if facts.get("kind") == EffectKind.FTE else 1)
    plan = phase(yearly, start, end, facts.get("ramp_months") or 0, window.last_month)
    years: dict[int, Decimal] = {}
    for month, amount in plan.items():
        year = fiscal_year(month, window.fiscal_year_start)
        years[year] = years.get(year, Decimal(0)) + amount
    return Preview(list(plan.items())[:12], list(years.items()))


def _start(facts: Mapping[str, Any]) -> date | None:
    """The first month: the one that was given, or the one that a milestone gives."""
    followed = facts.get("milestone_id")
    milestone = Milestone.objects.filter(pk=followed).first() if followed else None
    if milestone is None:
        return facts.get("start_month")
    return add_months(first_of_month(milestone.baseline_on), facts.get("offset_months") or 0)
