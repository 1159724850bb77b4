"""What schedules supply: the number beside their tab, ripples to answer, hand-overs to accept, earlier dates."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.waiting import Waiting, waits
from cat4.web.homes import stands_on
from measures.core.pages.supply import counts_tab
from measures.models import Measure, Milestone

from .selectors.enablers import enabler_answers_to_give
from .selectors.hand_offs import milestones_to_accept
from .selectors.pull_forwards import offers_to_answer
from .selectors.ripples import answers_to_give


@counts_tab("milestones")
def milestones(measure: Measure) -> int:
    """All of them, also those that are done."""
    return measure.milestones.count()


@waits("schedule.ripple", "answer", count=lambda actor: answers_to_give(actor).count())
def ripples(actor: Actor) -> Iterator[Waiting]:
    """Ripples that moved a measure of the person."""
    for row in answers_to_give(actor):
        yield Waiting(row.pk, row.measure.name, "measures:ripple", row.ripple_id, due_on=row.due_on)


@waits("schedule.enabler", "answer", count=lambda actor: enabler_answers_to_give(actor).count())
def enablers(actor: Actor) -> Iterator[Waiting]:
    """Measures of the person whose enabler fell."""
    for row in enabler_answers_to_give(actor):
        yield Waiting(row.pk, row.measure.name, "measures:answer-enabler", row.pk, due_on=row.due_on)


@waits("schedule.hand_over", "accept or refuse", count=lambda actor: milestones_to_accept(actor).count())
def hand_overs(actor: Actor) -> Iterator[Waiting]:
    """Milestones that were handed over to the person, who may see nothing else of their measure."""
    for row in milestones_to_accept(actor):
        yield Waiting(row.pk, row.name, "measures:refuse-hand-off", row.pk)


@waits("schedule.earlier_date", "take or decline", count=lambda actor: offers_to_answer(actor).count())
def earlier_dates(actor: Actor) -> Iterator[Waiting]:
    """Earlier dates that somebody else's early finish makes possible."""
    for row in offers_to_answer(actor):
        yield Waiting(row.pk, row.milestone.name, "measures:milestones", row.milestone.measure_id)


stands_on("measures:milestones", milestones=Milestone)
