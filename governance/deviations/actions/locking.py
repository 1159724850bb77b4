"""Loading a deviation to change it: the measure is locked first, as every act on a measure does."""

from uuid import UUID

from django.http import Http404

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import lock_measure, measure_to_change
from measures.models import Measure

from ..models import Deviation


def deviation_to_change(actor: Actor, deviation_id: UUID, *, also: UUID | None = None) -> Deviation:
    """The deviation with its measure, both locked; `also` is somebody who may though they don't see the measure.

    Raises:
        Http404: none of that id here, or its measure is not for this person to see.
    """
    measure_id = Deviation.objects.filter(pk=deviation_id).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such deviation.")
    measure = _measure(actor, measure_id, also)
    deviation = Deviation.objects.select_for_update(of=("self",)).get(pk=deviation_id)
    deviation.measure = measure
    return deviation


def _measure(actor: Actor, measure_id: UUID, also: UUID | None) -> Measure:
    if also in {actor.user_id, *(principal.user_id for principal in actor.stands_in_for)}:
        return lock_measure(measure_id)
    return measure_to_change(actor, measure_id)
