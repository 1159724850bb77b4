"""Celery shells of the outbox: ids only, safe to run twice, late or never."""

from uuid import UUID

from celery import shared_task

from cat4.accounts.selectors import organization_ids

from . import actions
from .asking import ask_worker


@shared_task(name="cat4.outbox.drain")
def drain(organization_id: str) -> int:
    """Settle what one organization has published."""
    return actions.drain(UUID(organization_id))


@shared_task(name="cat4.outbox.sweep")
def sweep() -> int:
    """Settle what any organization has published and no nudge reached."""
    return sum(actions.drain(organization_id) for organization_id in organization_ids())


def nudge(organization_id: UUID) -> None:
    """Ask a worker to drain now. Without a broker the sweep does it later: the row is already safe."""
    ask_worker(drain, organization_id)
