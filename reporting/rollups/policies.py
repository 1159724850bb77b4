"""Who may have reports computed anew."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied


def may_rebuild(actor: Actor) -> Verdict:
    """It changes no figure that was right, and keeps a worker busy."""
    return ALLOWED if actor.is_admin else denied("Only an administrator of the organization may compute reports anew.")
