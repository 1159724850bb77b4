"""Who answers for a deviation, and who does what closes it (domain section 9). Nobody closes one: a rule does."""

from uuid import UUID

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from governance.gates.policies.deciding import ADVISES
from governance.parties.policies import among, apart_from, is_bound_as, is_person, not_own, who
from governance.rules.facts import Parties, Person
from governance.rules.results import names

from .constants import DeviationState
from .models import CounterMeasure, Deviation
from .selectors.asked import whose_to_answer


def may_answer_deviation(actor: Actor, parties: Parties, deviation: Deviation) -> Verdict:
    """State the cause, write options and counter-measures: who brought it about, or a portfolio manager.

    That is the measure's owner; its controller where a month was locked without a validated actual.
    """
    return answering_as(actor, parties, deviation)[1]


def answering_as(actor: Actor, parties: Parties, deviation: Deviation) -> tuple[Actor, Verdict]:
    """As whom: themselves, or somebody for whom they act."""
    return acting_as(actor, parties.path, lambda who_acts: _may_answer(who_acts, parties, deviation))


def _may_answer(actor: Actor, parties: Parties, deviation: Deviation) -> Verdict:
    asked = _asked(parties, deviation)
    if not (any(is_person(actor, person) for person, _ in asked) or among(actor, parties.managers)):
        answers = " or ".join(who(person, role) for person, role in asked)
        return denied(f"Only {answers} or a portfolio manager ({names(parties.managers)}) answers for this deviation.")
    return _is_live(deviation)


def _asked(parties: Parties, deviation: Deviation) -> list[tuple[Person | None, str]]:
    by_owner, by_controller = whose_to_answer(deviation)
    return [(parties.owner, "owner")] * by_owner + [(parties.controller, "controller")] * by_controller


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
    if among(actor, parties.managers) or any(
        is_person(actor, person) for person, _ in _asked(parties, counter.deviation)
    ):
        return ALLOWED
    return denied(f"Only {counter.responsible.name} or {who(parties.owner, 'owner')} can say that it is done.")


def _is_live(deviation: Deviation) -> Verdict:
    if deviation.state == DeviationState.CLOSED:
        return denied("This deviation is closed and can only be read.")
    return ALLOWED


def may_decide_deviation(
    actor: Actor, parties: Parties, deviation: Deviation, declared: frozenset[UUID] = frozenset()
) -> Verdict:
    """What happens about a gap beyond tolerance is the committee's to decide (domain section 9).

    `declared` are those who declared a conflict of interest on the trade-off.
    """
    if not deviation.is_for_committee:
        return denied("No committee decides on data that nobody confirmed. It ends when it is confirmed.")
    if not (apart := apart_from(actor, declared)):
        return apart
    if not (own := not_own(actor, parties)):
        return own
    if is_bound_as(actor, parties.controller):
        return ADVISES
    if among(actor, parties.chairs):
        return ALLOWED
    committee = parties.committee or "committee, which is not named yet"
    return denied(f"Only the chair of the {committee} ({names(parties.chairs)}) decides on its deviations.")
