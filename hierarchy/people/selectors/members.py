"""Reads of members, their roles and their tokens."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from cat4.accounts.models import ApiToken, Membership
from cat4.accounts.selectors import active_member_ids, members
from hierarchy.models import CommitteeMember, RoleGrant


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A line of the list of members."""

    membership: Membership
    is_open: bool
    grants: list[RoleGrant]


def member_lines(actor: Actor) -> list[MemberLine]:
    """Every member of the organization by name, with roles; who may no longer enter comes last."""
    open_ids = active_member_ids(actor.organization_id)
    grants: dict[UUID, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.select_related("node").order_by("node__level", "node__name", "role"):
        grants.setdefault(grant.user_id, []).append(grant)
    lines = [
        MemberLine(membership, membership.user_id in open_ids, grants.get(membership.user_id, []))
        for membership in members(actor.organization_id)
    ]
    return sorted(lines, key=lambda line: not line.is_open)


def member(actor: Actor, pk: UUID) -> Membership:
    """A membership of the actor's organization.

    Raises:
        Http404: it belongs to another organization, or to none.
    """
    membership = members(actor.organization_id).filter(pk=pk).first()
    if membership is None:
        raise Http404("There is no such member.")
    return membership


def member_for_write(actor: Actor, pk: UUID) -> Membership:
    """As `member`, locked until the transaction ends."""
    membership = members(actor.organization_id).select_for_update(of=("self",)).filter(pk=pk).first()
    if membership is None:
        raise Http404("There is no such member.")
    return membership


def grants_of(user_id: UUID) -> QuerySet[RoleGrant]:
    """The roles of a person, from the top of the tree down."""
    return RoleGrant.objects.filter(user_id=user_id).select_related("node").order_by("node__level", "node__name")


def grant_for_write(pk: UUID) -> RoleGrant:
    """A role of a person at a node, locked until the transaction ends.

    Raises:
        Http404: it belongs to another organization, or to none.
    """
    grants = RoleGrant.objects.select_related("user", "node").select_for_update(of=("self",))
    grant = grants.filter(pk=pk).first()
    if grant is None:
        raise Http404("There is no such role.")
    return grant


def seats_of(user_id: UUID) -> QuerySet[CommitteeMember]:
    """The committee seats of a person."""
    return CommitteeMember.objects.filter(user_id=user_id).select_related("committee").order_by("committee__name")


def own_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own API tokens in this organization, the latest first."""
    mine = ApiToken.objects.filter(membership__user_id=actor.user_id)
    return mine.filter(membership__organization_id=actor.organization_id).order_by("-created_at")


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Every API token of the organization, for administrators."""
    every = ApiToken.objects.filter(membership__organization_id=actor.organization_id)
    return every.select_related("membership__user").order_by("-created_at")


def token_for_write(actor: Actor, pk: UUID) -> ApiToken:
    """An API token of the organization, locked until the transaction ends."""
    token = tokens(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    if token is None:
        raise Http404("There is no such token.")
    return token
