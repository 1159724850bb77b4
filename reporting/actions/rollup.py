"""Keeping a node's cells, months and statuses equal to what lies below it.

A package is aggregated from its measures, any other node from its children. Work below a node that
moved or changed is done once, by climbing from it to the root.

Two drains may climb at the same time. Each takes one advisory lock per organization before it reads
anything, and keeps it until its transaction ends, so that no parent is left with outdated sums. A drain
that holds a measure's row while it waits for the lock can meet one that holds the lock and waits for that
row: PostgreSQL ends one of them, and the outbox tries it again.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from cat4 import clock
from cat4.outbox.actions import publish
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.selectors.settings import organization_settings
from measures.models import Measure

from ..constants import Topic
from ..models import NodeCell
from . import statements
from .statuses import write_statuses


@transaction.atomic
def roll_up_path(node_id: UUID) -> None:
    """Aggregate a node again, then each node above it up to the root. Nothing happens for a node that is gone."""
    statements.lock_roll_up()
    path = Node.objects.filter(pk=node_id).values_list("path", flat=True).first() or []
    for pk in reversed(path):
        roll_up_node(pk)


def roll_up_node(node_id: UUID) -> None:
    """Aggregate one node again from what is directly below it; writes only differences."""
    level = Node.objects.values_list("level", flat=True).get(pk=node_id)
    aggregate([node_id], Level(level))


def aggregate(node_ids: Sequence[UUID], level: Level) -> None:
    """Aggregate nodes of one level again. Those of the level below are up to date already."""
    if level == Level.PACKAGE:
        statements.write_package_cells(node_ids)
        statements.write_package_months(node_ids, _calendar())
    else:
        statements.write_parent_cells(node_ids)
        statements.write_parent_months(node_ids)
    write_statuses(node_ids, level)


def _calendar() -> statements.Calendar:
    settings = organization_settings()
    home = settings.organization
    return statements.Calendar(
        currency=home.currency,
        fiscal_year_start=home.fiscal_year_start,
        today=clock.today(home.time_zone),
        last_month=settings.last_month,
    )


def mark_stale(package_id: UUID) -> None:
    """Ask for a climb from a package, unless one is asked for already that will see this transaction.

    A row that waits and can be locked now is drained only after we commit, so it covers our change;
    one that another drain holds may have read before us, and doesn't.
    """
    waiting = OutboxRow.objects.filter(topic=Topic.PACKAGE_STALE, object_id=package_id, parked_at__isnull=True)
    if waiting.select_for_update(skip_locked=True).values_list("pk", flat=True).first() is None:
        publish(Topic.PACKAGE_STALE, package_id)


def emptied_packages() -> list[UUID]:
    """Packages whose cells count another number of measures than lie in them: one has been moved away."""
    lying = dict(Measure.objects.values_list("package_id").annotate(Count("id")))
    packages = NodeCell.objects.filter(node__level=Level.PACKAGE)
    counted = dict(packages.values_list("node_id").annotate(total=Sum("measures")))
    return [pk for pk, total in counted.items() if lying.get(pk, 0) != total]
