"""The parts of lines that resolved overlaps take out, as lines of their own (domain section 11)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cat4.tenancy.context import current_organization_id
from measures.constants import Lifecycle
from measures.formulas.facts import MonthFacts
from measures.formulas.taken import Months, Taking, taken_months
from measures.models import Finding, TakenMonth

from .reads import month_rows


@dataclass(frozen=True, slots=True)
class TakenPart:
    """What one overlap takes out of one line; `other_code` is the measure that it is shared with."""

    measure_id: UUID
    line_id: UUID
    other_code: str
    months: tuple[MonthFacts, ...]


def taken_parts(measure_ids: Collection[UUID]) -> list[TakenPart]:
    """Those of measures that have any, in four queries."""
    kept: dict[tuple[UUID, UUID], list[TakenMonth]] = defaultdict(list)
    rows = TakenMonth.objects.filter(organization_id=current_organization_id(), measure__in=measure_ids)
    for row in rows.order_by("finding_id", "line_id", "month"):
        kept[row.finding_id, row.line_id].append(row)
    findings = Finding.objects.select_related("measure", "other_measure").in_bulk({finding for finding, _ in kept})
    sides = {pk for found in findings.values() for pk in (found.measure_id, found.other_measure_id) if pk}
    months = _months(sides) if sides else {}
    return [_part(findings[finding], several, months) for (finding, _), several in kept.items()]


def _part(found: Finding, kept: list[TakenMonth], months: dict[UUID, Months]) -> TakenPart:
    here = kept[0]
    is_kept_with = found.line_id == here.line_id
    other, other_line = (found.other_measure, found.other_line_id) if is_kept_with else (found.measure, found.line_id)
    is_gone = other is None or other.lifecycle == Lifecycle.CANCELLED
    beside: Months = {} if is_gone or other_line is None else months.get(other_line, {})
    taking = Taking(here.percent, is_first=here.is_first)
    plan = {row.month: row.plan for row in kept}
    taken = taken_months(months.get(here.line_id, {}), beside, plan, taking)
    return TakenPart(here.measure_id, here.line_id, other.code if other else "", taken)


def _months(measure_ids: Collection[UUID]) -> dict[UUID, Months]:
    found: dict[UUID, dict[date, MonthFacts]] = defaultdict(dict)
    for line_id, month, *amounts in month_rows(measure_ids):
        found[line_id][month] = MonthFacts(month, *amounts)
    return dict(found)
