"""What follows from a changed measure, and from settings that every measure is computed with."""

from uuid import UUID

from cat4.outbox.registry import consumes
from hierarchy.constants import Topic as HierarchyTopic
from measures.constants import Topic

from .actions.recompute import mark_every_measure, recompute_measure


@consumes(Topic.MEASURE_CHANGED)
def recompute(measure_id: UUID) -> None:
    """Sums and statuses follow every change of a measure."""
    recompute_measure(measure_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def recompute_every_measure(_settings_id: UUID) -> None:
    """Thresholds, rates and the calendar are part of every measure's statuses."""
    mark_every_measure()
