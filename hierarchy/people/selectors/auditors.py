"""Who has a part in what is audited."""

from uuid import UUID

from cat4.accounts.actor import Role
from cat4.accounts.selectors import members
from cat4.tenancy.context import current_organization_id
from hierarchy.models import CommitteeMember, RoleGrant

from .. import successions


def has_part(user_id: UUID) -> bool:
    """Whether the person has another role, a seat or an open duty, or administers the organization."""
    return (
        RoleGrant.objects.filter(user_id=user_id).exclude(role=Role.AUDITOR).exists()
        or CommitteeMember.objects.filter(user_id=user_id).exists()
        or members(current_organization_id()).filter(user_id=user_id, is_admin=True).exists()
        or bool(successions.duties_of(user_id))
    )
