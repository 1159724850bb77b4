"""Celery shells: ids only, safe to run twice."""

from uuid import UUID

from celery import shared_task

from .actions.rebuild import run_rebuild


@shared_task(name="reporting.rebuild")
def rebuild(organization_id: str, run_id: str) -> int:
    """Compute every report of an organization anew, part by part."""
    return run_rebuild(UUID(organization_id), UUID(run_id))
