"""What deviations supply: those whose clock has run out, their panel, and what of them waits for a person."""

from collections.abc import Iterator
from datetime import date

from cat4.accounts.actor import Actor
from cat4.waiting import Waiting, waits
from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from measures.core.pages.supply import adds_panel
from measures.models import Measure

from .models import Deviation
from .selectors.deviations import past_their_clock, today_here
from .selectors.waiting import counter_measures_to_do, deviations_to_decide, unanswered_below, unanswered_by

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


@waits("deviations.cause", "answer", count=lambda actor: unanswered_by(actor).count())
def causes(actor: Actor) -> Iterator[Waiting]:
    """Deviations of the person's own measures, without a cause or a counter-measure."""
    for row in unanswered_by(actor):
        yield _waiting(row, row.cause_due_on)


@waits("deviations.sponsor", "see answered", count=lambda actor: unanswered_below(actor, today_here()).count())
def causes_of_others(actor: Actor) -> Iterator[Waiting]:
    """The same of measures that the person sponsors, once they were told."""
    for row in unanswered_below(actor, today_here()):
        yield _waiting(row, row.escalate_on)


@waits("deviations.decide", "decide in committee", count=lambda actor: deviations_to_decide(actor).count())
def escalated(actor: Actor) -> Iterator[Waiting]:
    """Deviations that the person's committees have to decide."""
    for row in deviations_to_decide(actor):
        yield _waiting(row, row.decide_by)


def _waiting(row: Deviation, due_on: date) -> Waiting:
    return Waiting(row.pk, row.measure.name, "governance:deviation", row.pk, row.effect_run_rate, due_on)
