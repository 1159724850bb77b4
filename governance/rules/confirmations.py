"""Confirmations of people on a request: who may give each, and whether as many as are needed stand."""

from cat4.wording import listed
from governance.constants import ApprovalKind

from .facts import GateFacts, Parties, Person
from .results import Found, names

NO_ACCEPTOR = (
    "Nobody leads the receiving unit or a node above this measure who could accept. An administrator names the unit's "
    "lead in Settings, Business units; a portfolio manager names the lead of a node."
)


def confirmers(parties: Parties, approval: str) -> tuple[Person, ...]:
    """Who may give a confirmation of the code: the acceptor of a hand-over, the sponsor, else the controller."""
    if approval == ApprovalKind.HAND_OVER:
        return parties.acceptors
    person = parties.sponsor if approval == ApprovalKind.SPONSOR else parties.controller
    return (person,) if person else ()


def confirmed(facts: GateFacts, approval: str) -> Found:
    """A confirmation of the code."""
    return given_by(facts, approval, confirmers(facts.parties, approval))


def given_by(facts: GateFacts, approval: str, who: tuple[Person, ...]) -> Found:
    """Given by as many as are needed of those who may still give it, for what it rests on as it is now."""
    passed, value = _words_on(facts, approval, who)
    return Found(passed, value, names(who), "request")


def _words_on(facts: GateFacts, approval: str, who: tuple[Person, ...]) -> tuple[bool, str]:
    """Whether it is given, and what was said; a refusal stands until somebody's later word."""
    words = facts.approvals.get(approval, ())
    if not words:
        return False, "not given yet"
    last = words[-1]
    if not last.granted:
        return False, f"refused by {last.by}" + (f": {last.comment}" if last.comment else "")
    may_give = {person.id for person in who}
    granted = [word for word in words if word.granted]
    standing = [word for word in granted if word.holder.id in may_give and not word.lapsed]
    needed = facts.needed.get(approval, 1)
    if len(standing) >= needed:
        return True, listed(word.by for word in standing)
    if standing:
        return False, f"{len(standing)} of {needed} given, by {listed(word.by for word in standing)}"
    if last.holder.id not in may_give:
        return False, f"given by {last.by}, who has no longer that part"
    return False, f"given by {last.by} before {last.lapsed}"
