"""Who has to say what on a request, in which order, by when, and who may say it for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cat4 import clock
from governance.rules.book import Entry, RuleBook
from governance.rules.facts import Parties, Person
from governance.rules.own import approvers
from governance.rules.results import RuleResult
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.models import Deputy
from hierarchy.organization.selectors import organization
from hierarchy.people.selectors.deputies import deputies_of

from ..models import GateRequest


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who may say it for somebody, and the last day of that."""

    deputy: str
    person: str
    until: date


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmation that the request asks for, with what its rule found."""

    entry: Entry
    result: RuleResult


@dataclass(frozen=True, slots=True)
class Link:
    """A word that the request waits for, or has: a confirmation, or without one the decision, which `deciders` make.

    `state`: given, refused, waiting, later.
    """

    state: str
    confirmation: Asked | None = None
    deciders: tuple[Person, ...] = ()
    due_on: date | None = None
    is_late: bool = False
    stand_ins: tuple[StandIn, ...] = ()

    @property
    def turn(self) -> int:
        """Its place in the order that the rules ask for; 0 where they ask for none."""
        return self.confirmation.entry.turn if self.confirmation else 0


def chain_of(
    request: GateRequest,
    book: RuleBook,
    parties: Parties,
    results: Iterable[RuleResult],
    deciders: tuple[Person, ...],
) -> list[Link]:
    """The confirmations in the order in which they may be given, and the decision at the end."""
    by_approval = {result.approval: result for result in results if result.approval}
    asked = [entry for entry in book.asked(request.kind, request.from_doi) if entry.approval in by_approval]
    asked.sort(key=lambda entry: entry.turn)
    people = {entry.rule: approvers(parties, entry) for entry in asked}
    standing_in = deputies_of({person.id for every in (*people.values(), deciders) for person in every})
    links = [
        _link(entry, by_approval[entry.approval], _stand_ins(people[entry.rule], standing_in, parties))
        for entry in asked
    ]
    ready = all(link.state == "given" for link in links)
    able = _stand_ins(deciders, standing_in, parties)
    links.append(Link("waiting" if ready else "later", deciders=deciders, stand_ins=able))
    turns = sorted({entry.turn for entry in asked if entry.turn})
    before = [turns.index(link.turn) if link.turn else 0 for link in links[:-1]]
    return _dated(request, book, links, [*before, len(turns) or min(1, len(asked))])


def _dated(request: GateRequest, book: RuleBook, links: list[Link], before: list[int]) -> list[Link]:
    """Each due as many times the working days after the request was handed in as turns lie before it, and one."""
    home = organization()
    if book.answer_days is None or request.submitted_at is None:
        return links
    handed_in = request.submitted_at.astimezone(ZoneInfo(home.time_zone)).date()
    calendar, today = work_calendar(), clock.today(home.time_zone)
    due = [calendar.add(handed_in, book.answer_days * (turns + 1)) for turns in before]
    return [
        replace(link, due_on=on, is_late=link.state != "given" and on < today)
        for link, on in zip(links, due, strict=True)
    ]


def _link(entry: Entry, result: RuleResult, stand_ins: tuple[StandIn, ...]) -> Link:
    if result.passed:
        state = "given"
    elif result.waits_for:
        state = "later"
    else:
        state = "refused" if result.value.startswith("refused") else "waiting"
    return Link(state, Asked(entry, result), stand_ins=() if result.passed else stand_ins)


def _stand_ins(
    people: Iterable[Person], standing_in: dict[UUID, list[Deputy]], parties: Parties
) -> tuple[StandIn, ...]:
    """Those whose delegation reaches the measure."""
    return tuple(
        StandIn(row.deputy.name, person.name, row.last_day)
        for person in people
        for row in standing_in.get(person.id, ())
        if row.node_id is None or row.node_id in parties.path
    )


def expires_on(request: GateRequest, book: RuleBook) -> date | None:
    """The last day on which the request can be decided; None: it never expires."""
    if book.expiry_days is None or request.submitted_at is None:
        return None
    handed_in = request.submitted_at.astimezone(ZoneInfo(organization().time_zone)).date()
    return handed_in + timedelta(days=book.expiry_days)
