"""Celery shells of the mail: ids only, safe to run twice, late or never."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from cat4.accounts.selectors import organization_ids

log = logging.getLogger(__name__)


@shared_task(name="cat4.notices.send_mail")
def send_mail(organization_id: str) -> int:
    """Mail what is due of one organization."""
    from .mail import send_due

    return send_due(UUID(organization_id))


@shared_task(name="cat4.notices.sweep_mail")
def sweep_mail() -> int:
    """Mail what is due of any organization: digests, what failed before, and what no nudge reached."""
    from .mail import send_due

    return sum(send_due(organization_id) for organization_id in organization_ids())


def nudge(organization_id: UUID) -> None:
    """Ask a worker to mail now. Without a broker the sweep does it later: the notice is already safe."""
    try:
        send_mail.apply_async([str(organization_id)], retry=False)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("no broker for mail, the sweep will send it: %s", error)
