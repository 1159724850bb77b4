"""Who may lock a month and read the ledger (domain sections 12 and 13)."""

from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied


def may_see_ledger(actor: Actor, root_id: UUID) -> Verdict:
    """The ledger tells of every measure: for those who may see all of them."""
    if actor.sees((root_id,)):
        return ALLOWED
    return denied("The ledger is open to members with a role at the whole organization.")


def may_have_proof(actor: Actor, root_id: UUID) -> Verdict:
    """A proof pack tells of every measure: administrators; auditors, controllers and readers of the organization."""
    if actor.is_admin or actor.has_role((root_id,), Role.AUDITOR, Role.CONTROLLER, Role.VIEWER):
        return ALLOWED
    return denied(
        "Only an administrator, or an auditor, controller or reader of the whole organization, may have a proof pack."
    )
