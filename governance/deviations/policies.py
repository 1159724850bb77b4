"""Who answers for a deviation, and who does what closes it (domain section 9). Nobody closes one: a rule does."""

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from governance.gates.policies.deciding import ADVISES
from governance.parties.policies import among, is_bound_as, is_person, not_own, who
from governance.rules.facts import Parties
from governance.rules.results import names

from .constants import DeviationState
from .models import CounterMeasure, Deviation


def may_answer_deviation(actor: Actor, parties: Parties, deviation: Deviation) -> Verdict:
    """State the cause, write options and counter-measures: the measure's owner or a portfolio manager."""
    return answering_as(actor, parties, deviation)[1]


def answering_as(actor: Actor, parties: Parties, deviation: Deviation) -> tuple[Actor, Verdict]:
    """As whom: themselves, or somebody for whom they act."""
    return acting_as(actor, parties.path, lambda who_acts: _may_answer(who_acts, parties, deviation))


def _may_answer(actor: Actor, parties: Parties, deviation: Deviation) -> Verdict:
    if not (is_person(actor, parties.owner) or among(actor, parties.managers)):
        answers = f"{who(parties.owner, 'owner')} or a portfolio manager ({names(parties.managers)})"
        return denied(f"Only {answers} answers for this deviation.")
    return _is_live(deviation)


def may_complete_counter_measure(actor: Actor, parties: Parties, counter: CounterMeasure) -> Verdict:
    """Say that it is done: who does it, and who answers for the deviation. A measure says so by its degree."""
    return completing_as(actor, parties, counter)[1]


def completing_as(actor: Actor, parties: Parties, counter: CounterMeasure) -> tuple[Actor, Verdict]:
    """As whom: themselves, or somebody for whom they act."""
    return acting_as(actor, parties.path, lambda who_acts: _may_complete(who_acts, parties, counter))


def _may_complete(actor: Actor, parties: Parties, counter: CounterMeasure) -> Verdict:
    if counter.measure is not None:
        return denied(f"It is done when {counter.measure.code} reaches DoI 2.")
    if actor.holder_id == counter.responsible_id:
        return ALLOWED
    if is_person(actor, parties.owner) or among(actor, parties.managers):
        return ALLOWED
    return denied(f"Only {counter.responsible.name} or {who(parties.owner, 'owner')} can say that it is done.")


def _is_live(deviation: Deviation) -> Verdict:
    if deviation.state == DeviationState.CLOSED:
        return denied("This deviation is closed and can only be read.")
    return ALLOWED


def may_decide_deviation(actor: Actor, parties: Parties) -> Verdict:
    """What happens about a gap beyond tolerance is the committee's to decide (domain section 9)."""
    if not (own := not_own(actor, parties)):
        return own
    if is_bound_as(actor, parties.controller):
        return ADVISES
    if among(actor, parties.chairs):
        return ALLOWED
    committee = parties.committee or "committee, which is not named yet"
    return denied(f"Only the chair of the {committee} ({names(parties.chairs)}) decides on its deviations.")
