"""Who may ask for a gate, confirm, decide, sign and lock (domain sections 4 and 5).

Being an administrator gives none of these rights. Nobody decides on their own measure.
"""

from collections.abc import Iterable
from uuid import UUID

from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied
from measures.constants import Doi

from .constants import ApprovalKind, Outcome, RequestKind
from .rules.facts import Parties, Person
from .rules.results import names


def _is(actor: Actor, person: Person | None) -> bool:
    return person is not None and actor.user_id == person.id


def _among(actor: Actor, people: Iterable[Person]) -> bool:
    return any(actor.user_id == person.id for person in people)


def _who(person: Person | None, role: str) -> str:
    return f"the {role} {person.name}" if person else f"the {role}, who is not named yet,"


def may_request(actor: Actor, parties: Parties) -> Verdict:
    """The owner or a portfolio manager asks; asking changes nothing yet."""
    if _is(actor, parties.owner) or _among(actor, parties.managers):
        return ALLOWED
    return denied(f"Only {_who(parties.owner, 'owner')} or a portfolio manager ({names(parties.managers)}) may ask.")


def may_withdraw(actor: Actor, parties: Parties, requested_by: Person) -> Verdict:
    """Who asked, or who could have asked."""
    if actor.user_id == requested_by.id:
        return ALLOWED
    if may_request(actor, parties):
        return ALLOWED
    return denied(f"Only {requested_by.name}, {_who(parties.owner, 'owner')} or a portfolio manager may withdraw this.")


def may_approve(actor: Actor, parties: Parties, kind: str) -> Verdict:
    """Each confirmation has its person: controller, sponsor, or somebody of the receiving unit."""
    if kind == ApprovalKind.HAND_OVER:
        return _may_accept_hand_over(actor, parties)
    if kind == ApprovalKind.SPONSOR:
        person, sentence = parties.sponsor, f"Only {_who(parties.sponsor, 'sponsor')} may approve."
    else:
        what = "the changed plan" if kind == ApprovalKind.PLAN_CHANGE else "size and timing"
        person, sentence = parties.controller, f"Only {_who(parties.controller, 'controller')} may confirm {what}."
    return ALLOWED if _is(actor, person) else denied(sentence)


def _may_accept_hand_over(actor: Actor, parties: Parties) -> Verdict:
    """Nobody is attached to a unit: whoever works at the node accepts, but for the giver and the decider."""
    if _is(actor, parties.owner):
        return denied("You own this measure and can't accept its hand-over from yourself.")
    if _is(actor, parties.sponsor):
        return denied("You decide this gate as the sponsor. Somebody of the receiving unit accepts the hand-over.")
    if _among(actor, parties.acceptors):
        return ALLOWED
    return denied(f"Only somebody who works at the receiving unit ({names(parties.acceptors)}) may accept.")


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
    if not (own := _not_own(actor, parties)):
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
    if not (own := _not_own(actor, parties)):
        return own
    return _may_chair(actor, parties, "decides on holding, resuming and cancelling")


def may_change_plan(actor: Actor, parties: Parties) -> Verdict:
    """A plan that was decided changes by the committee's decision (domain section 5)."""
    if not (own := _not_own(actor, parties)):
        return own
    return _may_chair(actor, parties, "decides on changing the plan")


def may_reopen(actor: Actor, parties: Parties) -> Verdict:
    """The controller who signed, or the committee."""
    if _is(actor, parties.controller):
        return ALLOWED
    if not (own := _not_own(actor, parties)):
        return own
    if _among(actor, parties.chairs):
        return ALLOWED
    chairs = names(parties.chairs)
    return denied(f"Only {_who(parties.controller, 'controller')} or the committee's chair {chairs} may reopen it.")


def may_validate_closing(actor: Actor, parties: Parties) -> Verdict:
    """Return a closing: the named controller."""
    if _is(actor, parties.controller):
        return ALLOWED
    return denied(f"Only {_who(parties.controller, 'controller')} may decide on the closing.")


def may_sign(actor: Actor, parties: Parties) -> Verdict:
    """Sign a closing: the named controller, neither owner nor sponsor, who entered no actual of it."""
    if not (named := may_validate_closing(actor, parties)):
        return named
    if _is(actor, parties.owner) or _is(actor, parties.sponsor):
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


def may_lock_period(actor: Actor, root_id: UUID) -> Verdict:
    """Controllers and portfolio managers of the whole organization."""
    if actor.has_role((root_id,), Role.CONTROLLER, Role.PMO):
        return ALLOWED
    return denied("Only a controller or portfolio manager of the whole organization may lock a month.")


def may_see_ledger(actor: Actor, root_id: UUID) -> Verdict:
    """The ledger tells of every measure: for those who may see all of them."""
    if actor.sees((root_id,)):
        return ALLOWED
    return denied("The ledger is open to members with a role at the whole organization.")


def _not_own(actor: Actor, parties: Parties) -> Verdict:
    """Owner and sponsor count as abstaining on their own measure."""
    if _is(actor, parties.owner):
        return denied("You own this measure. Nobody decides on their own measure.")
    if _is(actor, parties.sponsor):
        return denied("You sponsor this measure. Nobody decides on their own measure.")
    return ALLOWED


def _may_review(actor: Actor, parties: Parties, to_doi: int) -> Verdict:
    if _among(actor, parties.managers):
        return ALLOWED
    if to_doi == Doi.DETAILED:
        return denied(f"Only a portfolio manager ({names(parties.managers)}) decides this gate.")
    if _among(actor, parties.leads):
        return ALLOWED
    leads = f"the program or project lead {names(parties.leads)}" if parties.leads else "the program or project lead"
    return denied(f"Only {leads} or a portfolio manager ({names(parties.managers)}) decides this gate.")


def _may_chair(actor: Actor, parties: Parties, what: str) -> Verdict:
    if _is(actor, parties.controller):
        return denied("You control this measure and advise the committee. Somebody else has to decide.")
    if _among(actor, parties.chairs):
        return ALLOWED
    committee = parties.committee or "committee, which is not named yet"
    return denied(f"Only the chair of the {committee} ({names(parties.chairs)}) {what}.")


def _may_decide_gate_4(actor: Actor, parties: Parties) -> Verdict:
    if _is(actor, parties.owner):
        return denied("You own this measure. Nobody decides on their own measure.")
    if _is(actor, parties.sponsor):
        return ALLOWED
    return denied(f"Only {_who(parties.sponsor, 'sponsor')} decides this gate.")


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
