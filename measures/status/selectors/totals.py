"""Sums of measures for roll-ups, lists and schedules."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from cat4 import clock
from hierarchy.organization.selectors import organization
from measures.models import Measure, MeasureTotals


def totals_map(measure_ids: Iterable[UUID]) -> dict[UUID, MeasureTotals]:
    """The stored sums by measure; a measure that wasn't computed yet is left out."""
    return {row.measure_id: row for row in MeasureTotals.objects.filter(measure__in=list(measure_ids))}


def outdated_measure_ids() -> list[UUID]:
    """Measures whose sums are of an earlier day in the organization's time zone, or not there at all."""
    today = clock.today(organization().time_zone)
    outdated = Measure.objects.filter(Q(totals__isnull=True) | Q(totals__as_of__lt=today))
    return list(outdated.order_by("pk").values_list("pk", flat=True))
