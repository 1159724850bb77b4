"""Corrections that count."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from cat4.tenancy.context import current_organization_id
from measures.models import Correction


def counting_corrections(measure_ids: Collection[UUID]) -> QuerySet[Correction]:
    """Those that are in the sums: not returned."""
    return Correction.objects.filter(
        organization_id=current_organization_id(), measure__in=measure_ids, returned_at__isnull=True
    ).order_by("entered_at", "id")
