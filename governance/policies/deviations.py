"""Who answers for a deviation, and who does what closes it (domain section 9). Nobody closes one: a rule does."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied

from ..deviation_terms import DeviationState
from ..models import CounterMeasure, Deviation
from ..rules.facts import Parties
from ..rules.results import names
from ._who import among, is_person, who


def may_answer_deviation(actor: Actor, parties: Parties, deviation: Deviation) -> Verdict:
    """State the cause, write options and counter-measures: the measure's owner or a portfolio manager."""
    if not (is_person(actor, parties.owner) or among(actor, parties.managers)):
        answers = f"{who(parties.owner, 'owner')} or a portfolio manager ({names(parties.managers)})"
        return denied(f"Only {answers} answers for this deviation.")
    return _is_live(deviation)


def may_complete_counter_measure(actor: Actor, parties: Parties, counter: CounterMeasure) -> Verdict:
    """Say that it is done: who does it, and who answers for the deviation. A measure says so by its degree."""
    if counter.measure is not None:
        return denied(f"It is done when {counter.measure.code} reaches DoI 2.")
    if actor.user_id == counter.responsible_id:
        return ALLOWED
    if is_person(actor, parties.owner) or among(actor, parties.managers):
        return ALLOWED
    return denied(f"Only {counter.responsible.name} or {who(parties.owner, 'owner')} can say that it is done.")


def _is_live(deviation: Deviation) -> Verdict:
    if deviation.state == DeviationState.CLOSED:
        return denied("This deviation is closed and can only be read.")
    return ALLOWED
