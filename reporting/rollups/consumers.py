"""What reports do when something below changed. Idempotent; each runs in the organization's context."""

from uuid import UUID

from celery import current_app

from cat4.outbox.registry import consumes
from cat4.tenancy.context import current_organization_id
from governance.constants import Topic as GovernanceTopic
from hierarchy.constants import Topic as HierarchyTopic
from measures.constants import Topic as MeasureTopic
from measures.models import Measure
from reporting.constants import Topic

from .actions.past_figures import keep_figures
from .actions.rebuild import recolour_nodes
from .actions.rollup import mark_stale, roll_up_moved, roll_up_package


@consumes(MeasureTopic.MEASURE_RECOMPUTED)
@consumes(MeasureTopic.MEASURE_MOVED)
def climb_later(measure_id: UUID) -> None:
    """A burst of measures of one package asks for one climb."""
    package_id = Measure.objects.filter(pk=measure_id).values_list("package_id", flat=True).first()
    if package_id is not None:
        mark_stale(package_id)


@consumes(MeasureTopic.PACKAGE_LEFT)
def climb_from_what_was_left(package_id: UUID) -> None:
    mark_stale(package_id)


@consumes(Topic.PACKAGE_STALE)
def climb(package_id: UUID) -> None:
    roll_up_package(package_id)


@consumes(HierarchyTopic.NODE_MOVED)
def change_chains(node_id: UUID) -> None:
    """The packages below leave the sums of the old chain and enter those of the new one."""
    roll_up_moved(node_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def rate_again(_settings_id: UUID) -> None:
    """New thresholds colour every node anew; what else settings change comes with the measures."""
    recolour_nodes()


@consumes(GovernanceTopic.PERIOD_LOCKED)
def keep_figures_of_lock(period_id: UUID) -> None:
    """The nodes' figures are made from what the lock kept, however late."""
    keep_figures(period_id)


@consumes(Topic.REBUILD_ASKED)
def rebuild_in_parts(run_id: UUID) -> None:
    """A task of its own: its parts are transactions of their own, so that it can be followed."""
    current_app.send_task("reporting.rebuild", [str(current_organization_id()), str(run_id)])
