"""What reports do when something below changed. Idempotent; each runs in the organization's context."""

from uuid import UUID

from cat4.outbox.registry import consumes
from hierarchy.constants import Topic as HierarchyTopic
from hierarchy.models import Node
from measures.constants import Topic as MeasureTopic
from measures.models import Measure

from .actions.rebuild import rebuild_reports
from .actions.rollup import emptied_packages, mark_stale, roll_up_path
from .constants import Topic


@consumes(MeasureTopic.MEASURE_RECOMPUTED)
def climb_later(measure_id: UUID) -> None:
    """A burst of measures of one package asks for one climb."""
    package_id = Measure.objects.filter(pk=measure_id).values_list("package_id", flat=True).first()
    if package_id is not None:
        mark_stale(package_id)


@consumes(MeasureTopic.MEASURE_MOVED)
def climb_both_chains(measure_id: UUID) -> None:
    """The package where the measure is now, and the one that counts it still."""
    climb_later(measure_id)
    for package_id in emptied_packages():
        mark_stale(package_id)


@consumes(Topic.PACKAGE_STALE)
def climb(package_id: UUID) -> None:
    roll_up_path(package_id)


@consumes(HierarchyTopic.NODE_MOVED)
def climb_moved(node_id: UUID) -> None:
    """The fact names the moved node and its old parent, each with its own row: both chains are climbed."""
    roll_up_path(node_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def compute_anew(_settings_id: UUID) -> None:
    """New thresholds colour every node anew."""
    if Node.objects.exists():
        rebuild_reports()
