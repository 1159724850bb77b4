"""Celery shells of the mail: ids only, safe to run twice, late or never."""

import logging
from uuid import UUID

from celery import shared_task

from cat4.accounts.selectors import organization_ids
from cat4.outbox.asking import ask_worker

from .mail import ServerDown, send_due

log = logging.getLogger(__name__)


@shared_task(name="cat4.notices.send_mail")
def send_mail(organization_id: str) -> int:
    """Mail what is due of one organization."""
    return _sent([UUID(organization_id)])


@shared_task(name="cat4.notices.sweep_mail")
def sweep_mail() -> int:
    """Mail what is due of any organization: digests, what failed before, and what no nudge reached."""
    return _sent(organization_ids())


def _sent(ids: list[UUID]) -> int:
    """A mail server that is down ends the round; the next one, a minute later, begins anew."""
    sent = 0
    try:
        for organization_id in ids:
            sent += send_due(organization_id)
    except ServerDown as error:
        log.warning("no mail server, the mail waits: %s", error)
    return sent


def nudge(organization_id: UUID) -> None:
    """Ask a worker to mail now. Without a broker the sweep does it later: the notice is already safe."""
    ask_worker(send_mail, organization_id)
