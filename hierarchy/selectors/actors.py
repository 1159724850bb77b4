"""The actor of a request: a membership with the roles granted in that organization."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from cat4.accounts.actor import Actor, Grant, Role
from cat4.accounts.models import Membership

from ..models import CommitteeMember, RoleGrant


def load_actor(membership: Membership, *, request_id: str = "", cause: str = "user") -> Actor:
    """Read the grants and committee seats of a member; runs inside the organization's context."""
    (actor,) = load_actors([membership])
    return replace(actor, request_id=request_id, cause=cause)


def load_actors(memberships: Iterable[Membership]) -> list[Actor]:
    """The same of several members, with two queries, in their order."""
    members = list(memberships)
    ids = [membership.user_id for membership in members]
    grants: dict[UUID, list[Grant]] = defaultdict(list)
    for user_id, role, node_id in RoleGrant.objects.filter(user_id__in=ids).values_list("user_id", "role", "node_id"):
        grants[user_id].append(Grant(Role(role), node_id))
    seats: dict[UUID, set[UUID]] = defaultdict(set)
    for user_id, committee_id in CommitteeMember.objects.filter(user_id__in=ids).values_list("user_id", "committee_id"):
        seats[user_id].add(committee_id)
    return [
        Actor(
            user_id=membership.user_id,
            name=membership.user.name,
            organization_id=membership.organization_id,
            is_admin=membership.is_admin,
            grants=tuple(grants[membership.user_id]),
            committee_ids=frozenset(seats[membership.user_id]),
        )
        for membership in members
    ]
