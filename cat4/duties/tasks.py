"""The hourly round: every organization's duties, each on its own present day."""

import logging
from uuid import UUID

from celery import shared_task
from django.db import connection

from cat4 import clock
from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.tenancy.context import organization_context

from .registry import duties

log = logging.getLogger(__name__)


@shared_task(name="cat4.duties.run")
def run_duties() -> int:
    """Run hourly, it finds the new day of every time zone; after a stop one round catches up."""
    return sum(run_duties_of(organization_id) for organization_id in organization_ids())


def run_duties_of(organization_id: UUID) -> int:
    """One organization's duties; one that fails is logged and tried again next hour, the others go on."""
    return sum(run_duty(organization_id, name) for name in duties())


def run_duty(organization_id: UUID, name: str) -> int:
    """One duty of one organization, on its present day; none while another round is at it, which does the same."""
    try:
        with organization_context(organization_id):
            if not _is_alone(organization_id, name):
                return 0
            return duties()[name](clock.today(organization_by_id(organization_id).time_zone))
    except Exception:
        # Whatever one organization's duty meets must not keep the others from theirs.
        log.exception("duty %s of %s failed", name, organization_id)
        return 0


def _is_alone(organization_id: UUID, name: str) -> bool:
    """Whether no other round does this duty now; until the end of the transaction none begins it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"duty:{organization_id}:{name}"])
        row = cursor.fetchone()
    return bool(row and row[0])
