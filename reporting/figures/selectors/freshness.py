"""Whether changes wait that these figures don't hold yet."""

from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import Topic as HierarchyTopic
from measures.constants import Topic as MeasureTopic
from reporting.constants import Topic

# Facts whose consequence is another figure of some node.
_CLIMBING = (
    MeasureTopic.MEASURE_CHANGED,
    MeasureTopic.MEASURE_RECOMPUTED,
    MeasureTopic.MEASURE_MOVED,
    HierarchyTopic.NODE_MOVED,
    Topic.PACKAGE_STALE,
)


def is_recomputing() -> bool:
    """Whether any waits: one look at rows that a worker empties within seconds."""
    waiting = OutboxRow.objects.filter(organization_id=current_organization_id(), parked_at__isnull=True)
    return waiting.filter(topic__in=_CLIMBING).exists()
