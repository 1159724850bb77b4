"""Who may read the audit trail (domain section 2)."""

from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied


def may_see_trail(actor: Actor, root_id: UUID) -> Verdict:
    """It tells who changed what, settings and people included: administrators and auditors of the organization."""
    if actor.is_admin or actor.has_role((root_id,), Role.AUDITOR):
        return ALLOWED
    return denied("The audit trail is open to administrators and auditors of the organization.")
