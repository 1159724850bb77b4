"""Checks on the people whom an administrator names."""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids


def active_person(errors: dict[str, str], actor: Actor, field: str, user_id: UUID | None) -> None:
    """Note an error unless the person may act in the organization today."""
    if user_id not in active_member_ids(actor.organization_id):
        errors[field] = "Choose an active member of the organization."
