"""Schedules: ids only, safe to run twice, late or never."""

from celery import shared_task

from cat4.accounts.selectors import organization_ids
from cat4.tenancy.context import organization_context

from .actions.network import push_overdue
from .actions.recompute import mark_outdated


@shared_task(name="measures.recompute_dated")
def recompute_dated() -> int:
    """Slips, staleness and fiscal years move with the day: once a day of its own, each organization's measures.

    Run hourly, it finds the new day of every time zone, and after a stop catches up in one go.
    """
    marked = 0
    for organization_id in organization_ids():
        with organization_context(organization_id):
            marked += mark_outdated()
    return marked


@shared_task(name="measures.push_overdue")
def push_overdue_milestones() -> int:
    """What is overdue without a new forecast pushes what waits for it, each organization on a day of its own.

    Run hourly, like the above; the second run of a day finds nothing.
    """
    stored = 0
    for organization_id in organization_ids():
        with organization_context(organization_id):
            stored += push_overdue()
    return stored
