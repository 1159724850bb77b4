"""The first steps of an organization: from nothing to the first measure."""

from dataclasses import dataclass, replace

from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import active_member_ids
from hierarchy.constants import MasterKind
from hierarchy.models import BusinessUnit, Function, LegalEntity, Node, RoleGrant
from hierarchy.nodes.selectors.nodes import has_portfolio, root_node

_WHO = "An administrator of the organization does this"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: `state` is done, now or empty; `reason` says why its action must wait."""

    title: str
    text: str
    action_label: str
    url_name: str
    args: tuple[object, ...] = ()
    state: str = ""
    reason: str = ""


def first_steps(actor: Actor) -> list[Step]:
    """Every step with its state: the first that isn't done is the one for now."""
    steps = [(_entities(), LegalEntity.objects.exists()), (_units(), _has_units()), (_people(), _has_people(actor))]
    steps += [(_portfolio(), has_portfolio()), (_measures(), _has_measures())]
    if not actor.is_admin:
        steps = [(replace(step, reason=_WHO), done) for step, done in steps]
    current = next((number for number, (_, done) in enumerate(steps) if not done), None)
    return [
        replace(step, state="done", action_label="Change")
        if done
        else replace(step, state="now" if number == current else "")
        for number, (step, done) in enumerate(steps)
    ]


def _entities() -> Step:
    text = "The companies that book effects, each in its currency."
    return Step("Add legal entities", text, "Add legal entities", "hierarchy:master", (MasterKind.LEGAL_ENTITY.value,))


def _units() -> Step:
    text = "What measures belong to and are sorted by: at least one business unit and one function."
    kind = MasterKind.FUNCTION if BusinessUnit.objects.exists() else MasterKind.BUSINESS_UNIT
    return Step(
        "Add business units and functions", text, f"Add {kind.plural.lower()}", "hierarchy:master", (kind.value,)
    )


def _people() -> Step:
    text = (
        "A measure needs an owner, a sponsor, a controller and a committee, and the controller may not be the owner. "
        "Give one member the role of portfolio manager."
    )
    return Step("Add members and roles", text, "Add members", "hierarchy:members")


def _portfolio() -> Step:
    text = "Name what is to be delivered, such as “Value plan 2028”. Programs, projects and packages come below it."
    if has_portfolio():
        return Step("Open the first portfolio", text, "Add portfolio", "hierarchy:tree")
    return Step("Open the first portfolio", text, "Add portfolio", "hierarchy:node-create", (root_node().pk,))


def _measures() -> Step:
    text = "Import them from a spreadsheet, or let their owners write them, package by package."
    return Step("Bring in measures", text, "Open the structure", "hierarchy:tree")


def _has_units() -> bool:
    return BusinessUnit.objects.exists() and Function.objects.exists()


def _has_people(actor: Actor) -> bool:
    managed = RoleGrant.objects.filter(role=Role.PMO).exists()
    return managed and len(active_member_ids(actor.organization_id)) > 1


def _has_measures() -> bool:
    return Node.objects.filter(measures__isnull=False).exists()
