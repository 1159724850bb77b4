"""What waits in the outbox, for whoever watches the installation."""

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from cat4.metrics.gauges import Reading, gauge
from cat4.tenancy.context import current_organization_id

from .models import OutboxRow

_WAITS = Q(parked_at__isnull=True)


@gauge("cat4_outbox_rows", "Facts whose consequences aren't drawn yet, or were given up.", label="state")
def rows() -> Reading:
    """How many wait and how many are parked."""
    mine = OutboxRow.objects.filter(organization_id=current_organization_id())
    return mine.aggregate(waiting=Count("pk", filter=_WAITS), parked=Count("pk", filter=~_WAITS))


@gauge("cat4_outbox_oldest_age_seconds", "How long the oldest fact waits that isn't parked.")
def oldest() -> Reading:
    """Zero when none waits. By the database's clock, as the rows are."""
    mine = OutboxRow.objects.filter(_WAITS, organization_id=current_organization_id())
    age = mine.aggregate(age=Now() - Min("created_at"))["age"]
    return {"": age.total_seconds() if age else 0}
