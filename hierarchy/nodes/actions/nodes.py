"""Changes to the organization tree: create, edit, move, retire, restore (domain section 1)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, OuterRef, Subquery

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version, naming_duplicates
from cat4.errors import Conflict, Invalid, require
from cat4.outbox.actions import publish
from cat4.wording import listed
from hierarchy.constants import Level, Topic, Verb
from hierarchy.master.selectors.usage import what_keeps_open
from hierarchy.models import Committee, Node
from hierarchy.organization.actions import takes_part
from hierarchy.organization.notices import tell_lead
from hierarchy.policies import may_create_node, may_edit_node, may_move_node, may_receive_node, may_retire_node

from ..selectors.moves import consequences_of_move
from ..selectors.nodes import visible_node_for_write, visible_pair_for_write
from ..supply import Stranded, seating

EDITABLE = ["name", "code", "description", "lead_id", "position"]
TAKEN = {
    "node_name_below_parent": ("name", "There is already a node of this name here. Choose another name."),
    "node_external_id": ("external_id", "Another node already carries this external ID of the same source."),
}


@transaction.atomic
def create_node(
    actor: Actor,
    *,
    parent_id: UUID,
    name: str,
    code: str = "",
    description: str = "",
    lead_id: UUID | None = None,
    position: int = 0,
    source_system: str = "",
    external_id: str = "",
) -> Node:
    """Add a node one level below its parent: portfolio, program, project, measure package.

    Raises:
        Http404, NotAllowed; Invalid on `parent_id`, `name`, `code`, `lead_id` or `external_id`.
    """
    parent = visible_node_for_write(actor, parent_id)
    require(may_create_node(actor, parent))
    if parent.level == Level.PACKAGE:
        raise Invalid({"parent_id": f"{parent.name} is a measure package. It holds measures, not nodes."})
    if parent.is_retired:
        raise Invalid({"parent_id": f"{parent.name} is retired. Restore it first."})
    facts = {"name": name, "code": code, "description": description, "lead_id": lead_id, "position": position}
    node = Node(
        parent=parent,
        level=parent.level + 1,
        source_system=source_system.strip(),
        external_id=external_id.strip(),
        **_checked(facts),
    )
    node.path = [*parent.path, node.pk]
    with naming_duplicates(TAKEN):
        node.save(force_insert=True)
    summary = f"created the {node.kind.lower()} {node.name} in {parent.name}"
    record(actor, Verb.NODE_CREATED, node, summary=summary, change={"name": [None, node.name]})
    _tell_lead(actor, node)
    publish(Topic.NODE_CHANGED, node.pk)
    return node


@transaction.atomic
def edit_node(actor: Actor, node_id: UUID, *, expected_version: int | None = None, **changes: Any) -> Node:
    """Change any of name, code, description, lead_id, position. Nothing changed writes nothing.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field.
    """
    accept_only(changes, EDITABLE)
    node = visible_node_for_write(actor, node_id)
    require(may_edit_node(actor, node))
    check_version(node, expected_version, *EDITABLE)
    difference = apply_changes(node, _checked(changes, kept=node.lead_id))
    if not difference:
        return node
    node.version += 1
    with naming_duplicates(TAKEN):
        node.save()
    record(actor, Verb.NODE_EDITED, node, summary=f"edited the {node.kind.lower()} {node.name}", change=difference)
    if "lead_id" in difference:
        _tell_lead(actor, node)
    publish(Topic.NODE_CHANGED, node.pk)
    return node


def _tell_lead(actor: Actor, node: Node) -> None:
    of, event = f"{node.kind} {node.name}", f"node:{node.pk}:lead:{node.version}"
    tell_lead(actor, node.lead_id, of=of, event=event, path=f"/nodes/{node.pk}/")


@transaction.atomic
def move_node(
    actor: Actor,
    node_id: UUID,
    *,
    parent_id: UUID,
    committee_id: UUID | None = None,
    expected_version: int | None = None,
) -> Node:
    """Hang a node with all below it under another parent of the same level.

    Measures whose committee has no power there get `committee_id` in the same step, and their people hear of it.
    What follows for target gaps and committees is kept with the record.

    The paths below are rewritten level by level, each with one statement, so that children that are
    added meanwhile are met too. Both the old and the new chain are told.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `parent_id`: wrong level, below itself, retired; on
            `committee_id`: measures would be left without one that has power there, or it has none itself.
    """
    node, parent = visible_pair_for_write(actor, node_id, parent_id)
    require(may_move_node(actor, node))
    require(may_receive_node(actor, parent))
    check_version(node, expected_version, "name")
    _check_parent(node, parent)
    old_parent = node.parent
    if old_parent is None or old_parent.pk == parent.pk:
        return node
    follows = consequences_of_move(node, parent)
    committee = _committee(parent, node, follows.stranded, committee_id)
    node.parent, node.path, node.version = parent, [*parent.path, node.pk], node.version + 1
    with naming_duplicates(TAKEN):
        node.save(update_fields=["parent", "path", "version"])
    _rewrite_paths_below(node)
    summary = f"moved the {node.kind.lower()} {node.name} from {old_parent.name} to {parent.name}"
    change: dict[str, Any] = {"parent": [old_parent.name, parent.name], "parent_id": [old_parent.pk, parent.pk]}
    change["consequences"] = follows.stored(committee.name if committee else "")
    if committee is not None:
        seating().seat(actor, follows.stranded, committee, summary)
    record(actor, Verb.NODE_MOVED, node, summary=summary, change=change)
    publish(Topic.NODE_MOVED, node.pk)
    publish(Topic.NODE_MOVED, old_parent.pk)
    return node


@transaction.atomic
def retire_node(actor: Actor, node_id: UUID, *, reason: str, expected_version: int | None = None) -> Node:
    """Take a node out of use; its past stays readable.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `reason`; Conflict while anything below is in use.
    """
    node = visible_node_for_write(actor, node_id)
    require(may_retire_node(actor, node))
    check_version(node, expected_version, "name", "retired_at")
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "Say why it is retired."})
    if node.is_retired:
        raise Conflict(f"{node.name} is already retired.", current={"retired_at": node.retired_at})
    hindrance = what_keeps_open(node)
    if hindrance:
        raise Conflict(hindrance)
    node.retired_at, node.version = clock.now(), node.version + 1
    node.save(update_fields=["retired_at", "version"])
    summary = f"retired the {node.kind.lower()} {node.name}"
    record(actor, Verb.NODE_RETIRED, node, summary=summary, change={"retired": [False, True]}, reason=reason)
    publish(Topic.NODE_CHANGED, node.pk)
    return node


@transaction.atomic
def restore_node(actor: Actor, node_id: UUID) -> Node:
    """Bring a retired node back into use, where its parent still is.

    Raises:
        Http404, NotAllowed; Conflict when it is in use or its parent is retired; Invalid when its name was taken.
    """
    node = visible_node_for_write(actor, node_id)
    require(may_retire_node(actor, node))
    if not node.is_retired:
        raise Conflict(f"{node.name} is in use.")
    if node.parent is not None and node.parent.is_retired:
        raise Conflict(f"{node.parent.name}, above it, is retired. Restore that first.")
    node.retired_at, node.version = None, node.version + 1
    with naming_duplicates(TAKEN):
        node.save(update_fields=["retired_at", "version"])
    summary = f"restored the {node.kind.lower()} {node.name}"
    record(actor, Verb.NODE_RESTORED, node, summary=summary, change={"retired": [True, False]})
    publish(Topic.NODE_CHANGED, node.pk)
    return node


def _checked(facts: dict[str, Any], *, kept: UUID | None = None) -> dict[str, Any]:
    """The facts as they are stored. `kept` is a lead who may stay even when no longer active."""
    problems, clean = Problems(), dict(facts)
    if "name" in facts:
        clean["name"] = checks.text(problems, "name", facts["name"], label="a name", limit=200, required=True)
    if "code" in facts:
        clean["code"] = checks.text(problems, "code", facts["code"], limit=40)
    if "description" in facts:
        clean["description"] = str(facts["description"] or "").strip()
    if facts.get("lead_id"):
        takes_part(problems, "lead_id", facts["lead_id"], keep=kept)
    problems.stop_if_any()
    return clean


def _committee(parent: Node, node: Node, stranded: Sequence[Stranded], committee_id: UUID | None) -> Committee | None:
    """Who decides on the stranded from now on; None where nobody is."""
    if not stranded:
        if committee_id is not None:
            raise Invalid({"committee_id": "Every measure below keeps its committee. Leave this empty."})
        return None
    committee = Committee.objects.filter(pk=committee_id).first() if committee_id else None
    named = listed(f"{row.code} ({row.committee})" for row in stranded)
    if committee is None:
        said = "would be left with a committee that has no power there. Choose one that has."
        raise Invalid({"committee_id": f"{named} {said}"})
    if committee.retired_at is not None or committee.node_id not in {*parent.path, node.pk}:
        raise Invalid(
            {"committee_id": f"The {committee.name} has no power over {parent.name}. Choose another for {named}."}
        )
    return committee


def _check_parent(node: Node, parent: Node) -> None:
    if node.pk in parent.path:
        raise Invalid({"parent_id": f"{parent.name} lies below {node.name}. A node can't move below itself."})
    if parent.level != node.level - 1:
        above = Level(node.level - 1).label.lower()
        raise Invalid({"parent_id": f"A {node.kind.lower()} lies in a {above}. {parent.name} is not one."})
    if parent.is_retired:
        raise Invalid({"parent_id": f"{parent.name} is retired. Choose another, or restore it first."})


def _rewrite_paths_below(node: Node) -> None:
    parents_path = Subquery(Node.objects.filter(pk=OuterRef("parent_id")).values("path")[:1])
    for level in range(node.level + 1, Level.PACKAGE + 1):
        Node.objects.filter(level=level, path__contains=[node.pk]).update(
            path=Func(parents_path, F("pk"), function="array_append")
        )
