"""How far a reporting month is, measure by measure: reported, handed in, validated (domain section 12)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cat4.fiscal import add_months
from cat4.tenancy.context import current_organization_id
from cat4.wording import month_name
from measures.constants import Doi, Lifecycle
from measures.facts.calendar import Calendar
from measures.models import Correction, EffectMonth, HandedMonth, Measure

_MOST_MONTHS = 3


class Progress(StrEnum):
    """Where a measure's month stands. The later one includes the earlier."""

    MISSING = "missing"
    REPORTED = "reported"
    HANDED_IN = "handed_in"
    VALIDATED = "validated"


@dataclass(frozen=True, slots=True)
class MeasureMonth:
    """A measure that owes something for a month, with the names of the lines that nobody reported or validated."""

    measure: Measure
    unreported: tuple[str, ...] = ()
    unvalidated: tuple[str, ...] = ()
    handed: HandedMonth | None = None

    @property
    def progress(self) -> Progress:
        if self.unreported:
            return Progress.MISSING
        if not self.unvalidated:
            return Progress.VALIDATED
        return Progress.HANDED_IN if self.handed else Progress.REPORTED

    @property
    def is_submitted(self) -> bool:
        return self.progress in {Progress.HANDED_IN, Progress.VALIDATED}

    @property
    def is_validated(self) -> bool:
        return self.progress == Progress.VALIDATED


def month_progress(month: date, measures: QuerySet[Measure] | None = None) -> list[MeasureMonth]:
    """Every active measure from DoI 3 on that planned or booked something in the month, by code; four queries.

    A correction that is booked in the month waits like a reported line.
    """
    decided = Measure.objects.all() if measures is None else measures
    decided = decided.filter(lifecycle=Lifecycle.ACTIVE, doi__gte=Doi.DECIDED)
    lines = _lines(month, decided)
    handed = {row.measure_id: row for row in HandedMonth.objects.filter(month=month, measure__in=list(lines))}
    people = ("owner", "sponsor", "controller", "business_unit")
    found = decided.filter(pk__in=list(lines)).select_related(*people).order_by("code")
    return [
        MeasureMonth(measure, tuple(unreported), tuple(unvalidated), handed.get(measure.pk))
        for measure in found
        for unreported, unvalidated in [lines[measure.pk]]
    ]


def month_of_measure(measure: Measure, month: date) -> MeasureMonth | None:
    """The same of one measure; None when it owes nothing for the month."""
    return next(iter(month_progress(month, Measure.objects.filter(pk=measure.pk))), None)


def months_to_hand_in(measure: Measure, window: Calendar) -> list[tuple[date, MeasureMonth]]:
    """The last months of a measure that are over and not locked; before the first lock the last one alone."""
    ended = add_months(window.current_month, -1)
    after = max(window.locked) if window.locked else add_months(ended, -1)
    months = [month for month in window.begun_months(after) if month <= ended]
    rows = ((month, month_of_measure(measure, month)) for month in months[-_MOST_MONTHS:])
    return [(month, row) for month, row in rows if row is not None]


def _lines(month: date, measures: QuerySet[Measure]) -> dict[UUID, tuple[list[str], list[str]]]:
    """By measure, the names of unreported and of unvalidated lines."""
    rows = EffectMonth.objects.filter(
        ~Q(plan=0, reported__isnull=True) & (Q(plan__isnull=False) | Q(reported__isnull=False)),
        organization_id=current_organization_id(),
        month=month,
        measure__in=measures.order_by(),
    )
    columns = ("measure_id", "line__name", "reported", "validated")
    found: dict[UUID, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for measure_id, name, reported, validated in rows.order_by("line__position", "line__name").values_list(*columns):
        unreported, unvalidated = found[measure_id]
        if reported is None and validated is None:
            unreported.append(name)
        elif validated is None:
            unvalidated.append(name)
    pending = Correction.objects.filter(
        organization_id=current_organization_id(),
        month=month,
        validated_at__isnull=True,
        returned_at__isnull=True,
        measure__in=measures.order_by(),
    )
    for measure_id, name, corrects in pending.values_list("measure_id", "line__name", "corrects"):
        found[measure_id][1].append(f"{name}, correction of {month_name(corrects)}")
    return found


def counted(rows: Iterable[MeasureMonth]) -> dict[str, Any]:
    """How many measures there are, and how many are reported, handed in and validated."""
    rows = list(rows)
    return {
        "measures": len(rows),
        "reported": sum(row.progress != Progress.MISSING for row in rows),
        "submitted": sum(row.is_submitted for row in rows),
        "validated": sum(row.is_validated for row in rows),
    }
