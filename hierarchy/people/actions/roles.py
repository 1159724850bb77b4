"""Roles at nodes (domain section 2)."""

from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import naming_duplicates
from cat4.errors import require
from hierarchy.constants import Verb
from hierarchy.models import Node, RoleGrant
from hierarchy.organization.selectors import is_auditor
from hierarchy.policies import may_become_auditor, may_give_role_to, may_manage_members, may_take_part

from ..selectors.auditors import has_part
from ..selectors.members import grant_for_write

TAKEN = {"role_grant_once": ("role", "The person has this role at this node already.")}


@transaction.atomic
def grant_role(actor: Actor, *, user_id: UUID, node_id: UUID, role: str) -> RoleGrant:
    """Give a person a role at a node; it holds for the node's whole subtree.

    Raises:
        NotAllowed (also for a role of one's own); Invalid on `user_id`, `node_id` or `role`.
    """
    require(may_manage_members(actor))
    require(may_give_role_to(actor, user_id))
    problems = Problems()
    checks.active_member(problems, "user_id", user_id, actor.organization_id)
    node = Node.objects.filter(pk=node_id, retired_at__isnull=True).first()
    if node is None:
        problems.add("node_id", "Choose a node that is in use.")
    if role not in list(Role):
        problems.add("role", "There is no such role.")
    problems.stop_if_any()
    user = User.objects.get(pk=user_id)
    _check_auditor(problems, user, node, role)
    problems.stop_if_any()
    grant = RoleGrant(user=user, node=node, role=role)
    with naming_duplicates(TAKEN):
        grant.save(force_insert=True)
    summary = f"granted {grant.user.name} the role {Role(role).label.lower()} at {grant.node.name}"
    change = {"user": grant.user.name, "node": grant.node.name, "role": [None, role]}
    record(actor, Verb.ROLE_GRANTED, grant, summary=summary, change=change)
    return grant


def _check_auditor(problems: Problems, user: User, node: Node | None, role: str) -> None:
    """Whoever audits has no other role, whichever comes first."""
    if role == Role.AUDITOR and node is not None:
        verdict = may_become_auditor(user.name, node=node, has_other_part=has_part(user.pk))
    else:
        verdict = may_take_part(is_auditor=is_auditor(user.pk))
    if not verdict:
        problems.add("role", verdict.reason)


@transaction.atomic
def revoke_role(actor: Actor, grant_id: UUID) -> RoleGrant:
    """Take a role away; measures that name the person keep the name.

    Raises:
        Http404, NotAllowed.
    """
    require(may_manage_members(actor))
    grant = grant_for_write(grant_id)
    summary = f"revoked the role {Role(grant.role).label.lower()} of {grant.user.name} at {grant.node.name}"
    change = {"user": grant.user.name, "node": grant.node.name, "role": [grant.role, None]}
    record(actor, Verb.ROLE_REVOKED, grant, summary=summary, change=change)
    grant.delete()
    return grant
