"""Decisions that were made."""

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import visible_measures

from ..models import GateDecision

_RECENT = 8


def recent_decisions(actor: Actor) -> list[GateDecision]:
    """The newest decisions on measures that the person sees."""
    decisions = GateDecision.objects.filter(organization_id=actor.organization_id)
    seen = decisions.filter(measure__in=visible_measures(actor))
    return list(seen.select_related("measure", "decided_by", "on_behalf_of").order_by("-number")[:_RECENT])
