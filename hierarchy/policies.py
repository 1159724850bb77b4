"""Who may change the organization (domain section 2).

An administrator looks after members, master data, rates, thresholds and committees, and opens
portfolios. A portfolio manager looks after the nodes of a subtree and their targets. Neither gives
any right over the money of a measure.
"""

from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.errors import ALLOWED, Verdict, denied

from .constants import Level
from .models import Node

AUDITS = "An auditor changes nothing. Choose somebody else."
ADMINISTRATOR_ONLY = "Only an administrator of the organization may {act}."


def _administrator(actor: Actor, act: str) -> Verdict:
    return ALLOWED if actor.is_admin else denied(ADMINISTRATOR_ONLY.format(act=act))


def may_change_settings(actor: Actor) -> Verdict:
    """Thresholds and the fiscal calendar."""
    return _administrator(actor, "change settings")


def may_manage_master(actor: Actor) -> Verdict:
    """Legal entities, business units, functions, accounts."""
    return _administrator(actor, "change master data")


def may_set_rates(actor: Actor) -> Verdict:
    """Exchange rates."""
    return _administrator(actor, "set exchange rates")


def may_manage_members(actor: Actor) -> Verdict:
    """Memberships and roles."""
    return _administrator(actor, "manage members and roles")


def may_manage_committees(actor: Actor) -> Verdict:
    """Committees and their seats."""
    return _administrator(actor, "change committees")


def may_create_node(actor: Actor, parent: Node) -> Verdict:
    """A portfolio manager adds nodes below their own; an administrator opens portfolios."""
    if actor.has_role(parent.path, Role.PMO):
        return ALLOWED
    if actor.is_admin and parent.level == Level.ORGANIZATION:
        return ALLOWED
    return denied(f"Only a portfolio manager of {parent.name} may add to it.")


def may_edit_node(actor: Actor, node: Node) -> Verdict:
    """Its portfolio manager, or one above."""
    if actor.has_role(node.path, Role.PMO):
        return ALLOWED
    return denied(f"Only a portfolio manager of {node.name} may edit it.")


def may_retire_node(actor: Actor, node: Node) -> Verdict:
    """Retire and restore: a portfolio manager above the node."""
    if node.level == Level.ORGANIZATION:
        return denied("The organization itself stays.")
    if actor.has_role(node.path[:-1], Role.PMO):
        return ALLOWED
    return denied(f"Only a portfolio manager above {node.name} may retire or restore it.")


def may_move_node(actor: Actor, node: Node) -> Verdict:
    """Take a node away from where it is: a portfolio manager above it."""
    if node.level <= Level.PORTFOLIO:
        return denied("Portfolios lie directly below the organization and don't move.")
    if actor.has_role(node.path[:-1], Role.PMO):
        return ALLOWED
    return denied(f"Only a portfolio manager above {node.name} may move it.")


def may_receive_node(actor: Actor, parent: Node) -> Verdict:
    """Put a node below another: a portfolio manager of the new parent."""
    if actor.has_role(parent.path, Role.PMO):
        return ALLOWED
    return denied(f"Only a portfolio manager of {parent.name} may move something there.")


def may_set_target(actor: Actor, node: Node) -> Verdict:
    """Top-down targets: a portfolio manager of the node or above."""
    if actor.has_role(node.path, Role.PMO):
        return ALLOWED
    return denied(f"Only a portfolio manager of {node.name} may set its targets.")


def may_see_trail(actor: Actor, root_id: UUID) -> Verdict:
    """It tells who changed what, settings and people included: administrators and auditors of the organization."""
    if actor.is_admin or actor.has_role((root_id,), Role.AUDITOR):
        return ALLOWED
    return denied("The audit trail is open to administrators and auditors of the organization.")


def may_give_role_to(actor: Actor, user_id: UUID) -> Verdict:
    """Nobody gives a role to themselves: an administrator would reach the money that way."""
    if actor.user_id == user_id:
        return denied("Nobody gives a role to themselves. Ask another administrator.")
    return ALLOWED


def may_become_controller(actor: Actor, node: Node, person: User, *, holds_role: bool) -> Verdict:
    """An administrator makes controllers; whoever names people chooses among them, and never themselves.

    `holds_role`: whether `person` holds the controller's role at the node or above.
    """
    if actor.is_bound_as(person.pk):
        return denied("Nobody names themselves controller. Somebody else has to name you.")
    if not holds_role:
        return denied(
            f"{person.name} is no controller here. "
            f"Grant the controller's role at {node.name} or above first, in People."
        )
    return ALLOWED


def may_become_auditor(person: str, *, node: Node, has_other_part: bool) -> Verdict:
    """An auditor reads everything of the organization and changes nothing, so that they judge no work of their own.

    `has_other_part`: another role, a seat, administration, or an open measure that names the person.
    """
    if node.level != Level.ORGANIZATION:
        return denied("An auditor reads everything. Grant the role at the organization itself.")
    if has_other_part:
        return denied(
            f"{person} has other roles, a seat, open measures or administers the organization. An auditor has none "
            "of these. End them first, or choose somebody else."
        )
    return ALLOWED


def may_take_part(*, is_auditor: bool) -> Verdict:
    """Whoever audits takes no part in what is audited: no role, no seat, no measure, nobody's deputy."""
    return denied(AUDITS) if is_auditor else ALLOWED


def may_name_deputy(actor: Actor, principal_id: UUID, deputy_id: UUID | None = None) -> Verdict:
    """Everybody for themselves; an administrator for anybody, and never themselves as the deputy."""
    if actor.user_id == principal_id:
        return ALLOWED
    if not actor.is_admin:
        return denied("A deputy is named by the person for whom they act, or by an administrator.")
    if actor.user_id == deputy_id:
        return denied("Nobody makes themselves a deputy. Ask the person, or another administrator.")
    return ALLOWED


def may_end_deputy(actor: Actor, principal_id: UUID, deputy_id: UUID) -> Verdict:
    """Either of the two, or an administrator."""
    if actor.is_admin or actor.user_id in {principal_id, deputy_id}:
        return ALLOWED
    return denied("Only the two of them or an administrator may end this.")


def may_succeed(actor: Actor, successor_id: UUID) -> Verdict:
    """A duty is handed to somebody else: it would be a role of one's own giving, and a controller's or chair's too."""
    if actor.user_id == successor_id:
        return denied("Nobody hands a duty to themselves. Choose somebody else, or ask another administrator.")
    return ALLOWED


def may_revoke_token(actor: Actor, owner_id: UUID) -> Verdict:
    """Its owner, or an administrator."""
    if actor.user_id == owner_id:
        return ALLOWED
    return _administrator(actor, "revoke somebody else's API token")
