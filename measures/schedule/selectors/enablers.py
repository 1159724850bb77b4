"""Enablers that fell, and who has yet to answer for what they made possible."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.constants import Lifecycle
from measures.core.selectors.measures import measure_to_change, visible_measures
from measures.core.selectors.mine import held_by
from measures.models import EnablerAnswer


def enabler_answers_to_give(actor: Actor) -> QuerySet[EnablerAnswer]:
    """Those that wait for the person as owner, the most urgent first."""
    mine = EnablerAnswer.objects.filter(
        held_by(actor, "owner", to="measure__"),
        organization_id=actor.organization_id,
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
        answered_at__isnull=True,
        superseded_at__isnull=True,
    )
    return mine.select_related("measure__owner", "enabler").order_by("due_on", "id")


def visible_enabler_answer(actor: Actor, answer_id: UUID) -> EnablerAnswer:
    """One, of a measure that the person sees.

    Raises:
        Http404: none of that id here, or of a measure that the person may not see.
    """
    found = EnablerAnswer.objects.filter(pk=answer_id, measure__in=visible_measures(actor))
    answer = found.select_related("measure__owner", "measure__package", "enabler", "answered_by").first()
    if answer is None:
        raise Http404("There is no such answer.")
    return answer


def answer_about_enabler(actor: Actor, answer_id: UUID) -> EnablerAnswer:
    """The same with its measure locked."""
    measure_id = EnablerAnswer.objects.filter(pk=answer_id).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such answer.")
    measure = measure_to_change(actor, measure_id)
    related = EnablerAnswer.objects.select_related("enabler", "answered_by")
    answer = related.select_for_update(of=("self",)).get(pk=answer_id)
    answer.measure = measure
    return answer
