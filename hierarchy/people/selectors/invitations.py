"""Reads of invitations: those of an organization, and those of a person."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import Invitation, User
from cat4.accounts.selectors import invitations, invitations_for
from cat4.tenancy.models import TenantModel
from hierarchy.models import Node


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """A line of the list of invitations."""

    invitation: Invitation
    role_label: str
    node_name: str
    is_expired: bool


def invitation_lines(actor: Actor) -> list[InvitationLine]:
    """The open invitations of the organization by name."""
    found = list(invitations(actor.organization_id))
    nodes = Node.objects.in_bulk([line.node_id for line in found if line.node_id])
    now = clock.now()
    return [
        InvitationLine(
            invitation=line,
            role_label=str(Role(line.role).label) if line.role else "",
            node_name=nodes[line.node_id].name if line.node_id in nodes else "",
            is_expired=line.expires_at is not None and line.expires_at <= now,
        )
        for line in found
    ]


def invitation_for_write(actor: Actor, pk: UUID) -> Invitation:
    """An open invitation of the actor's organization, locked until the transaction ends.

    Raises:
        Http404: it belongs to another organization, or ended.
    """
    found = invitations(actor.organization_id).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such open invitation.")
    return found


def own_invitation_for_write(user: User, pk: UUID) -> Invitation:
    """An open invitation to the person's address, locked until the transaction ends.

    Raises:
        Http404: it is somebody else's, or ended.
    """
    found = invitations_for(user).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such open invitation.")
    return found


def audited(invitation: Invitation) -> TenantModel:
    """The invitation as the audit takes it: its table is global, its entry lies in the organization."""
    return cast(TenantModel, invitation)
