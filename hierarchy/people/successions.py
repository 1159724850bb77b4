"""Who takes over when a person leaves (domain section 2: nothing may silently lose its controller).

Duties live in the apps above, which this one may not import. A capability registers a source of duties
in its `seams.py`, under its own name:

    successions.register("measures", Succession(duties=duties_of_person, hand_over=hand_over_duty))

`duties(user_id)` lists what the person is answerable for and what is still open. `hand_over(actor,
duty, successor_id)` gives one duty to another person: it locks, changes, records and publishes like
any action, raises Invalid when the successor may not have it, and asks no policy, because the
administrator who deactivates a member needs no right over money to replace a name. `seen(actor, duties)` gives
the ids of the objects that the actor may see: of the others no page tells the title.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from cat4.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """Something open that a person is answerable for.

    `kind` is the field's word ("controller"), `title` names the object ("M-1 Bundle steel"), `url_name`
    is the page of the object, taking its id as `pk`.
    """

    source: str
    kind: str
    object_id: UUID
    title: str
    url_name: str = ""

    @property
    def key(self) -> str:
        """What names the duty in a form and in `successors`."""
        return f"{self.source}-{self.kind}-{self.object_id}".replace(" ", "-")

    @property
    def label(self) -> str:
        """`Controller of M-1 Bundle steel`."""
        return f"{self.kind[:1].upper()}{self.kind[1:]} of {self.title}"


@dataclass(frozen=True, slots=True)
class ShownDuties:
    """What somebody may read of a person's duties: those of objects that they see, and how many others there are."""

    seen: list[Duty]
    hidden: int

    @property
    def total(self) -> int:
        return len(self.seen) + self.hidden


def _all_of_them(actor: Actor, duties: Collection[Duty]) -> set[UUID]:
    return {duty.object_id for duty in duties}


@dataclass(frozen=True, slots=True)
class Succession:
    """A source of duties, and the way to hand one over."""

    duties: Callable[[UUID], list[Duty]]
    hand_over: Callable[[Actor, Duty, UUID], None]
    seen: Callable[[Actor, Collection[Duty]], set[UUID]] = _all_of_them


_sources: dict[str, Succession] = {}


def register(name: str, succession: Succession) -> None:
    """Make a source of duties known; registering a name again replaces it."""
    _sources[name] = succession


def duties_of(user_id: UUID) -> list[Duty]:
    """Everything open that the person is answerable for, source by source."""
    return [duty for source in _sources.values() for duty in source.duties(user_id)]


def shown_duties(actor: Actor, user_id: UUID) -> ShownDuties:
    """The same as `actor` may read them."""
    every = {name: source.duties(user_id) for name, source in _sources.items()}
    ids = {name: _sources[name].seen(actor, duties) for name, duties in every.items() if duties}
    seen = [duty for name, duties in every.items() for duty in duties if duty.object_id in ids[name]]
    return ShownDuties(seen, sum(map(len, every.values())) - len(seen))


def hand_over(actor: Actor, duty: Duty, successor_id: UUID) -> None:
    """Give a duty to its successor.

    Raises:
        Invalid: the successor may not have it, such as an owner who would become controller.
    """
    _sources[duty.source].hand_over(actor, duty, successor_id)
