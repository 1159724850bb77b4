"""Who may decide, return and sign (domain sections 4 and 5). Nobody decides on their own measure."""

from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from measures.constants import Doi

from ..constants import Outcome, RequestKind
from ..rules.facts import Parties, Person
from ..rules.results import names
from ._who import among, is_person, not_own, who


def may_decide(actor: Actor, parties: Parties, outcome: str, to_doi: int) -> Verdict:
    """Whether the actor holds the right to decide `outcome`; `to_doi` is the degree behind the gate."""
    if outcome == Outcome.REOPEN:
        return may_reopen(actor, parties)
    if outcome == Outcome.CHANGE:
        return may_change_plan(actor, parties)
    if outcome != Outcome.ADVANCE:
        return may_steer(actor, parties)
    if to_doi == Doi.CLOSED:
        return may_sign(actor, parties)
    if to_doi == Doi.IMPLEMENTED:
        return _may_decide_gate_4(actor, parties)
    return _may_decide_early_gate(actor, parties, to_doi)


def _may_decide_early_gate(actor: Actor, parties: Parties, to_doi: int) -> Verdict:
    if not (own := not_own(actor, parties)):
        return own
    if to_doi == Doi.DECIDED:
        return _may_chair(actor, parties, "decides this gate")
    return _may_review(actor, parties, to_doi)


def may_return(actor: Actor, parties: Parties, kind: str, to_doi: int) -> Verdict:
    """Whoever could grant the request may return it with a comment."""
    if kind == RequestKind.ADVANCE and to_doi == Doi.CLOSED:
        return may_validate_closing(actor, parties)
    return may_decide(actor, parties, kind, to_doi)


def may_steer(actor: Actor, parties: Parties) -> Verdict:
    """Hold, resume and cancel are the committee's (domain section 5)."""
    if not (own := not_own(actor, parties)):
        return own
    return _may_chair(actor, parties, "decides on holding, resuming and cancelling")


def may_decide_deviation(actor: Actor, parties: Parties) -> Verdict:
    """What happens about a gap beyond tolerance is the committee's to decide (domain section 9)."""
    if not (own := not_own(actor, parties)):
        return own
    return _may_chair(actor, parties, "decides on its deviations")


def may_change_plan(actor: Actor, parties: Parties) -> Verdict:
    """A plan that was decided changes by the committee's decision (domain section 5)."""
    if not (own := not_own(actor, parties)):
        return own
    return _may_chair(actor, parties, "decides on changing the plan")


def may_reopen(actor: Actor, parties: Parties) -> Verdict:
    """The controller who signed, or the committee."""
    if is_person(actor, parties.controller):
        return ALLOWED
    if not (own := not_own(actor, parties)):
        return own
    if among(actor, parties.chairs):
        return ALLOWED
    chairs = names(parties.chairs)
    return denied(f"Only {who(parties.controller, 'controller')} or the committee's chair {chairs} may reopen it.")


def may_validate_closing(actor: Actor, parties: Parties) -> Verdict:
    """Return a closing: the named controller."""
    if is_person(actor, parties.controller):
        return ALLOWED
    return denied(f"Only {who(parties.controller, 'controller')} may decide on the closing.")


def may_sign(actor: Actor, parties: Parties) -> Verdict:
    """Sign a closing: the named controller, neither owner nor sponsor, who entered no actual of it."""
    if not (named := may_validate_closing(actor, parties)):
        return named
    if is_person(actor, parties.owner) or is_person(actor, parties.sponsor):
        return denied("You are the owner or sponsor of this measure. Another controller has to sign.")
    if actor.user_id in parties.reporters:
        return denied("You entered actuals of this measure. A controller who entered none has to sign.")
    return ALLOWED


def not_own_request(actor: Actor, requested_by_id: UUID, kind: str = RequestKind.ADVANCE) -> Verdict:
    """Four eyes: whoever asked for a gate or another plan doesn't grant it."""
    if actor.user_id == requested_by_id:
        what = "change" if kind == RequestKind.CHANGE else "gate"
        return denied(f"You asked for this {what}. Somebody else has to decide it.")
    return ALLOWED


def _may_review(actor: Actor, parties: Parties, to_doi: int) -> Verdict:
    if among(actor, parties.managers):
        return ALLOWED
    if to_doi == Doi.DETAILED:
        return denied(f"Only a portfolio manager ({names(parties.managers)}) decides this gate.")
    if among(actor, parties.leads):
        return ALLOWED
    leads = f"the program or project lead {names(parties.leads)}" if parties.leads else "the program or project lead"
    return denied(f"Only {leads} or a portfolio manager ({names(parties.managers)}) decides this gate.")


def _may_chair(actor: Actor, parties: Parties, what: str) -> Verdict:
    if is_person(actor, parties.controller):
        return denied("You control this measure and advise the committee. Somebody else has to decide.")
    if among(actor, parties.chairs):
        return ALLOWED
    committee = parties.committee or "committee, which is not named yet"
    return denied(f"Only the chair of the {committee} ({names(parties.chairs)}) {what}.")


def _may_decide_gate_4(actor: Actor, parties: Parties) -> Verdict:
    if is_person(actor, parties.owner):
        return denied("You own this measure. Nobody decides on their own measure.")
    if is_person(actor, parties.sponsor):
        return ALLOWED
    return denied(f"Only {who(parties.sponsor, 'sponsor')} decides this gate.")


def deciders_of(parties: Parties, kind: str, to_doi: int) -> tuple[Person, ...]:
    """Who decides on a request, for "waits for ..."."""
    if kind == RequestKind.REOPEN:
        return ((parties.controller,) if parties.controller else ()) + parties.chairs
    if kind != RequestKind.ADVANCE or to_doi == Doi.DECIDED:
        return parties.chairs
    if to_doi == Doi.CLOSED:
        return (parties.controller,) if parties.controller else ()
    if to_doi == Doi.IMPLEMENTED:
        return (parties.sponsor,) if parties.sponsor else ()
    return parties.managers if to_doi == Doi.DETAILED else tuple(dict.fromkeys((*parties.leads, *parties.managers)))
