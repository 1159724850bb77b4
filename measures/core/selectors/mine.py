"""The measures that a person answers for, themselves or as somebody's deputy, and those of them that lack a fact."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from cat4.accounts.actor import Actor, StandIn
from measures.constants import APART, STEERING, Doi, Lifecycle
from measures.models import Measure
from measures.models.measure import GOVERNABLE_FIELDS

MOST_MEASURES = 200


def my_measures(actor: Actor) -> QuerySet[Measure]:
    """Open measures that the person, or somebody for whom they act, owns, sponsors or controls, by code.

    More than MOST_MEASURES nobody looks at.
    """
    is_open = Q(lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD))
    mine = held_by(actor, "owner", "sponsor", "controller") & is_open
    return Measure.objects.filter(mine, organization_id=actor.organization_id)[:MOST_MEASURES]


def held_by(actor: Actor, *parts: str, to: str = "") -> Q:
    """Rows of measures in which the person has one of these parts, or those for whom they may use it.

    `to` is the way from the row to its measure, such as "measure__". As `policies.deputies` has it: a deputy joins no
    duties that are apart.
    """
    found = Q(pk__in=[])
    for part in parts:
        found |= Q(**{f"{to}{part}_id": actor.user_id})
        for principal in actor.stands_in_for:
            theirs = Q(**{f"{to}{part}_id": principal.user_id}) & reach_of(principal, to)
            for own in APART[part]:
                theirs &= ~Q(**{f"{to}{own}_id": actor.user_id})
            found |= theirs
    return found


def reach_of(principal: StandIn, to: str = "") -> Q:
    """Where a delegation holds."""
    return Q(**{f"{to}package__path__contains": [principal.node_id]}) if principal.node_id else Q()


def owned_measures(actor: Actor) -> QuerySet[Measure]:
    """Those of them that are active and the person's own."""
    return Measure.objects.filter(held_by(actor, "owner"), pk__in=my_measures(actor), lifecycle=Lifecycle.ACTIVE)


def controlled_measures(actor: Actor) -> QuerySet[Measure]:
    """Those of them that are active and that the person controls."""
    return Measure.objects.filter(held_by(actor, "controller"), pk__in=my_measures(actor), lifecycle=Lifecycle.ACTIVE)


def incomplete_measures(actor: Actor) -> QuerySet[Measure]:
    """Own ones for which `facts_to_name` has some: the same as a condition."""
    steering = (name for name in GOVERNABLE_FIELDS if _is_steering(name))
    others = (name for name in GOVERNABLE_FIELDS if not _is_steering(name))
    early = reduce(or_, map(_is_missing, steering)) & Q(doi__lt=Doi.IDENTIFIED)
    return owned_measures(actor).filter(early | reduce(or_, map(_is_missing, others))).select_related("owner")


def facts_to_name(measure: Measure) -> list[str]:
    """The facts that make a measure governable, aren't there, and are its owner's to name.

    From DoI 1 on an owner names neither people nor committee: those are no task of theirs.
    """
    return [name for name in measure.missing_fields if measure.doi < Doi.IDENTIFIED or not _is_steering(name)]


def _is_steering(name: str) -> bool:
    return f"{name}_id" in STEERING


def _is_missing(name: str) -> Q:
    return Q(description="") if name == "description" else Q(**{f"{name}__isnull": True})
