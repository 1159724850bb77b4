"""Who accepts the hand-over of a measure for the unit that receives it (domain section 2).

The lead of the receiving unit, else of the nearest node above the measure that has one. Who left, and the measure's own
owner and sponsor, who can't accept from themselves, are passed over: the next nearest accepts.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import BooleanField, Case, F, Func, OuterRef, Q, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from cat4.accounts.selectors import active_members
from cat4.tenancy.context import current_organization_id
from hierarchy.models import Node
from measures.models import Measure


def leads_above(path: Iterable[UUID]) -> QuerySet[Node]:
    """The nodes of a path that have a lead, the nearest to the measure first."""
    return Node.objects.filter(pk__in=list(path), lead__isnull=False).select_related("lead").order_by("-level")


def acceptor_of(measure: Measure, nodes: Iterable[Node], active: set[UUID]) -> tuple[User, ...]:
    """Who accepts; nobody where neither the unit nor a node above has a lead who may. `nodes` as of `leads_above`."""
    unit = measure.receiving_unit
    leads = [unit.lead if unit else None, *(node.lead for node in nodes)]
    barred = {measure.owner_id, measure.sponsor_id}
    may = (lead for lead in leads if lead and lead.pk in active and lead.pk not in barred)
    return tuple(lead for lead in (next(may, None),) if lead)


class _IsAbove(Func):
    """Whether an id is in a path."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def accepted_by(actor: Actor) -> Q:
    """The same as `acceptor_of` for rows that have a measure: those whose hand-over is theirs to accept."""
    active = active_members(current_organization_id()).values("user_id")
    own = Q(lead_id=OuterRef("measure__owner_id")) | Q(lead_id=OuterRef("measure__sponsor_id"))
    above = Node.objects.filter(_IsAbove(F("pk"), OuterRef("measure__package__path")), lead_id__in=active).exclude(own)
    nearest = Subquery(above.order_by("-level").values("lead_id")[:1])
    lead = "measure__receiving_unit__lead_id"
    barred = Q(**{lead: F("measure__owner_id")}) | Q(**{lead: F("measure__sponsor_id")})
    by_unit = When(Q(**{f"{lead}__in": active}) & ~barred, then=F(lead))
    accepts = Coalesce(Case(by_unit, default=None, output_field=UUIDField()), nearest, output_field=UUIDField())
    return Q(Exact(accepts, Value(actor.holder_id)))
