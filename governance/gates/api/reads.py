"""The lists of the governance API."""

from django.db.models import QuerySet

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import visible_measures

from ..models import GateDecision


def visible_decisions(actor: Actor) -> QuerySet[GateDecision]:
    """Decisions on measures that the person may see."""
    decisions = GateDecision.objects.filter(organization_id=actor.organization_id)
    return decisions.filter(measure__in=visible_measures(actor)).select_related("measure", "decided_by", "on_behalf_of")
