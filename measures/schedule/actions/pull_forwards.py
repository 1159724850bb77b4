"""Pull-forwards: an early finish offers its successors an earlier date, and never forces one (domain section 8)."""

from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict
from cat4.wording import day_name
from measures.constants import RippleCause, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.facts.locks import lock_network
from measures.formulas.network import Pin
from measures.models import Milestone, PullForward

from ..policies import may_answer_pull_forward
from ..selectors.affected import pin_of, stretch_from
from ..selectors.pull_forwards import earlier_dates, pull_forward_to_answer
from .ripples import spread


def offer_pull_forwards(actor: Actor, milestone: Milestone, before: Pin) -> list[PullForward]:
    """Offer the successors of a milestone that was done earlier than expected the days that this gives them.

    Offered is what all their predecessors together allow now and didn't before, when it lies before the owner's
    own forecast. A newer offer takes the place of an open one. The caller holds `lock_network()`.
    """
    if milestone.actual_on is None or milestone.actual_on >= before.on:
        return []
    possible = earlier_dates(milestone, before)
    offers = []
    for successor in Milestone.objects.filter(pk__in=list(possible)).select_related("measure"):
        offer, _ = PullForward.objects.update_or_create(
            milestone=successor,
            answered_at=None,
            defaults={
                "because_of": milestone,
                "possible_on": possible[successor.pk],
                "offered_at": clock.now(),
            },
        )
        day = day_name(offer.possible_on)
        record(
            actor, Verb.PULL_FORWARD_OFFERED, offer, measure_id=successor.measure_id,
            summary=f"offered {successor.name} for {day}, because {milestone.name} is done early",
            change={"possible_on": [successor.forecast_on, offer.possible_on]},
        )  # fmt: skip
        offers.append(offer)
    return offers


@transaction.atomic
def take_pull_forward(actor: Actor, offer_id: UUID, *, reason: str = "") -> PullForward:
    """Move the owner's forecast to the earlier date; what waits for it ripples as after any move.

    Raises:
        Http404, NotAllowed; Conflict when it was answered, or its predecessors no longer allow that date.
    """
    lock_network()
    offer = pull_forward_to_answer(actor, offer_id)
    milestone = offer.milestone
    actor = act_as(actor, milestone.measure, may_answer_pull_forward)
    _require_open(offer)
    problems = Problems()
    given = checks.text(problems, "reason", reason)
    problems.stop_if_any()
    stretch = stretch_from([milestone.pk])
    before = pin_of(stretch.rows[milestone.pk], stretch.today)
    finish = stretch.forecast(milestone.pk, offer.possible_on).network().finishes().finish[milestone.pk]
    if finish > stretch.calendar.index(offer.possible_on):
        allowed = day_name(stretch.calendar.day_at(finish))
        raise Conflict(f"What it waits for moved since: {milestone.name} can't come before {allowed}.")
    because = given or f"{offer.because_of.name} is done early."
    was = milestone.forecast_on
    milestone.forecast_on, milestone.forecast_changed_at = offer.possible_on, clock.now()
    milestone.version += 1
    milestone.save(update_fields=["forecast_on", "forecast_changed_at", "version"])
    _answer(actor, offer, taken=True)
    summary = f"took the earlier date of {milestone.name}: {day_name(offer.possible_on)} instead of {day_name(was)}"
    change = {"forecast_on": [was, offer.possible_on]}
    note(actor, Verb.PULL_FORWARD_TAKEN, milestone, milestone.measure, summary, change=change, reason=because)
    spread(actor, milestone, before, cause=RippleCause.FORECAST, reason=because)
    return offer


@transaction.atomic
def decline_pull_forward(actor: Actor, offer_id: UUID, *, reason: str = "") -> PullForward:
    """Keep the own date; nothing moves.

    Raises:
        Http404, NotAllowed; Conflict when it was answered.
    """
    offer = pull_forward_to_answer(actor, offer_id)
    actor = act_as(actor, offer.milestone.measure, may_answer_pull_forward)
    _require_open(offer)
    problems = Problems()
    given = checks.text(problems, "reason", reason)
    problems.stop_if_any()
    _answer(actor, offer, taken=False)
    summary = f"kept {day_name(offer.milestone.forecast_on)} for {offer.milestone.name}"
    change = {"possible_on": offer.possible_on}
    note(
        actor, Verb.PULL_FORWARD_DECLINED, offer.milestone, offer.milestone.measure, summary,
        change=change, reason=given,
    )  # fmt: skip
    return offer


def _require_open(offer: PullForward) -> None:
    if offer.answered_at is not None:
        how = "taken" if offer.taken else "declined"
        raise Conflict(f"The offer was {how} already.", current={"taken": offer.taken})
    milestone = offer.milestone
    if milestone.actual_on is not None:
        raise Conflict(f"{milestone.name} is done since {day_name(milestone.actual_on)}.")
    if milestone.forecast_on <= offer.possible_on:
        raise Conflict(f"{milestone.name} is forecast for {day_name(milestone.forecast_on)} already.")


def _answer(actor: Actor, offer: PullForward, *, taken: bool) -> None:
    offer.taken, offer.answered_by_id, offer.answered_at = taken, actor.user_id, clock.now()
    offer.save(update_fields=["taken", "answered_by", "answered_at"])
