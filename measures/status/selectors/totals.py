"""Sums of measures for roll-ups, lists and schedules."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from cat4 import clock
from hierarchy.organization.selectors import organization
from measures.constants import Doi
from measures.models import Measure, MeasureTotals


def totals_map(measure_ids: Iterable[UUID]) -> dict[UUID, MeasureTotals]:
    """The stored sums by measure; a measure that wasn't computed yet is left out."""
    return {row.measure_id: row for row in MeasureTotals.objects.filter(measure__in=list(measure_ids))}


def run_rate_of(measure: Measure) -> Decimal | None:
    """What a measure brings a year, reporting currency: of the frozen plan, before DoI 3 of what is being planned.

    As it was computed last; None before it ever was. Its totals come loaded.
    """
    totals: MeasureTotals | None = getattr(measure, "totals", None)
    if totals is None:
        return None
    return totals.plan_run_rate if measure.doi >= Doi.DECIDED else totals.forecast_run_rate


def outdated_measure_ids() -> list[UUID]:
    """Measures whose sums are of an earlier day in the organization's time zone, or not there at all."""
    today = clock.today(organization().time_zone)
    outdated = Measure.objects.filter(Q(totals__isnull=True) | Q(totals__as_of__lt=today))
    return list(outdated.order_by("pk").values_list("pk", flat=True))
