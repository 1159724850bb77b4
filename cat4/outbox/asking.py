"""Asking a worker to look now. Nothing depends on it: a sweep finds in the database whatever a worker would."""

from typing import Any
from uuid import UUID

from cat4.circuit import AWAY, BROKER


def ask_worker(task: Any, organization_id: UUID) -> None:
    """Put a task for an organization on the queue, once; without a broker nobody waits for it."""
    if BROKER.is_open:
        return
    try:
        task.apply_async([str(organization_id)], retry=False)
    except AWAY as error:
        BROKER.trip(error)
