"""Who may change the rules of the gates (domain section 5)."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied


def may_change_rules(actor: Actor) -> Verdict:
    """An administrator writes and publishes them; that gives no right over money or gates. Every member reads them."""
    return ALLOWED if actor.is_admin else denied("Only an administrator of the organization may change the gate rules.")
