"""What nodes name a leaving person for: the sponsor or controller of new measures below passes to a successor."""

from uuid import UUID

from django.db.models import QuerySet

from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import people
from cat4.audit.actions import record
from cat4.errors import Invalid
from hierarchy.constants import Verb
from hierarchy.models import Node
from hierarchy.nodes.selectors.defaults import defaults_of, stored
from hierarchy.organization.selectors import holds_role
from hierarchy.policies import may_become_controller

from ..successions import Duty

# By kind of duty: the fact of a new measure.
NAMED_BY_NODES = {"default sponsor": "sponsor_id", "default controller": "controller_id"}


def nodes_naming(user_id: UUID, kind: str) -> QuerySet[Node]:
    """The nodes in use that name the person for it."""
    return Node.objects.filter(retired_at__isnull=True, **{stored(NAMED_BY_NODES[kind]): user_id})


def hand_over_default(actor: Actor, duty: Duty, successor_id: UUID) -> None:
    """Let the node name the successor.

    Raises:
        Invalid under the duty's key: no controller there, or sponsor and controller would be one person.
    """
    node = Node.objects.select_for_update(of=("self",)).get(pk=duty.object_id)
    field = NAMED_BY_NODES[duty.kind]
    sponsor, controller = defaults_of(node)[:2]
    mine, other = (sponsor, controller) if field == "sponsor_id" else (controller, sponsor)
    successor = people({successor_id})[successor_id]
    if successor_id == other.value:
        raise Invalid({duty.key: f"{successor.name} is the {other.label} as well. Name two people."})
    if field == "controller_id":
        held = holds_role(successor_id, node.path, Role.CONTROLLER)
        may = may_become_controller(actor, node, successor, holds_role=held)
        if not may:
            raise Invalid({duty.key: may.reason})
    setattr(node, stored(field), successor_id)
    node.version += 1
    node.save(update_fields=[stored(field).removesuffix("_id"), "version"])
    change = {mine.label: [mine.named.name if mine.named else None, successor.name]}
    summary = f"handed over the {duty.kind} of {node.name}"
    record(actor, Verb.NODE_EDITED, node, summary=summary, change=change)
