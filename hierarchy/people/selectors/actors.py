"""The actor of a request: a membership with the roles granted in that organization."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor, Grant, Role, StandIn
from cat4.accounts.models import Membership
from cat4.accounts.selectors import active_member_ids
from hierarchy.models import CommitteeMember, RoleGrant

from .deputies import in_force, seats_and_grants


def load_actor(membership: Membership, *, request_id: str = "", cause: str = "user") -> Actor:
    """Read the grants and committee seats of a member; runs inside the organization's context."""
    (actor,) = load_actors([membership])
    return replace(actor, request_id=request_id, cause=cause)


def load_actors(memberships: Iterable[Membership]) -> list[Actor]:
    """The same of several members, with three queries where nobody is a deputy, in their order."""
    members = list(memberships)
    ids = [membership.user_id for membership in members]
    grants: dict[UUID, list[Grant]] = defaultdict(list)
    for user_id, role, node_id in RoleGrant.objects.filter(user_id__in=ids).values_list("user_id", "role", "node_id"):
        grants[user_id].append(Grant(Role(role), node_id))
    seats: dict[UUID, set[UUID]] = defaultdict(set)
    for user_id, committee_id in CommitteeMember.objects.filter(user_id__in=ids).values_list("user_id", "committee_id"):
        seats[user_id].add(committee_id)
    stand_ins = _stand_ins(members)
    return [
        Actor(
            user_id=membership.user_id,
            name=membership.user.name,
            organization_id=membership.organization_id,
            is_admin=membership.is_admin,
            grants=tuple(grants[membership.user_id]),
            committee_ids=frozenset(seats[membership.user_id]),
            stands_in_for=tuple(stand_ins[membership.user_id]),
        )
        for membership in members
    ]


def _stand_ins(members: list[Membership]) -> dict[UUID, list[StandIn]]:
    """For whom each may act today, by the deputy's id."""
    found: dict[UUID, list[StandIn]] = defaultdict(list)
    if not members:
        return found
    home = members[0].organization
    rows = in_force(clock.today(home.time_zone)).filter(deputy_id__in=[member.user_id for member in members])
    given = list(rows.select_related("principal").order_by("principal__name", "id"))
    if not given:
        return found
    active = active_member_ids(home.pk)
    seats, grants = seats_and_grants({row.principal_id for row in given} & active)
    for row in given:
        if row.principal_id not in active:
            continue
        roles = tuple(Grant(Role(grant.role), grant.node_id) for grant in grants if grant.user_id == row.principal_id)
        sits = frozenset(seat.committee_id for seat in seats if seat.user_id == row.principal_id)
        found[row.deputy_id].append(StandIn(row.principal_id, row.principal.name, row.node_id, roles, sits))
    return found
