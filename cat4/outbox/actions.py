"""Publishing a fact and draining the outbox.

A fact is a row, written in the transaction of the change; nothing leaves the process before commit.
After commit a Celery nudge makes it quick; the beat sweep makes it certain. Each object is settled in a
short transaction of its own, all its facts at once: it draws the consequences and removes the rows, so
that killed in the middle it is as if it had not begun, and no two workers hold locks that the other needs.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cat4.tenancy.context import current_organization_id, organization_context

from .models import OutboxRow
from .registry import consumers_of

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6


def publish(topic: str, object_id: UUID) -> None:
    """Tell the higher apps that something happened to an object, once this transaction commits."""
    organization_id = current_organization_id()
    OutboxRow.objects.create(topic=topic, object_id=object_id)
    nudge = _Nudge(organization_id)
    # A transaction that publishes a thousand facts asks once.
    if all(waiting[1] != nudge for waiting in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


@dataclass(frozen=True, slots=True)
class _Nudge:
    """Ask a worker to drain an organization; equal when it is the same one."""

    organization_id: UUID

    def __call__(self) -> None:
        from .tasks import nudge

        nudge(self.organization_id)


def drain(organization_id: UUID, *, limit: int = 10_000) -> int:
    """Draw the consequences of every due fact of an organization; returns how many facts were taken up."""
    taken = 0
    while taken < limit:
        with organization_context(organization_id):
            count = _settle_next()
        if not count:
            break
        taken += count
    return taken


def _settle_next() -> int:
    """Settle the object whose fact has waited longest and that no other worker holds; returns its facts."""
    due = OutboxRow.objects.filter(parked_at__isnull=True, due_at__lte=timezone.now())
    first = due.order_by("due_at", "id").select_for_update(skip_locked=True).first()
    if first is None:
        return 0
    same = due.filter(topic=first.topic, object_id=first.object_id).exclude(pk=first.pk)
    rows = [first, *same.select_for_update(skip_locked=True)]
    _settle(first.topic, first.object_id, rows)
    return len(rows)


def _settle(topic: str, object_id: UUID, rows: list[OutboxRow]) -> None:
    """Run the consumers in a savepoint, so that a failure can be written down."""
    try:
        with transaction.atomic():
            for consumer in consumers_of(topic):
                consumer(object_id)
            OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
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
