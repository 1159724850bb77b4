"""The measures that a person answers for, and those of them that lack a fact."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from cat4.accounts.actor import Actor
from measures.constants import Lifecycle
from measures.models import Measure
from measures.models.measure import GOVERNABLE_FIELDS

MOST_MEASURES = 200


def my_measures(actor: Actor) -> QuerySet[Measure]:
    """Open measures that the person owns, sponsors or controls, by code; more than MOST_MEASURES nobody looks at."""
    named = Q(owner_id=actor.user_id) | Q(sponsor_id=actor.user_id) | Q(controller_id=actor.user_id)
    is_open = Q(lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD))
    return Measure.objects.filter(named & is_open, organization_id=actor.organization_id)[:MOST_MEASURES]


def owned_measures(actor: Actor) -> QuerySet[Measure]:
    """Those of them that are active and the person's own."""
    return Measure.objects.filter(pk__in=my_measures(actor), owner_id=actor.user_id, lifecycle=Lifecycle.ACTIVE)


def controlled_measures(actor: Actor) -> QuerySet[Measure]:
    """Those of them that are active and that the person controls."""
    return Measure.objects.filter(pk__in=my_measures(actor), controller_id=actor.user_id, lifecycle=Lifecycle.ACTIVE)


def incomplete_measures(actor: Actor) -> QuerySet[Measure]:
    """Own ones without some of the facts that make a measure governable: `Measure.missing_fields` as a condition."""
    return owned_measures(actor).filter(reduce(or_, map(_is_missing, GOVERNABLE_FIELDS)))


def _is_missing(name: str) -> Q:
    return Q(description="") if name == "description" else Q(**{f"{name}__isnull": True})
