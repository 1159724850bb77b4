"""Reads of conditions that decisions set."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import visible_measures
from measures.core.selectors.mine import reach_of

from ..constants import PENDING_CONDITIONS, ConditionState
from ..models.resolutions import Condition
from .overview import visible_committees

_RELATED = (
    "committee",
    "committee__node",
    "measure",
    "responsible",
    "decision",
    "document",
    "fulfilled_by",
    "answered_by",
)


def visible_conditions(actor: Actor) -> QuerySet[Condition]:
    """The person's own, those of measures they see, and those of committees that they follow."""
    found = Condition.objects.filter(organization_id=actor.organization_id)
    seen = _responsible(actor) | Q(measure__in=visible_measures(actor)) | Q(committee__in=visible_committees(actor))
    return found.filter(seen).select_related(*_RELATED)


def _responsible(actor: Actor) -> Q:
    """Who fulfils it, or acts for that person where its measure is."""
    found = Q(responsible_id=actor.user_id)
    for principal in actor.stands_in_for:
        found |= Q(responsible_id=principal.user_id) & reach_of(principal, "measure__")
    return found


def visible_condition(actor: Actor, pk: UUID) -> Condition:
    """One of them, or Http404."""
    found = visible_conditions(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such condition.")
    return found


def condition_for_write(actor: Actor, pk: UUID) -> Condition:
    """The same, locked until the end of the transaction."""
    visible_condition(actor, pk)
    return Condition.objects.select_for_update(of=("self",)).select_related(*_RELATED).get(pk=pk)


def my_open_conditions(actor: Actor) -> QuerySet[Condition]:
    """What the person has to fulfil, the nearest day first."""
    mine = Condition.objects.filter(_responsible(actor), state=ConditionState.OPEN)
    return mine.select_related("measure", "decision", "committee").order_by("due_on", "id")


def conditions_to_answer(actor: Actor) -> QuerySet[Condition]:
    """What was reported fulfilled in committees where the person presides, by others."""
    reported = Condition.objects.filter(
        state=ConditionState.FULFILLED,
        committee__members__user_id=actor.user_id,
        committee__members__role__in=["chair", "deputy"],
    )
    mine = Q(responsible_id=actor.user_id) | Q(fulfilled_by_id=actor.user_id)
    return reported.exclude(mine).select_related("measure", "decision", "responsible").order_by("fulfilled_at")


def pending_of(measure_id: UUID) -> list[Condition]:
    """What keeps a measure from its next gate."""
    pending = Condition.objects.filter(measure_id=measure_id, state__in=PENDING_CONDITIONS)
    return list(pending.select_related("responsible", "decision").order_by("due_on", "id"))
