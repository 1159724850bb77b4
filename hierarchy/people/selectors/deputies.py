"""Reads of deputies."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from hierarchy.models import CommitteeMember, Deputy, RoleGrant
from hierarchy.organization.selectors import organization


def in_force(today: date) -> QuerySet[Deputy]:
    """Delegations that hold on a day."""
    return Deputy.objects.filter(first_day__lte=today, last_day__gte=today, ended_at__isnull=True)


def deputies(actor: Actor, *, everybody: bool = False) -> QuerySet[Deputy]:
    """Delegations given by or to the actor, or all of the organization's; the latest first."""
    found = Deputy.objects.select_related("principal", "deputy", "node", "named_by")
    return found if everybody else found.filter(Q(principal_id=actor.user_id) | Q(deputy_id=actor.user_id))


def deputies_of(principals: set[UUID]) -> dict[UUID, list[Deputy]]:
    """Who stands in for each of these people today."""
    by_principal: dict[UUID, list[Deputy]] = {}
    today = clock.today(organization().time_zone)
    active = active_member_ids(organization().pk)
    for row in in_force(today).filter(principal_id__in=principals).select_related("deputy", "node"):
        if row.deputy_id in active:
            by_principal.setdefault(row.principal_id, []).append(row)
    return by_principal


def deputy_for_write(pk: UUID) -> Deputy:
    """A delegation, locked until the transaction ends.

    Raises:
        Http404: it belongs to another organization, or to none.
    """
    rows = Deputy.objects.select_related("principal", "deputy", "node").select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such delegation.")
    return found


def seats_and_grants(user_ids: set[UUID]) -> tuple[list[CommitteeMember], list[RoleGrant]]:
    """The seats and roles of some people, one query each."""
    seats = CommitteeMember.objects.filter(user_id__in=user_ids)
    return list(seats), list(RoleGrant.objects.filter(user_id__in=user_ids))
