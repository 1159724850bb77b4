"""Who acts when the schedule does."""

from dataclasses import replace

from cat4.accounts.actor import Actor
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.actions import system_actor


def schedule_actor() -> Actor:
    """The installation, acting because a day has come."""
    return replace(system_actor(current_organization_id()), cause="schedule")
