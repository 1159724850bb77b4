"""Keeping the rows of nodes equal to what lies below them, by differences.

A measure package is summed up again from its measures; what differs from before is added to every node of
its chain. A package that was moved, by itself or with a node above it, is taken out of the chain that it is
counted in (`PackageShare`) and brought into the other one. The work depends on the packages that changed
and on the depth of the tree, not on how many siblings they or their nodes have.

Climbing twice does nothing the second time. Two drains may climb at the same time: each takes one advisory
lock per organization before it reads anything, and keeps it until its transaction ends. A drain that holds
a measure's row while it waits for the lock can meet one that holds the lock and waits for that row:
PostgreSQL ends one of them, and the outbox tries it again.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from cat4.outbox.actions import publish
from cat4.outbox.models import OutboxRow
from reporting.constants import Topic
from reporting.models import PackageShare

from .sql import lock_roll_up
from .statements import add_differences, chains_of
from .statuses import write_statuses

# Packages that are summed up in one statement: what bounds the memory of a worker and of the database.
BATCH = 500


def roll_up_package(package_id: UUID) -> None:
    """Bring what changed in a package into every node above it. Nothing happens for one that is gone.

    Runs in the transaction of the organization's context.
    """
    lock_roll_up()
    climb([package_id])


def roll_up_moved(node_id: UUID) -> None:
    """Move the packages below a node into the sums of the chain in which they lie now."""
    lock_roll_up()
    counted = PackageShare.objects.filter(package__path__contains=[node_id])
    climb(list(counted.exclude(path=F("package__path")).values_list("package_id", flat=True)))


def climb(packages: Sequence[UUID]) -> None:
    """The differences of packages, then the statuses of every node above; the caller holds the lock."""
    touched: set[UUID] = set()
    for start in range(0, len(packages), BATCH):
        chains = chains_of(packages[start : start + BATCH])
        touched |= {node for _, path, counted in chains for node in (*path, *counted)}
        add_differences(chains)
    if touched:
        write_statuses(list(touched))


def mark_stale(package_id: UUID) -> None:
    """Ask for a climb from a package, unless one is asked for already that will see this transaction.

    A row that waits and can be locked now is drained only after we commit, so it covers our change;
    one that another drain holds may have read before us, and doesn't.
    """
    waiting = OutboxRow.objects.filter(topic=Topic.PACKAGE_STALE, object_id=package_id, parked_at__isnull=True)
    if waiting.select_for_update(skip_locked=True).values_list("pk", flat=True).first() is None:
        publish(Topic.PACKAGE_STALE, package_id)
