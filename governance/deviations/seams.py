"""What deviations supply: those whose clock has run out, their panel, and what of them waits for a person."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from cat4.accounts.actor import Actor
from cat4.waiting import Waiting, waits
from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from measures.core.pages.supply import adds_panel
from measures.models import Measure

from .models import Deviation
from .selectors.deviations import past_their_clock, today_here
from .selectors.waiting import (
    by_measure,
    counter_measures_to_do,
    measures_among,
    topics_to_decide,
    unanswered_below,
    unanswered_by,
)

adds_panel("governance:deviations-card")


@supplies("overdue_deviations")
def overdue_deviations(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """`deviation 3 (money, day 16)`."""
    overdue = past_their_clock(measure, today)
    words = (
        f"deviation {deviation.number} ({deviation.get_kind_display().lower()}, day {deviation.day_on(today)})"
        for deviation in overdue
    )
    return {"overdue_deviations": tuple(words)}


@waits("deviations.counter_measure", "complete", count=lambda actor: counter_measures_to_do(actor).count())
def counter_measures(actor: Actor) -> Iterator[Waiting]:
    """Counter-measures for which the person is responsible."""
    for row in counter_measures_to_do(actor):
        yield Waiting(row.pk, row.text, "governance:counter-measure", row.pk, due_on=row.due_on)


@waits("deviations.cause", "answer", count=lambda actor: measures_among(unanswered_by(actor)))
def causes(actor: Actor) -> Iterator[Waiting]:
    """Measures with deviations that the person is asked about, without a cause or a counter-measure."""
    for rows in by_measure(unanswered_by(actor)):
        yield _waiting(rows, rows[0].cause_due_on)


@waits("deviations.sponsor", "see answered", count=lambda actor: measures_among(unanswered_below(actor, today_here())))
def causes_of_others(actor: Actor) -> Iterator[Waiting]:
    """The same of measures that the person sponsors, once they were told."""
    for rows in by_measure(unanswered_below(actor, today_here())):
        yield _waiting(rows, rows[0].escalate_on)


@waits("deviations.decide", "decide alone")
def escalated(actor: Actor) -> Iterator[Waiting]:
    """Measures on whose deviations the person decides without the body, as chair or deputy chair."""
    for topic in topics_to_decide(actor):
        yield _waiting(topic.deviations, topic.deviations[0].decide_by)


def _waiting(rows: Sequence[Deviation], due_on: date) -> Waiting:
    """What a person has to do for the deviations of a measure is one entry, on the page of the first."""
    first, amount = rows[0], sum((row.effect_run_rate for row in rows), Decimal(0))
    return Waiting(first.pk, first.measure.name, "governance:deviation", first.pk, amount, due_on)
