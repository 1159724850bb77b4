"""The duties of this app itself: leading a node and chairing a committee pass to a successor like any other."""

from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from hierarchy.constants import Topic, Verb
from hierarchy.models import CommitteeMember, Node, RoleGrant

from ..successions import Duty

SOURCE = "hierarchy"
LEAD, CHAIR = "lead", "chair"


def open_duties(user_id: UUID) -> list[Duty]:
    """The nodes in use that the person leads and the committees in use that they chair."""
    led = Node.objects.filter(lead_id=user_id, retired_at__isnull=True)
    chaired = CommitteeMember.objects.filter(user_id=user_id, role=Role.CHAIR, committee__retired_at__isnull=True)
    return [
        *(Duty(SOURCE, LEAD, node.pk, node.name, "hierarchy:node") for node in led),
        *(
            Duty(SOURCE, CHAIR, seat.committee_id, seat.committee.name, "hierarchy:committee")
            for seat in chaired.select_related("committee")
        ),
    ]


@transaction.atomic
def hand_over_duty(actor: Actor, duty: Duty, successor_id: UUID) -> None:
    """Make the successor lead of the node, or chair of the committee."""
    if duty.kind == LEAD:
        _hand_over_node(actor, duty.object_id, successor_id)
    else:
        _hand_over_chair(actor, duty.object_id, successor_id)


def _hand_over_node(actor: Actor, node_id: UUID, successor_id: UUID) -> None:
    node = Node.objects.select_for_update(of=("self",)).get(pk=node_id)
    change = {"lead_id": [node.lead_id, successor_id]}
    node.lead_id, node.version = successor_id, node.version + 1
    node.save(update_fields=["lead", "version"])
    record(actor, Verb.NODE_EDITED, node, summary=f"handed over the lead of {node.name}", change=change)
    publish(Topic.NODE_CHANGED, node.pk)


def _hand_over_chair(actor: Actor, committee_id: UUID, successor_id: UUID) -> None:
    seat = CommitteeMember.objects.select_for_update(of=("self",)).get(committee_id=committee_id, role=Role.CHAIR)
    committee, successor = seat.committee, User.objects.get(pk=successor_id)
    committee.members.filter(user_id=successor_id).delete()
    change = {"chair": [seat.user.name, successor.name]}
    seat.user = successor
    seat.save(update_fields=["user"])
    RoleGrant.objects.get_or_create(user=successor, node_id=committee.node_id, role=Role.CHAIR)
    summary = f"handed over the chair of {committee.name} to {successor.name}"
    record(actor, Verb.COMMITTEE_CHANGED, committee, summary=summary, change=change)
