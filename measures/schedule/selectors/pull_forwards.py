"""Earlier dates that an early finish makes possible, and the offers of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.constants import Lifecycle
from measures.core.selectors.measures import measure_to_change
from measures.core.selectors.mine import held_by
from measures.formulas.network import Pin
from measures.models import Measure, Milestone, PullForward

from .affected import stretch_from
from .ripples import MeasureName, names_of


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier date that an owner may take."""

    id: UUID
    milestone_id: UUID
    milestone: str
    measure: MeasureName
    because_of: str
    forecast_on: date
    possible_on: date


def earlier_dates(milestone: Milestone, before: Pin) -> dict[UUID, date]:
    """The direct successors that could come before their owner's forecast, thanks to this early finish alone."""
    stretch = stretch_from([milestone.pk])
    network = stretch.network()
    old, new = network.finishes({milestone.pk: before}), network.finishes()
    today = stretch.calendar.index(stretch.today)
    found = {}
    for link in network.out_of.get(milestone.pk, ()):
        key = link.successor
        row, node = stretch.rows[key], network.nodes[key]
        if node.is_fixed or row.forecast_on < stretch.today:
            continue
        bounds = [
            (old.bound(incoming, node.duration), new.bound(incoming, node.duration)) for incoming in network.into[key]
        ]
        was, now = max(bound for bound, _ in bounds), max(today, *(bound for _, bound in bounds))
        if now < was and now < stretch.calendar.index(row.forecast_on):
            found[key] = stretch.calendar.day_at(now)
    return found


def offers_to_answer(actor: Actor, measure: Measure | None = None) -> QuerySet[PullForward]:
    """The offers that wait for the person as owner; with a measure, those of its milestones."""
    waiting = PullForward.objects.filter(
        organization_id=actor.organization_id,
        answered_at__isnull=True,
        milestone__actual_on__isnull=True,
        milestone__forecast_on__gt=F("possible_on"),
        milestone__measure__lifecycle=Lifecycle.ACTIVE,
    )
    mine = (
        waiting.filter(milestone__measure=measure)
        if measure
        else waiting.filter(held_by(actor, "owner", to="milestone__measure__"))
    )
    return mine.select_related("milestone__measure__owner", "because_of").order_by("possible_on", "id")


def open_offers(actor: Actor, measure: Measure | None = None) -> list[Offer]:
    """The same for pages."""
    rows = list(offers_to_answer(actor, measure))
    names = names_of(actor, [row.milestone.measure for row in rows])
    return [
        Offer(
            id=row.pk,
            milestone_id=row.milestone_id,
            milestone=row.milestone.name,
            measure=names[row.milestone.measure_id],
            because_of=row.because_of.name,
            forecast_on=row.milestone.forecast_on,
            possible_on=row.possible_on,
        )
        for row in rows
    ]


def pull_forward_to_answer(actor: Actor, offer_id: UUID) -> PullForward:
    """An offer with its measure locked.

    Raises:
        Http404: none of that id here, or of a measure that the person may not see.
    """
    measure_id = PullForward.objects.filter(pk=offer_id).values_list("milestone__measure_id", flat=True).first()
    if measure_id is None:
        raise Http404("There is no such offer.")
    measure = measure_to_change(actor, measure_id)
    offer = PullForward.objects.select_related("milestone", "because_of").get(pk=offer_id)
    offer.milestone.measure = measure
    return offer
