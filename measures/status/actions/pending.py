"""Bringing up to date what waits for the outbox, for who needs figures that hold now."""

from uuid import UUID

from cat4.errors import Conflict
from cat4.outbox.models import OutboxRow
from measures.constants import Topic

from .recompute import recompute_measure

# Each takes some hundredths of a second, and somebody waits for the answer.
_MOST = 200


def recompute_waiting() -> int:
    """Recompute the measures that changed and whose turn hasn't come; returns how many.

    Raises:
        Conflict: so many wait that a worker has to go on first.
    """
    rows = OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED).order_by()
    waiting: list[UUID] = list(rows.values_list("object_id", flat=True).distinct()[: _MOST + 1])
    if len(waiting) > _MOST:
        raise Conflict(
            "Many measures are being computed anew. Lock the month when that is done, in some minutes.",
            current={"recomputing": True},
        )
    for measure_id in sorted(waiting):
        recompute_measure(measure_id)
    return len(waiting)
