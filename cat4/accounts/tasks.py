"""Celery shells of accounts: safe to run twice, late or never."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="cat4.accounts.clear_sessions")
def clear_sessions() -> None:
    """Remove sessions that ended."""
    call_command("clearsessions")
