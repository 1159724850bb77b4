"""The hourly round: every organization's duties, each on its own present day."""

import logging
from uuid import UUID

from celery import shared_task

from cat4 import clock
from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.tenancy.context import organization_context, take_if_free

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
            if not take_if_free(f"duty:{name}"):
                return 0
            return duties()[name](clock.today(organization_by_id(organization_id).time_zone))
    except Exception:
        # Whatever one organization's duty meets must not keep the others from theirs.
        log.exception("duty %s of %s failed", name, organization_id)
        return 0
