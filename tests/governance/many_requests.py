"""Many people with many parts, and a request of every kind on measures of each, for what lists and policies answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import cycle
from typing import Any

from cat4.accounts.actor import Role
from governance.changes.models import PlanChange
from governance.closures.models import ClosureSignature
from governance.constants import RequestKind
from governance.gates.models import GateRequest
from governance.parties.selectors.amounts import amounts_of
from governance.rulebook.selectors import rules_in_force
from hierarchy.constants import Level, SeatRole
from hierarchy.models import Committee, CommitteeMember, Deputy, Node
from measures.constants import Doi, EffectKind, Lifecycle
from measures.models import Correction, EffectMonth, Measure
from measures.status.actions.recompute import recompute_measure
from tests.governance.ready import NOW, add_person, add_plan
from tests.measures.steps import AUG, OCT, line_for, month_of
from tests.world import TODAY, World, lock_months

# What is asked: of which degree and lifecycle, and by how many degrees the measure would move.
MOVES: tuple[tuple[str, int, str, int], ...] = (
    *((RequestKind.ADVANCE.value, doi, Lifecycle.ACTIVE.value, 1) for doi in range(5)),
    (RequestKind.HOLD.value, Doi.DECIDED, Lifecycle.ACTIVE.value, 0),
    (RequestKind.RESUME.value, Doi.DETAILED, Lifecycle.ON_HOLD.value, 0),
    (RequestKind.CANCEL.value, Doi.IDENTIFIED, Lifecycle.ACTIVE.value, 0),
    (RequestKind.REOPEN.value, Doi.CLOSED, Lifecycle.CLOSED.value, -1),
    (RequestKind.CHANGE.value, Doi.DECIDED, Lifecycle.ACTIVE.value, 0),
    (RequestKind.RESIDUAL.value, Doi.IMPLEMENTED, Lifecycle.ACTIVE.value, 0),
)
# Who has which part in a measure, where it isn't the persona of that name.
PARTS: tuple[dict[str, str | None], ...] = (
    {},
    {"controller": "pmo"},
    {"controller": "chair", "sponsor": "cora"},
    {"owner": "member", "sponsor": "chair"},
    {"owner": "pmo", "sponsor": "helga"},
    {"owner": "anna", "controller": "carl"},
    {"sponsor": None, "controller": None},
    {"owner": "paula", "controller": "otto"},
)
# Who asked, in turn, and for whom; nobody: a rule did.
ASKERS: tuple[tuple[str | None, str | None], ...] = (
    ("owner", None),
    ("pmo", None),
    ("dora", "chair"),
    (None, None),
    ("carl", None),
)
ROLES = {
    "Lead": [Role.VIEWER],
    "Paula": [Role.PMO],
    "Carl": [Role.CONTROLLER],
    "Cora": [Role.CONTROLLER],
    "Helga": [Role.VIEWER],
    "Otto": [Role.VIEWER],
    "Anna": [Role.CONTRIBUTOR],
    "Nina": [Role.VIEWER],
    "Nora": [],
    "Dora": [],
}
# For whom, and who stands in for them.
DEPUTIES = (
    ("chair", "dora"),
    ("chair", "controller"),
    ("controller", "owner"),
    ("controller", "sponsor"),
    ("controller", "reader"),
    ("sponsor", "controller"),
    ("sponsor", "dora"),
    ("owner", "controller"),
    ("pmo", "paula"),
    ("pmo", "chair"),
    ("helga", "member"),
    ("nina", "owner"),
)


@dataclass
class Requests:
    """The world with everybody in it, two bodies above its committee, a package elsewhere, and what was asked."""

    world: World
    board: Committee
    group: Committee
    elsewhere: Node
    asked: list[GateRequest] = field(default_factory=list)


def people_of_every_part(world: World) -> Requests:
    """A lead, a second portfolio manager, more controllers, the chairs of a board and of the body to which the
    committee escalates, somebody who works at the receiving unit, two for rules to name, of whom Nora sees no measure,
    and deputies across all duties."""
    for name, roles in ROLES.items():
        add_person(world, name, *roles)
    with world.inside():
        Node.objects.filter(pk=world.nodes[Level.PROJECT].pk).update(lead=world.people["lead"])
        made = Requests(world, _body(world, "Board", "helga"), _body(world, "Group", "otto"), _elsewhere(world))
        Committee.objects.filter(pk=world.committee.pk).update(escalation=made.group)
        world.committee.refresh_from_db()
        for principal, deputy in DEPUTIES:
            _stands_in(world, principal, deputy)
        _stands_in(world, "pmo", "anna", node=made.elsewhere)
    return made


def _body(world: World, name: str, chair: str) -> Committee:
    body = Committee.objects.create(name=name, node=world.nodes[Level.ORGANIZATION])
    CommitteeMember.objects.create(committee=body, user=world.people[chair], role=SeatRole.CHAIR)
    return body


def _elsewhere(world: World) -> Node:
    """A package in a program of its own, which nobody leads."""
    above = world.nodes[Level.PORTFOLIO]
    for level in (Level.PROGRAM, Level.PROJECT, Level.PACKAGE):
        node = Node(level=level, parent=above, name=f"Other {level.label}")
        node.path = [*above.path, node.pk]
        node.save()
        above = node
    return above


def _stands_in(world: World, principal: str, deputy: str, *, node: Node | None = None) -> None:
    Deputy.objects.create(
        principal=world.people[principal], deputy=world.people[deputy], first_day=TODAY, last_day=TODAY, node=node,
        reason="Leave", named_by=world.people["admin"], named_at=NOW,
    )  # fmt: skip


def ask_everything(made: Requests) -> None:
    """A request of every kind on a measure of each combination of people; a quarter of them lie elsewhere."""
    world, askers, book = made.world, cycle(ASKERS), rules_in_force()
    for number, parts in enumerate(PARTS):
        people = {part: world.people[who] if who else None for part, who in parts.items()}
        for place, (kind, doi, lifecycle, step) in enumerate(MOVES):
            to_doi = book.next_gate(doi) if kind == RequestKind.ADVANCE else doi + step
            measure = world.measure(
                f"M-{number}-{kind}-{doi}", doi=doi, lifecycle=lifecycle, **people,
                package=made.elsewhere if (number + place) % 4 == 3 else world.package,
            )  # fmt: skip
            if book.has_limits:
                recompute_measure(measure.pk)
            made.asked.append(_request(world, measure, kind, to_doi, next(askers)))


def ask_for_amounts(made: Requests) -> None:
    """Gate 3 and a change of the plan, for 600, 1,200 and 2,400 a year, of cost and of revenue."""
    for number, month in enumerate((50, 100, 200)):
        for kind in (EffectKind.EBITDA_COST, EffectKind.EBITDA_REVENUE):
            for asked, doi in ((RequestKind.ADVANCE, Doi.DETAILED), (RequestKind.CHANGE, Doi.DECIDED)):
                measure = made.world.measure(f"A-{number}-{kind}-{doi.value}", doi=doi, kind=kind)
                add_plan(made.world, measure)
                EffectMonth.objects.filter(measure=measure, plan__gt=0).update(plan=month)
                recompute_measure(measure.pk)
                made.asked.append(_request(made.world, measure, asked, Doi.DECIDED, ASKERS[0]))


def _request(
    world: World, measure: Measure, kind: str, to_doi: int, asker: tuple[str | None, str | None]
) -> GateRequest:
    """Handed in; a change of the plan leaves the amounts as they are."""
    request = GateRequest(
        measure=measure, kind=kind, from_doi=measure.doi, to_doi=to_doi, submitted_at=NOW,
        requested_by=world.people[asker[0]] if asker[0] else None,
        on_behalf_of=world.people[asker[1]] if asker[1] else None,
    )  # fmt: skip
    request.save()
    if kind == RequestKind.CHANGE:
        amounts = amounts_of(measure)
        PlanChange.objects.create(
            request=request, base_number=0, annual_effect=amounts.annual_effect, cost=amounts.cost
        )  # fmt: skip
    request.submit()
    request.save()
    return request


def closings(made: Requests) -> list[GateRequest]:
    """The requests that ask for a closure."""
    return [request for request in made.asked if request.kind == RequestKind.ADVANCE and request.to_doi == Doi.CLOSED]


def enter_actuals(made: Requests) -> None:
    """Cora reported a month of every third measure that is to be closed and corrected one of the next, and the
    controllers reported one of the last two."""
    july, every = date(2026, 7, 1), closings(made)
    lock_months(july)
    for number, request in enumerate(every):
        line = line_for(made.world, request.measure)
        by: Any = {0: "cora"}.get(number % 3)
        reporter = request.measure.controller if request in every[-2:] else made.world.people.get(by)
        if reporter:
            month_of(line, AUG, reported=Decimal(1), reported_by=reporter, reported_at=NOW)
        if number % 3 == 1:
            Correction.objects.create(
                measure=request.measure, line=line, corrects=july, month=OCT, amount=1, reason="Late",
                entered_by=made.world.people["cora"], entered_at=NOW,
            )  # fmt: skip


def sign_first(request: GateRequest) -> None:
    """As the measure's controller, above the amount from which two sign."""
    controller = request.measure.controller
    assert controller is not None
    ClosureSignature.objects.create(
        request=request, number=ClosureSignature.objects.count() + 1, position=1, person=controller,
        comment="In the books.", run_rate=1, amount=1, needs_second=True, books="0" * 64, at=NOW,
    )  # fmt: skip
