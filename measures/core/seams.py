"""What a measure itself supplies: numbers beside its own tabs, who may edit and move it, successors of its people."""

from cat4.notices import visibility
from hierarchy.people import successions
from measures.models import Measure

from .actions.successions import SOURCE, SUCCESSION
from .pages.supply import counts_tab, guards_act
from .policies.measures import may_edit_measure, may_move_measure
from .selectors.measures import visible_measures

guards_act("may_edit")(may_edit_measure)
guards_act("may_move")(may_move_measure)
successions.register(SOURCE, SUCCESSION)
visibility.register(visible_measures)


@counts_tab("risks")
def risks(measure: Measure) -> int:
    """All of them, also those that passed."""
    return measure.risks.count()
