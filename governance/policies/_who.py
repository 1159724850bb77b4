"""Who somebody is to a measure, and how a refusal names them."""

from collections.abc import Iterable

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied

from ..rules.facts import Parties, Person


def is_person(actor: Actor, person: Person | None) -> bool:
    return person is not None and actor.user_id == person.id


def among(actor: Actor, people: Iterable[Person]) -> bool:
    return any(actor.user_id == person.id for person in people)


def who(person: Person | None, role: str) -> str:
    return f"the {role} {person.name}" if person else f"the {role}, who is not named yet,"


def not_own(actor: Actor, parties: Parties) -> Verdict:
    """Owner and sponsor count as abstaining on their own measure."""
    if is_person(actor, parties.owner):
        return denied("You own this measure. Nobody decides on their own measure.")
    if is_person(actor, parties.sponsor):
        return denied("You sponsor this measure. Nobody decides on their own measure.")
    return ALLOWED
