"""A dependency as its own page loads it, and what pushes a milestone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404

from cat4.accounts.actor import Actor
from measures.constants import RippleAnswerKind
from measures.core.selectors.measures import visible_measure
from measures.core.selectors.numbering import milestone_numbers
from measures.models import Dependency, Milestone, RippleAnswer

from .blockers import Blocker
from .hand_offs import HandOff, open_hand_offs
from .milestones import network_places
from .ripples import names_of


def waiting_dependency(actor: Actor, pk: UUID) -> Dependency:
    """A dependency of a milestone whose measure the person sees: that of the one that waits.

    Raises:
        Http404: none of that id here, or of a measure that the person may not see.
    """
    related = ("predecessor__measure__owner", "successor")
    found = Dependency.objects.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such dependency.")
    found.successor.measure = visible_measure(actor, found.successor.measure_id)
    return found


def hand_off(actor: Actor, milestone_id: UUID) -> HandOff:
    """What waits to be accepted by the person.

    Raises:
        Http404: nothing of that id waits for them.
    """
    for waiting in open_hand_offs(actor):
        if waiting.milestone_id == milestone_id:
            return waiting
    raise Http404("There is nothing of that kind to accept.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the owner of a moved measure has said to a ripple, None: nothing yet, and until when they have to."""

    ripple_id: UUID
    kind: RippleAnswerKind | None
    due_on: date


def told_about(blockers: Iterable[Blocker]) -> dict[tuple[UUID, UUID], Told]:
    """By blocking milestone and measure that it moves: the answer to its latest ripple, where there is one."""
    pairs = {(blocker.milestone_id, move.measure.id) for blocker in blockers for move in blocker.moves}
    answers = RippleAnswer.objects.select_related("ripple").filter(
        ripple__trigger__in={trigger for trigger, _ in pairs},
        ripple__superseded_at__isnull=True,
        measure__in={measure for _, measure in pairs},
    )
    return {
        (answer.ripple.trigger_id, answer.measure_id): Told(
            answer.ripple_id, RippleAnswerKind(answer.kind) if answer.kind else None, answer.due_on
        )
        for answer in answers.order_by("ripple__at", "ripple_id")
    }


@dataclass(frozen=True, slots=True)
class Pusher:
    """A milestone that pushes another one; its name is empty where that isn't the reader's to see."""

    code: str
    number: str
    name: str


def pushers(actor: Actor, milestones: Collection[Milestone]) -> dict[UUID, Pusher]:
    """What pushes them, by the milestone that is pushed."""
    pushed = [milestone for milestone in milestones if milestone.computed_on and milestone.actual_on is None]
    if not pushed:
        return {}
    places = network_places(pushed)
    by = {
        milestone.pk: place.by.predecessor for milestone in pushed if (place := places.get(milestone.pk)) and place.by
    }
    found = Milestone.objects.filter(pk__in=by.values()).select_related("measure__owner")
    rows = {milestone.pk: milestone for milestone in found}
    names = names_of(actor, [row.measure for row in rows.values()])
    numbers = milestone_numbers(names)
    return {
        pk: Pusher(
            rows[key].measure.code, numbers[key], rows[key].name if names[rows[key].measure_id].is_visible else ""
        )
        for pk, key in by.items()
    }
