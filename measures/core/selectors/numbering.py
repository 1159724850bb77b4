"""The short names of milestones: M1, M2 … in the order of their measure."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from measures.models import Milestone

_IN_ORDER = ("position", "baseline_on", "id")


def milestone_numbers(measure_ids: Iterable[UUID]) -> dict[UUID, str]:
    """`M3` by milestone, for all milestones of the measures; one query."""
    rows = Milestone.objects.filter(measure__in=list(measure_ids)).annotate(
        place=Window(RowNumber(), partition_by=F("measure_id"), order_by=_IN_ORDER)
    )
    return {pk: f"M{place}" for pk, place in rows.order_by().values_list("pk", "place")}


def number_of(milestone: Milestone) -> str:
    """`M3` of one milestone."""
    return milestone_numbers([milestone.measure_id])[milestone.pk]
