"""What a measure supplies: what stands round its tabs, successors of its people, facts that wait to be filled in."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.notices import visibility
from cat4.waiting import Waiting, waits
from cat4.web.homes import stands_on
from hierarchy.nodes.supply import seats_measures
from hierarchy.people import successions
from measures.models import Measure, Risk

from .actions.seating import Seats
from .actions.successions import SOURCE, SUCCESSION
from .pages.supply import counts_tab, guards_act
from .policies.measures import may_edit_measure, may_move_measure
from .selectors.measures import visible_measures
from .selectors.mine import incomplete_measures

guards_act("may_edit")(may_edit_measure)
guards_act("may_move")(may_move_measure)
successions.register(SOURCE, SUCCESSION)
seats_measures(Seats())
visibility.register(visible_measures)


@counts_tab("risks")
def risks(measure: Measure) -> int:
    """All of them, also those that passed."""
    return measure.risks.count()


@waits("measures.complete", "complete", count=lambda actor: incomplete_measures(actor).count())
def missing_facts(actor: Actor) -> Iterator[Waiting]:
    """Own measures that lack a fact and are not governable."""
    for measure in incomplete_measures(actor):
        yield Waiting(measure.pk, measure.name, "measures:edit", measure.pk)


stands_on("measures:risks", risks=Risk)
