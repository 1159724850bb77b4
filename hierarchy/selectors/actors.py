"""The actor of a request: a membership with the roles granted in that organization."""

from cat4.accounts.actor import Actor, Grant, Role
from cat4.accounts.models import Membership

from ..models import CommitteeMember, RoleGrant


def load_actor(membership: Membership, *, request_id: str = "", cause: str = "user") -> Actor:
    """Read the grants and committee seats of a member; runs inside the organization's context."""
    grants = RoleGrant.objects.filter(user_id=membership.user_id).values_list("role", "node_id")
    seats = CommitteeMember.objects.filter(user_id=membership.user_id).values_list("committee_id", flat=True)
    return Actor(
        user_id=membership.user_id,
        name=membership.user.name,
        organization_id=membership.organization_id,
        is_admin=membership.is_admin,
        grants=tuple(Grant(Role(role), node_id) for role, node_id in grants),
        committee_ids=frozenset(seats),
        cause=cause,
        request_id=request_id,
    )
