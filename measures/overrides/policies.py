"""Who may override a status."""

from cat4.accounts.actor import Actor
from cat4.errors import Verdict, denied
from measures.core.policies.deputies import by_deputies
from measures.core.policies.standing import named, takes_changes
from measures.models import Measure


@by_deputies
def may_override_status(actor: Actor, measure: Measure) -> Verdict:
    """The owner or the sponsor vouches, by name (domain section 7)."""
    if actor.holder_id not in (measure.owner_id, measure.sponsor_id):
        who = f"{named(measure.owner, 'owner')} or {named(measure.sponsor, 'sponsor')}"
        return denied(f"Only {who} may override a computed status.")
    return takes_changes(measure)
