"""What of deviations waits for a person: counter-measures to do, answers to give or to see given, decisions."""

from datetime import date

from django.db.models import Q, QuerySet

from cat4.accounts.actor import Actor
from measures.core.selectors.mine import held_by, reach_of

from ..constants import LIVE_STATES, DeviationState
from ..models import CounterMeasure, Deviation


def counter_measures_to_do(actor: Actor) -> QuerySet[CounterMeasure]:
    """Those for which the person, or somebody for whom they act, is responsible, the nearest day first.

    What another measure does is done by its degree, and nobody's word.
    """
    mine = Q(responsible_id=actor.user_id)
    for principal in actor.stands_in_for:
        mine |= Q(responsible_id=principal.user_id) & reach_of(principal, "deviation__measure__")
    rows = CounterMeasure.objects.filter(
        mine,
        measure__isnull=True,
        organization_id=actor.organization_id,
        done_on__isnull=True,
        deviation__state__in=LIVE_STATES,
    )
    return rows.select_related("deviation__measure").order_by("due_on", "id")


def unanswered(actor: Actor, today: date) -> QuerySet[Deviation]:
    """Without a cause or a counter-measure: the owner's, and the sponsor's once they were told."""
    return _lacking(actor, _owned(actor) | _told(actor, today))


def unanswered_by(actor: Actor) -> QuerySet[Deviation]:
    """Those of them that the person answers as owner."""
    return _lacking(actor, _owned(actor))


def unanswered_below(actor: Actor, today: date) -> QuerySet[Deviation]:
    """Those of them that somebody else has to answer, and of which the person was told as sponsor."""
    return _lacking(actor, _told(actor, today) & ~_owned(actor))


def _owned(actor: Actor) -> Q:
    return held_by(actor, "owner", to="measure__")


def _told(actor: Actor, today: date) -> Q:
    return held_by(actor, "sponsor", to="measure__") & Q(sponsor_on__lte=today)


def _lacking(actor: Actor, whose: Q) -> QuerySet[Deviation]:
    rows = Deviation.objects.filter(
        whose, Q(cause="") | Q(counter_measures__isnull=True), organization_id=actor.organization_id,
        state=DeviationState.OPEN,
    )  # fmt: skip
    return rows.select_related("measure").distinct().order_by("cause_due_on", "number")


def deviations_to_decide(actor: Actor) -> QuerySet[Deviation]:
    """Escalated ones of the committees that the person sits in, their own measures excepted."""
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    rows = Deviation.objects.filter(
        organization_id=actor.organization_id,
        state=DeviationState.OPEN,
        escalated_on__isnull=False,
        measure__committee__in=actor.committee_ids,
    )
    return rows.exclude(own).select_related("measure").order_by("opened_on", "number")
