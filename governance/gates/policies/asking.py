"""Who may ask for a gate, take the ask back, and confirm it (domain sections 4 and 5)."""

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from governance.constants import ApprovalKind
from governance.parties.policies import among, is_bound_as, is_person, who
from governance.rules.book import Entry
from governance.rules.confirmations import NO_ACCEPTOR
from governance.rules.constants import RuleKind
from governance.rules.facts import Parties, Person
from governance.rules.own import approvers
from governance.rules.results import names
from measures.constants import APART

from ..rules import CONFIRMED_BY

_CONFIRMS = {
    ApprovalKind.SIZE_AND_TIMING.value: "confirm size and timing",
    ApprovalKind.PLAN_CHANGE.value: "confirm the changed plan",
    ApprovalKind.SPONSOR.value: "approve",
}


def may_request(actor: Actor, parties: Parties) -> Verdict:
    """The owner or a portfolio manager asks; asking changes nothing yet."""
    if is_person(actor, parties.owner) or among(actor, parties.managers):
        return ALLOWED
    return denied(f"Only {who(parties.owner, 'owner')} or a portfolio manager ({names(parties.managers)}) may ask.")


def may_withdraw(actor: Actor, parties: Parties, requested_by: Person | None) -> Verdict:
    """Who asked, or who could have asked. What a rule proposed is decided or returned, not withdrawn."""
    if requested_by is None:
        return denied("A rule proposed this. Whoever decides returns it with a reason.")
    if is_bound_as(actor, requested_by):
        return ALLOWED
    if may_request(actor, parties):
        return ALLOWED
    return denied(f"Only {requested_by.name}, {who(parties.owner, 'owner')} or a portfolio manager may withdraw this.")


def may_approve(actor: Actor, parties: Parties, kind: str) -> Verdict:
    """Each confirmation of the code has its person: controller, sponsor, or the lead of the receiving unit."""
    if kind == ApprovalKind.HAND_OVER:
        return _may_accept_hand_over(actor, parties)
    part = CONFIRMED_BY[kind]
    person: Person | None = getattr(parties, part)
    if is_person(actor, person):
        return _apart(actor, parties)
    return denied(f"Only {who(person, part)} may {_CONFIRMS[kind]}.")


def may_fulfil(actor: Actor, parties: Parties, entry: Entry) -> Verdict:
    """A confirmation of the code, or one that the organization's rules add."""
    if not entry.is_own:
        return may_approve(actor, parties, entry.approval)
    people = approvers(parties, entry)
    if among(actor, people):
        return _apart(actor, parties)
    verb = "state" if entry.kind == RuleKind.MANUAL else "confirm"
    return denied(f"Only {names(people)} may {verb} this.")


def _apart(actor: Actor, parties: Parties) -> Verdict:
    """A deputy never joins duties that are apart: owner, sponsor and controller of one measure."""
    if actor.on_behalf_of is None:
        return ALLOWED
    own = {role for role in APART if _has(parties, role) == actor.user_id}
    theirs = {role for role in APART if _has(parties, role) == actor.on_behalf_of}
    clash = next((role for role in sorted(own) for other in theirs if role in APART[other]), "")
    if clash:
        return denied(f"You are the {clash} of this measure.")
    return ALLOWED


def _has(parties: Parties, role: str) -> object:
    person: Person | None = getattr(parties, role)
    return person.id if person else None


def _may_accept_hand_over(actor: Actor, parties: Parties) -> Verdict:
    """The lead of the receiving unit accepts, or a deputy; never the giver or the decider."""
    if is_bound_as(actor, parties.owner):
        return denied("You own this measure and can't accept its hand-over from yourself.")
    if is_bound_as(actor, parties.sponsor):
        return denied("You decide this gate as the sponsor. The lead of the receiving unit accepts the hand-over.")
    if among(actor, parties.acceptors):
        return ALLOWED
    if not parties.acceptors:
        return denied(NO_ACCEPTOR)
    return denied(f"Only the lead of the receiving unit ({names(parties.acceptors)}) may accept.")
