"""What committees supply to the gates: the conditions that their decisions set."""

from datetime import date

from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from governance.rules.facts import ConditionFact
from measures.models import Measure

from .constants import ConditionState
from .selectors.conditions import pending_of


@supplies("conditions")
def pending_conditions(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """What earlier decisions ask for and nobody accepted as fulfilled yet."""
    facts = tuple(
        ConditionFact(
            condition.text,
            condition.due_on,
            condition.responsible.name,
            condition.decision.number,
            condition.state == ConditionState.FULFILLED,
        )
        for condition in pending_of(measure.pk)
    )
    return {"conditions": facts}
