"""Schedules: ids only, safe to run twice, late or never."""

from celery import shared_task

from cat4.accounts.selectors import organization_ids
from cat4.tenancy.context import organization_context

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
