"""What waits for a person. Each capability registers what of its own does, in its `seams.py`.

My work lists it and the navigation counts it: both are the union of what is registered here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from cat4.accounts.actor import Actor


class Page(StrEnum):
    """The pages of the navigation that list what waits; beside each stands how much it is."""

    MY_WORK = "my_work"
    CLOSURES = "closures"
    DECISIONS = "decisions"
    COMMITTEES = "committees"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a person has to act on, and the page on which they do: its name, and the id in its address.

    `amount` is what it is about, in the reporting currency a year; None where it is about no amount, or none is known.
    `due_on` is the last day; None without one.
    """

    object_id: UUID
    title: str
    url_name: str
    url_id: UUID
    amount: Decimal | None = None
    due_on: date | None = None


Find = Callable[[Actor], Iterable[Waiting]]
Count = Callable[[Actor], int]


@dataclass(frozen=True, slots=True)
class Waiter:
    """One kind of act that is waited for: its verb, the page that counts it, and how what waits is found."""

    name: str
    verb: str
    page: Page
    find: Find
    quick_count: Count | None = None

    def waiting_for(self, actor: Actor) -> list[Waiting]:
        """What waits for the actor, in the order in which it is to be done."""
        return list(self.find(actor))

    def count(self, actor: Actor) -> int:
        """How much that is."""
        return self.quick_count(actor) if self.quick_count else len(self.waiting_for(actor))


_waiters: dict[str, Waiter] = {}


def waits(name: str, verb: str, *, page: Page = Page.MY_WORK, count: Count | None = None) -> Callable[[Find], Find]:
    """Register a function that finds what waits for a person, and nothing that they may not act on.

    It reads what waits with one query, however much that is, and runs inside the organization's context. `count`
    says how much it is without reading it; without one, what was found is counted.
    """

    def register(find: Find) -> Find:
        if name in _waiters:
            raise ValueError(f"Two things that wait are named {name}.")
        _waiters[name] = Waiter(name, verb, page, find, count)
        return find

    return register


def waiters() -> Mapping[str, Waiter]:
    """By name, in order of registration, which is the order of INSTALLED_APPS: lower apps first."""
    return dict(_waiters)


def counts(actor: Actor) -> dict[Page, int]:
    """How much waits for the actor, by the page that lists it."""
    found: Counter[Page] = Counter()
    for waiter in _waiters.values():
        found[waiter.page] += waiter.count(actor)
    return {page: found[page] for page in Page}
