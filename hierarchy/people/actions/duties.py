"""The duties of this app itself: leading a node and chairing a committee pass to a successor like any other."""

from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from hierarchy.constants import Topic, Verb
from hierarchy.models import BusinessUnit, CommitteeMember, Node, RoleGrant

from ..successions import Duty
from .node_defaults import NAMED_BY_NODES, hand_over_default, nodes_naming

SOURCE = "hierarchy"
LEAD, UNIT_LEAD, CHAIR = "lead", "unit lead", "chair"


def open_duties(user_id: UUID) -> list[Duty]:
    """Nodes and business units in use that the person leads, what nodes name them for, committees that they chair."""
    led = Node.objects.filter(lead_id=user_id, retired_at__isnull=True)
    units = BusinessUnit.objects.filter(lead_id=user_id, retired_at__isnull=True)
    chaired = CommitteeMember.objects.filter(user_id=user_id, role=Role.CHAIR, committee__retired_at__isnull=True)
    return [
        *(Duty(SOURCE, LEAD, node.pk, node.name, "hierarchy:node") for node in led),
        *(Duty(SOURCE, UNIT_LEAD, unit.pk, unit.name) for unit in units),
        *(
            Duty(SOURCE, kind, node.pk, node.name, "hierarchy:node")
            for kind in NAMED_BY_NODES
            for node in nodes_naming(user_id, kind)
        ),
        *(
            Duty(SOURCE, CHAIR, seat.committee_id, seat.committee.name, "hierarchy:committee")
            for seat in chaired.select_related("committee")
        ),
    ]


@transaction.atomic
def hand_over_duty(actor: Actor, duty: Duty, successor_id: UUID) -> None:
    """Make the successor lead of the node or unit, what new measures of the node take, or chair of the committee.

    Raises:
        Invalid under the duty's key: the successor may not be what the node would name them.
    """
    if duty.kind == LEAD:
        _hand_over_node(actor, duty.object_id, successor_id)
    elif duty.kind == UNIT_LEAD:
        _hand_over_unit(actor, duty.object_id, successor_id)
    elif duty.kind in NAMED_BY_NODES:
        hand_over_default(actor, duty, successor_id)
    else:
        _hand_over_chair(actor, duty.object_id, successor_id)


def _hand_over_unit(actor: Actor, unit_id: UUID, successor_id: UUID) -> None:
    unit = BusinessUnit.objects.select_for_update(of=("self",)).get(pk=unit_id)
    change = {"lead_id": [unit.lead_id, successor_id]}
    unit.lead_id, unit.version = successor_id, unit.version + 1
    unit.save(update_fields=["lead", "version"])
    record(actor, Verb.MASTER_EDITED, unit, summary=f"handed over the lead of {unit.name}", change=change)


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
