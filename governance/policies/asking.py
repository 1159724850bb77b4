"""Who may ask for a gate, take the ask back, and confirm it (domain sections 4 and 5)."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied

from ..constants import ApprovalKind
from ..rules.facts import Parties, Person
from ..rules.results import names
from ._who import among, is_person, who


def may_request(actor: Actor, parties: Parties) -> Verdict:
    """The owner or a portfolio manager asks; asking changes nothing yet."""
    if is_person(actor, parties.owner) or among(actor, parties.managers):
        return ALLOWED
    return denied(f"Only {who(parties.owner, 'owner')} or a portfolio manager ({names(parties.managers)}) may ask.")


def may_withdraw(actor: Actor, parties: Parties, requested_by: Person) -> Verdict:
    """Who asked, or who could have asked."""
    if actor.user_id == requested_by.id:
        return ALLOWED
    if may_request(actor, parties):
        return ALLOWED
    return denied(f"Only {requested_by.name}, {who(parties.owner, 'owner')} or a portfolio manager may withdraw this.")


def may_approve(actor: Actor, parties: Parties, kind: str) -> Verdict:
    """Each confirmation has its person: controller, sponsor, or somebody of the receiving unit."""
    if kind == ApprovalKind.HAND_OVER:
        return _may_accept_hand_over(actor, parties)
    if kind == ApprovalKind.SPONSOR:
        person, sentence = parties.sponsor, f"Only {who(parties.sponsor, 'sponsor')} may approve."
    else:
        what = "the changed plan" if kind == ApprovalKind.PLAN_CHANGE else "size and timing"
        person, sentence = parties.controller, f"Only {who(parties.controller, 'controller')} may confirm {what}."
    return ALLOWED if is_person(actor, person) else denied(sentence)


def _may_accept_hand_over(actor: Actor, parties: Parties) -> Verdict:
    """Nobody is attached to a unit: whoever works at the node accepts, but for the giver and the decider."""
    if is_person(actor, parties.owner):
        return denied("You own this measure and can't accept its hand-over from yourself.")
    if is_person(actor, parties.sponsor):
        return denied("You decide this gate as the sponsor. Somebody of the receiving unit accepts the hand-over.")
    if among(actor, parties.acceptors):
        return ALLOWED
    return denied(f"Only somebody who works at the receiving unit ({names(parties.acceptors)}) may accept.")


def approvers_of(parties: Parties, kind: str) -> tuple[Person, ...]:
    """Who may give a confirmation, for "waits for ..."."""
    if kind == ApprovalKind.HAND_OVER:
        return parties.acceptors
    person = parties.sponsor if kind == ApprovalKind.SPONSOR else parties.controller
    return (person,) if person else ()
