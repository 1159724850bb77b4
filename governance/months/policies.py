"""Who may lock a month and nudge."""

from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied


def may_lock_period(actor: Actor, root_id: UUID) -> Verdict:
    """Controllers and portfolio managers of the whole organization."""
    if actor.has_role((root_id,), Role.CONTROLLER, Role.PMO):
        return ALLOWED
    return denied("Only a controller or portfolio manager of the whole organization may lock a month.")


def may_nudge(actor: Actor, root_id: UUID) -> Verdict:
    """Who closes the month asks for what it lacks."""
    if may_lock_period(actor, root_id):
        return ALLOWED
    return denied("Only a controller or portfolio manager of the whole organization asks people for a month.")
