"""Keeping what resolved overlaps take out of plans: with the plan, and frozen with it (domain section 11)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cat4.errors import Invalid
from cat4.tenancy.context import current_organization_id
from measures.constants import Doi, OverlapResolution
from measures.formulas.taken import Taking, taken_plan
from measures.models import EffectMonth, Finding, Measure, TakenMonth
from measures.status.actions.recompute import mark_changed

from ..selectors.findings import of_measure
from ..selectors.overlap import OVERLAP

_TAKES = (OverlapResolution.SPLIT, OverlapResolution.MERGE)


def require_open_plans(row: Finding, resolution: str) -> None:
    """A split or merge changes plans: refuse it where one that it changes is frozen.

    Raises:
        Invalid: on `resolution`, with the way to the change of the plan.
    """
    if resolution not in _TAKES and row.resolution not in _TAKES:
        return
    merges = OverlapResolution.SPLIT not in {resolution, row.resolution}
    changed = [row.measure] if merges else [row.measure, row.other_measure]
    frozen = [side.code for side in changed if side is not None and side.doi >= Doi.DECIDED]
    if frozen:
        sentence = (
            f"The plan of {' and '.join(frozen)} is frozen, and this changes it. Ask for a change of that plan that "
            "takes the shared amount out, then say here that no money is counted twice."
        )
        raise Invalid({"resolution": sentence})
    lines = [line for line in (row.line, row.other_line) if line is not None]
    if resolution == OverlapResolution.SPLIT and len({line.currency for line in lines}) > 1:
        units = " and ".join(sorted(line.currency for line in lines))
        raise Invalid(
            {"resolution": f"A split compares month by month. These lines are in {units}: merge them instead."}
        )


def keep_taken(measure_id: UUID) -> None:
    """Bring what is taken out of the plans of a measure, and of those it shares with, in line with both plans.

    A frozen plan keeps what was taken out of it. Run twice, the second time writes nothing.
    """
    rows = Finding.objects.filter(of_measure(measure_id), organization_id=current_organization_id(), code=OVERLAP)
    taking = Q(resolution__in=_TAKES) | Exists(TakenMonth.objects.filter(finding=OuterRef("pk")))
    for row in rows.filter(taking).select_related("measure", "other_measure"):
        keep_taken_of(row)


def keep_taken_of(row: Finding) -> None:
    """The same of one overlap; measures whose taken part moved are computed again."""
    takes = row.resolution in _TAKES and row.closed_at is None
    sides = ((row.measure, row.line_id, row.other_line_id), (row.other_measure, row.other_line_id, row.line_id))
    moved = [
        measure.pk
        for measure, mine, other in sides
        if measure is not None and mine and other and _keep(row, measure, mine, other, takes=takes)
    ]
    if moved:
        mark_changed(moved)


def _keep(row: Finding, measure: Measure, mine: UUID, other: UUID, *, takes: bool) -> bool:
    """Whether something was written."""
    if measure.doi >= Doi.DECIDED:
        return False
    kept = TakenMonth.objects.filter(finding=row, measure=measure, line_id=mine)
    percent = row.percent if row.resolution == OverlapResolution.SPLIT else None
    taking = Taking(percent, is_first=row.line_id == mine)
    before = {
        (at, plan, share, first) for at, plan, share, first in kept.values_list("month", "plan", "percent", "is_first")
    }
    plan = taken_plan(_plan(mine), _plan(other), taking) if takes else {}
    if before == {(at, amount, percent, taking.is_first) for at, amount in plan.items()}:
        return False
    kept.delete()
    TakenMonth.objects.bulk_create(
        TakenMonth(
            finding=row,
            measure=measure,
            line_id=mine,
            month=at,
            plan=amount,
            percent=percent,
            is_first=taking.is_first,
        )
        for at, amount in plan.items()
    )
    return True


def _plan(line_id: UUID) -> dict[date, Decimal]:
    months = EffectMonth.objects.filter(line_id=line_id, plan__isnull=False).exclude(plan=0)
    return {month: plan for month, plan in months.values_list("month", "plan") if plan is not None}
