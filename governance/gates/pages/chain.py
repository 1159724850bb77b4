"""Who says what on a request, as its page lists it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cat4.wording import day_name
from governance.rules.catalog import face_of
from governance.rules.results import NOBODY

from ..selectors.chain import Asked, Link, StandIn


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A link with its words: what is said, by whom, and how that stands."""

    label: str
    who: str
    value: str
    state: str
    turn: int
    due_on: date | None
    is_late: bool
    deputies: tuple[str, ...]


def chain_lines(links: Iterable[Link]) -> list[ChainLine]:
    """A line per link, in the same order."""
    return [_line(link) for link in links]


def _line(link: Link) -> ChainLine:
    label, who, value = _confirmation(link.confirmation) if link.confirmation else _decision(link)
    deputies = tuple(_deputy(stand_in) for stand_in in link.stand_ins)
    return ChainLine(label, who, value, link.state, link.turn, link.due_on, link.is_late, deputies)


def _confirmation(asked: Asked) -> tuple[str, str, str]:
    entry, result = asked.entry, asked.result
    label = face_of(entry).text + (f", {entry.needed} people" if entry.needed > 1 else "")
    return label, result.supplier, result.value


def _decision(link: Link) -> tuple[str, str, str]:
    who = ", ".join(person.name for person in link.deciders) or NOBODY
    return "Decision", who, "may decide now" if link.state == "waiting" else "after the confirmations"


def _deputy(stand_in: StandIn) -> str:
    """`Dora for Chair Alder until 23 Oct 2026`."""
    return f"{stand_in.deputy} for {stand_in.person} until {day_name(stand_in.until)}"
