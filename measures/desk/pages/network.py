"""My work, as far as it comes from dates: ripples to answer, hand-overs to accept, earlier dates on offer."""

from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from cat4.accounts.actor import Actor
from cat4.web import formats
from hierarchy.calendar.selectors.calendar import work_calendar
from measures.constants import EnablerEvent
from measures.core.selectors.numbering import milestone_numbers
from measures.facts.calendar import calendar
from measures.models import EnablerAnswer, Ripple
from measures.schedule.selectors.enablers import enabler_answers_to_give
from measures.schedule.selectors.hand_offs import HandOff, open_hand_offs
from measures.schedule.selectors.pull_forwards import open_offers
from measures.schedule.selectors.ripples import AnswerView, MeasureName, open_answers

from .tasks import Task, for_owner, for_whom


def network_tasks(actor: Actor) -> list[Task]:
    """What waits for the person, the urgent first."""
    answers = open_answers(actor)
    triggers = _triggers({answer.ripple_id for answer in answers})
    return [
        *(_answer(actor, answer, triggers[answer.ripple_id]) for answer in answers),
        *(_enabler(actor, row) for row in enabler_answers_to_give(actor)),
        *(_hand_off(actor, off) for off in open_hand_offs(actor)),
        *_offers(actor),
    ]


def _triggers(ripple_ids: set[UUID]) -> dict[UUID, str]:
    """`OPS-011 M3 moved +30 days` by ripple."""
    if not ripple_ids:
        return {}
    rows = list(Ripple.objects.filter(pk__in=ripple_ids).select_related("measure"))
    numbers = milestone_numbers({row.measure_id for row in rows})
    return {row.pk: f"{row.measure.code} {numbers[row.trigger_id]} moved {formats.days(row.days)}" for row in rows}


def _answer(actor: Actor, answer: AnswerView, trigger: str) -> Task:
    tag, kind = _clock(answer.due_on)
    href = f"{reverse('measures:ripple', args=[answer.ripple_id])}#answer-{answer.id}"
    said = _for_owner(actor, answer.measure, f"{answer.measure.name}: {trigger}")
    return Task("Answer a ripple", href, said, tag, kind, measure_id=answer.measure.id)


def _for_owner(actor: Actor, measure: MeasureName, said: str) -> str:
    return for_whom(actor, said, measure.owner_id, measure.owner) if measure.owner_id else said


def _enabler(actor: Actor, row: EnablerAnswer) -> Task:
    tag, kind = _clock(row.due_on)
    href = reverse("measures:answer-enabler", args=[row.pk])
    said = f"{row.measure.name}: {row.enabler.code} was {EnablerEvent(row.event).label.lower()}"
    return Task(
        "Answer for its enabler", href, for_owner(actor, said, row.measure), tag, kind, measure_id=row.measure_id
    )


def _clock(due_on: date) -> tuple[str, str]:
    """Until when an answer is due, or how late it is, and the kind of its tag."""
    left = work_calendar().between(calendar().today, due_on)
    if left >= 0:
        return f"Due {formats.day(due_on)}", "a"
    return ngettext("%d day late", "%d days late", -left) % -left, "r"


def _hand_off(actor: Actor, hand_off: HandOff) -> Task:
    name = (
        hand_off.measure.name if hand_off.measure.is_visible else f"{hand_off.measure.code}, {hand_off.measure.owner}"
    )
    said = f"{name}, handed over {formats.age(hand_off.handed_over_on)}"
    return Task(
        f"Accept: {hand_off.milestone}",
        reverse("measures:refuse-hand-off", args=[hand_off.milestone_id]),
        for_whom(actor, said, hand_off.receiver_id, hand_off.receiver),
        "To accept",
        "i",
        accept_url=reverse("measures:accept-hand-off", args=[hand_off.milestone_id]),
    )


def _offers(actor: Actor) -> list[Task]:
    return [
        Task(
            f"Earlier date for {offer.milestone}",
            reverse("measures:milestones", args=[offer.measure.id]),
            _for_owner(
                actor,
                offer.measure,
                f"{offer.measure.name}: {formats.day(offer.possible_on)} instead of {formats.day(offer.forecast_on)}",
            ),
            "On offer",
            "g",
            measure_id=offer.measure.id,
        )
        for offer in open_offers(actor)
    ]
