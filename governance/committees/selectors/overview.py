"""Which committees a person may follow: their agendas name every measure below the committee's node."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from hierarchy.models import Committee


def visible_committees(actor: Actor) -> QuerySet[Committee]:
    """Committees in which the person has a seat, or whose whole node is open to them."""
    found = Committee.objects.filter(organization_id=actor.organization_id).select_related("node", "escalation")
    if actor.is_admin:
        return found
    nodes = [grant.node_id for grant in actor.grants]
    return found.filter(Q(node__path__overlap=nodes) | Q(pk__in=actor.committee_ids))


def visible_committee(actor: Actor, pk: UUID) -> Committee:
    """One of them, or Http404."""
    found = visible_committees(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such committee.")
    return found
