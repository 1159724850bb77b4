"""Publishing a fact and draining the outbox.

A fact is a row, written in the transaction of the change; nothing leaves the process before commit.
After commit a Celery nudge makes it quick; the beat sweep makes it certain. Draining takes rows with
SKIP LOCKED, one round for all rows of the same object, and removes them in the transaction of their
consequences: killed in the middle, the round is as if it had not begun.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cat4.tenancy.context import current_organization_id, organization_context

from .models import OutboxRow
from .registry import consumers_of

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
_BATCH = 200


def publish(topic: str, object_id: UUID) -> None:
    """Tell the higher apps that something happened to an object, once this transaction commits."""
    organization_id = current_organization_id()
    OutboxRow.objects.create(topic=topic, object_id=object_id)
    transaction.on_commit(lambda: _nudge(organization_id), robust=True)


def _nudge(organization_id: UUID) -> None:
    from .tasks import nudge

    nudge(organization_id)


def drain(organization_id: UUID, *, limit: int = 10_000) -> int:
    """Draw the consequences of every due fact of an organization; returns how many rows were settled."""
    settled = 0
    while settled < limit:
        with organization_context(organization_id):
            round_size = _drain_round()
        if not round_size:
            break
        settled += round_size
    return settled


def _drain_round() -> int:
    due = OutboxRow.objects.filter(parked_at__isnull=True, due_at__lte=timezone.now()).order_by("due_at", "id")
    rows = list(due.select_for_update(skip_locked=True)[:_BATCH])
    by_object: dict[tuple[str, UUID], list[OutboxRow]] = {}
    for row in rows:
        by_object.setdefault((row.topic, row.object_id), []).append(row)
    for (topic, object_id), same in by_object.items():
        _settle(topic, object_id, same)
    return len(rows)


def _settle(topic: str, object_id: UUID, rows: list[OutboxRow]) -> None:
    """Run the consumers in a savepoint: one object that can't be computed doesn't hold up the others."""
    ids = [row.pk for row in rows]
    try:
        with transaction.atomic():
            for consumer in consumers_of(topic):
                consumer(object_id)
            OutboxRow.objects.filter(pk__in=ids).delete()
    except Exception as error:
        if not connection.is_usable():
            raise
        log.exception("outbox %s %s failed", topic, object_id)
        _postpone(rows, error)


def _postpone(rows: Iterable[OutboxRow], error: Exception) -> None:
    now = timezone.now()
    for row in rows:
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        row.due_at = now + timedelta(seconds=2**row.attempts)
        row.parked_at = now if row.attempts >= MAX_ATTEMPTS else None
        row.save(update_fields=["attempts", "error", "due_at", "parked_at"])


def release_parked() -> int:
    """Let the current organization's parked rows be tried again; returns how many."""
    parked = OutboxRow.objects.filter(parked_at__isnull=False)
    return parked.update(parked_at=None, attempts=0, error="", due_at=timezone.now())
