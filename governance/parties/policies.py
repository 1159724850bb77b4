"""Who somebody is to a measure, and how a refusal names them.

A deputy uses the right of the person for whom they act, and is bound by what binds either of the two.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied
from governance.rules.constants import ALWAYS_BODY
from governance.rules.facts import Parties, Person

from .rules import Mandate, Weighed


def is_person(actor: Actor, person: Person | None) -> bool:
    """Whether the right that is used is this person's."""
    return person is not None and actor.holder_id == person.id


def among(actor: Actor, people: Iterable[Person]) -> bool:
    return any(actor.holder_id == person.id for person in people)


def is_bound_as(actor: Actor, person: Person | None) -> bool:
    """Whether the actor, or the one for whom they act, is this person: for what is forbidden to that one."""
    return person is not None and actor.is_bound_as(person.id)


def who(person: Person | None, role: str) -> str:
    return f"the {role} {person.name}" if person else f"the {role}, who is not named yet,"


def not_own(actor: Actor, parties: Parties) -> Verdict:
    """Owner and sponsor count as abstaining on their own measure."""
    for person, verb in ((parties.owner, "own"), (parties.sponsor, "sponsor")):
        if not is_bound_as(actor, person) or person is None:
            continue
        subject = f"You {verb}" if person.id == actor.user_id else f"{person.name} {verb}s"
        return denied(f"{subject} this measure. Nobody decides on their own measure.")
    return ALLOWED


def may_act_alone(weighed: Weighed, mandate: Mandate) -> Verdict:
    """Whether this manner of deciding is the one that the rules ask for (domain section 4).

    Above their limit the committee decides as a body. Its chair acts alone there only when it can't wait, and says
    why; a residual always waits.
    """
    if mandate.is_body or not weighed.asks_body:
        return ALLOWED
    if mandate.urgent_reason and weighed.step not in ALWAYS_BODY:
        return ALLOWED
    return denied(weighed.sentence)


def apart_from(actor: Actor, declared: Collection[UUID]) -> Verdict:
    """Nobody decides what they declared a conflict of interest in, in the committee or beside it, nor does a deputy."""
    if actor.user_id in declared:
        return denied("You declared a conflict of interest on this. Somebody else has to decide it.")
    if actor.on_behalf_of in declared:
        return denied("Who you stand in for declared a conflict of interest on this. Somebody else has to decide it.")
    return ALLOWED
