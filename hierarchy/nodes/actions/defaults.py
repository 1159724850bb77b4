"""What a node names for the new measures below it (domain section 3)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import people
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, check_version
from cat4.errors import require
from cat4.tenancy.models import TenantModel
from cat4.wording import listed
from hierarchy.constants import Verb
from hierarchy.models import BusinessUnit, Committee, Function, LegalEntity, Node
from hierarchy.organization.actions import takes_part
from hierarchy.organization.selectors import holds_role
from hierarchy.policies import may_become_controller, may_edit_node

from ..selectors.defaults import (
    DEFAULTS,
    Default,
    defaults_of,
    differing_in_words,
    open_measures_that_differ,
    stored,
)
from ..selectors.nodes import visible_node_for_write

_PEOPLE = ("sponsor_id", "controller_id")
_LISTS: dict[str, type[TenantModel]] = {
    "business_unit_id": BusinessUnit,
    "function_id": Function,
    "legal_entity_id": LegalEntity,
    "committee_id": Committee,
}


@dataclass(frozen=True, slots=True)
class ChangedDefaults:
    """The node afterwards, and how many open measures below it have something else; empty without any."""

    node: Node
    differing: str


@transaction.atomic
def set_defaults(
    actor: Actor, node_id: UUID, *, expected_version: int | None = None, **changes: UUID | None
) -> ChangedDefaults:
    """Name what new measures below take: sponsor_id, controller_id, business_unit_id and so on; None inherits again.

    Measures that are there keep what they have; how many differ is said and stands in the audit. Nothing changed
    writes nothing.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field: what could not be typed into a measure here.
    """
    accept_only(changes, DEFAULTS)
    node = visible_node_for_write(actor, node_id)
    require(may_edit_node(actor, node))
    check_version(node, expected_version, **{field: getattr(node, stored(field)) for field in DEFAULTS})
    changed = [field for field, value in changes.items() if getattr(node, stored(field)) != value]
    if not changed:
        return ChangedDefaults(node, "")
    before = _named(node, changed)
    problems = Problems()
    for field in changed:
        _check(problems, actor, node, field, changes[field])
        setattr(node, stored(field), changes[field])
    problems.stop_if_any()
    node.version += 1
    node.save(update_fields=["version", *(stored(field).removesuffix("_id") for field in changed)])
    after = _named(node, changed)
    _check_apart(problems, node)
    problems.stop_if_any()
    differing = open_measures_that_differ(node, [each for each in defaults_of(node) if each.field in changed])
    said = differing_in_words(differing)
    summary = f"changed what new measures in {node.name} take: {listed([DEFAULTS[field] for field in changed])}"
    change: dict[str, Any] = {DEFAULTS[field]: [before[field], after[field]] for field in changed}
    change["open measures with another"] = {DEFAULTS[field]: number for field, number in differing.items() if number}
    record(actor, Verb.NODE_EDITED, node, summary=f"{summary}. {said}".rstrip(". "), change=change)
    return ChangedDefaults(node, said)


def _check(problems: Problems, actor: Actor, node: Node, field: str, value: UUID | None) -> None:
    """What is named must hold for a measure below, as if somebody typed it there."""
    if value is None:
        return
    if field in _PEOPLE:
        _check_person(problems, actor, node, field, value)
        return
    checks.known_id(problems, field, value, _LISTS[field], noun=DEFAULTS[field])
    if field == "committee_id" and field not in problems:
        committee = Committee.objects.get(pk=value)
        if committee.node_id not in node.path:
            problems.add(field, f"The {committee.name} doesn't decide over {node.name}.")


def _check_person(problems: Problems, actor: Actor, node: Node, field: str, person: UUID) -> None:
    takes_part(problems, field, person)
    if field == "controller_id" and field not in problems:
        held = holds_role(person, node.path, Role.CONTROLLER)
        may = may_become_controller(actor, node, people({person})[person], holds_role=held)
        if not may:
            problems.add(field, may.reason)


def _check_apart(problems: Problems, node: Node) -> None:
    """Sponsor and controller of a measure are two people, wherever each of them is named."""
    sponsor, controller = defaults_of(node)[:2]
    if sponsor.value and sponsor.value == controller.value:
        other = next((each for each in (sponsor, controller) if each.is_inherited), controller)
        mine = sponsor if other is controller else controller
        where = f", named by {other.origin}" if other.is_inherited else ""
        problems.add(mine.field, f"{mine.named} is the {other.label} as well{where}. Name two people.")


def _named(node: Node, fields: list[str]) -> dict[str, str | None]:
    """What the node itself names, in words."""
    own: dict[str, Default] = {default.field: default for default in defaults_of(node)}
    return {
        field: str(own[field].named) if own[field].named and not own[field].is_inherited else None for field in fields
    }
