"""Hand-offs that wait for their receiver, who may see no more of the measure than this."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.constants import Lifecycle
from measures.core.selectors.measures import lock_measure, visible_measures
from measures.core.selectors.mine import reach_of
from measures.models import Milestone

from .ripples import MeasureName, names_of


@dataclass(frozen=True, slots=True)
class HandOff:
    """Something handed over that its receiver has to accept or refuse."""

    milestone_id: UUID
    milestone: str
    measure: MeasureName
    handed_over_on: date
    version: int
    receiver_id: UUID
    receiver: str


def milestones_to_accept(actor: Actor) -> QuerySet[Milestone]:
    """What waits for the person as receiver, the oldest first."""
    waiting = Milestone.objects.filter(
        received_by(actor),
        organization_id=actor.organization_id,
        handed_over_on__isnull=False,
        actual_on__isnull=True,
        measure__lifecycle=Lifecycle.ACTIVE,
    )
    return waiting.select_related("measure__owner", "receiver").order_by("handed_over_on", "id")


def received_by(actor: Actor) -> Q:
    """What the person accepts or refuses, themselves or as a deputy: never of a measure that either of them owns."""
    found = Q(receiver_id=actor.user_id)
    for principal in actor.stands_in_for:
        found |= Q(receiver_id=principal.user_id) & reach_of(principal, "measure__")
    return found & ~Q(measure__owner_id=actor.user_id) & ~Q(measure__owner_id=F("receiver_id"))


def open_hand_offs(actor: Actor) -> list[HandOff]:
    """The same for pages."""
    rows = list(milestones_to_accept(actor))
    names = names_of(actor, [row.measure for row in rows])
    return [
        HandOff(
            row.pk, row.name, names[row.measure_id], row.handed_over_on, row.version, row.receiver.pk, row.receiver.name
        )
        for row in rows
        if row.handed_over_on and row.receiver
    ]


def hand_off_to_answer(actor: Actor, milestone_id: UUID) -> Milestone:
    """A milestone whose measure the person sees, or that the person receives, with its measure locked.

    Raises:
        Http404: none of that id here, or neither holds.
    """
    rows = Milestone.objects.filter(pk=milestone_id)
    measure_id = rows.values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such milestone.")
    is_received = rows.filter(Q(receiver_id=actor.user_id) | received_by(actor)).exists()
    if not is_received and not visible_measures(actor).filter(pk=measure_id).exists():
        raise Http404("There is no such milestone.")
    measure = lock_measure(measure_id)
    milestone = Milestone.objects.select_related("receiver").get(pk=milestone_id)
    milestone.measure = measure
    return milestone
