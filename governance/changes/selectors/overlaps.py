"""What the split of an overlap leaves of a frozen plan: the form of its change begins with it (domain section 11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import Http404

from cat4.accounts.actor import Actor
from measures.findings.selectors.lines import visible_finding
from measures.formulas.taken import Taking, taken_plan
from measures.models import EffectMonth, Measure

_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class PlanLeft:
    """The months of a line that a split changes, with what is left of each, in the line's currency.

    `percent` is what the line keeps of the smaller amount of each month; 0 where the other carries it all.
    """

    line_id: UUID
    other_code: str
    percent: Decimal
    months: dict[date, Decimal]


def plan_left(actor: Actor, measure: Measure, finding: str, percent: str) -> PlanLeft:
    """What a measure's plan is to be where it keeps so many percent of what both plans claim.

    Raises:
        Http404: the overlap isn't one of this measure, or can't be seen; the percentage is none from 0 to 100.
    """
    try:
        row, keeps = visible_finding(actor, UUID(finding)), Decimal(percent)
    except (ValueError, InvalidOperation) as error:
        raise Http404("There is no such overlap.") from error
    is_first = row.measure_id == measure.pk
    other = row.other_measure if is_first else row.measure
    mine, theirs = (row.line_id, row.other_line_id) if is_first else (row.other_line_id, row.line_id)
    is_side = measure.pk in {row.measure_id, row.other_measure_id}
    if other is None or mine is None or theirs is None or not is_side or not keeps.is_finite() or not 0 <= keeps < _ALL:
        raise Http404("There is no such overlap.")
    plan = _plan(mine)
    # Both sides count from the first, so that the cents of both parts add up.
    taking = Taking(keeps if is_first else _ALL - keeps, is_first=is_first)
    taken = {month: -amount for month, amount in plan.items()} if not keeps else taken_plan(plan, _plan(theirs), taking)
    return PlanLeft(mine, other.code, keeps, {month: plan[month] + amount for month, amount in taken.items()})


def _plan(line_id: UUID) -> dict[date, Decimal]:
    months = EffectMonth.objects.filter(line_id=line_id, plan__isnull=False)
    return {month: plan for month, plan in months.values_list("month", "plan") if plan is not None}
