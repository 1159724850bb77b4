"""Deputies: they act for somebody, every record says so, and their own duties bind them (domain sections 2 and 5)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.waiting import Page, counts
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateApproval, GateDecision, GateRequest
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.waiting import decisions_waiting
from hierarchy.constants import Level
from hierarchy.models import Deputy, Node
from hierarchy.people.actions.deputies import end_deputy, name_deputy
from measures.core.selectors.measures import visible_measures
from measures.models import Measure
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import add_person, lock_through_september, ready_measure
from tests.measures.steps import refused
from tests.world import PASSWORD, World

FIRST, LAST = date(2026, 10, 12), date(2026, 10, 23)


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    with world.inside():
        add_person(world, "Dora")
        yield world


def deputize(world: World, principal: str, deputy: str = "dora", **facts: Any) -> Deputy:
    named: dict[str, Any] = {"deputy_id": world.people[deputy].pk, "first_day": FIRST, "last_day": LAST}
    facts = {**named, "reason": "Leave", **facts}
    return name_deputy(world.actor(principal), principal_id=world.people[principal].pk, **facts)


def decided(actor: Actor, request: GateRequest) -> GateDecision:
    return decide_gate(actor, request.pk, outcome="advance", reason="For him.")


def test_a_deputy_decides_for_somebody_and_every_record_says_so(inside: World) -> None:
    request = asked(inside, 2)
    assert list(visible_measures(inside.actor("dora"))) == []
    deputize(inside, "chair")
    dora, chair = inside.actor("dora"), inside.people["chair"].pk
    assert [row.pk for row in decisions_waiting(dora)] == [request.pk]
    assert counts(dora)[Page.DECISIONS] == 1
    decision = decided(dora, request)
    assert (decision.decided_by_id, decision.on_behalf_of_id) == (inside.people["dora"].pk, chair)
    entry = LedgerEntry.objects.latest("sequence").entry
    assert (entry.actor_id, entry.on_behalf_of_id) == (dora.user_id, chair)
    assert f'"on_behalf_of_id":"{chair}"' in LedgerEntry.objects.latest("sequence").content


def test_a_deputy_confirms_for_the_controller_by_name(inside: World) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside, doi=2).pk)
    deputize(inside, "controller")
    given = give_approval(inside.actor("dora"), request.pk, kind="size_and_timing")
    assert (given.person_id, given.on_behalf_of_id) == (inside.people["dora"].pk, inside.people["controller"].pk)
    result = next(row for row in checklist(request.measure, request) if row.rule == "size_and_timing")
    assert (result.passed, result.value) == (True, "Dora for Controller Alder")


def test_a_deputy_asks_for_the_owner_and_neither_of_them_decides_it(inside: World) -> None:
    deputize(inside, "pmo")
    request = request_gate(inside.actor("dora"), ready_measure(inside).pk)
    assert (request.requested_by_id, request.on_behalf_of_id) == (inside.people["dora"].pk, inside.people["pmo"].pk)
    with refused(NotAllowed):
        decided(inside.actor("dora"), request)
    with refused(NotAllowed, "You asked for this gate."):
        decided(inside.actor("pmo"), request)


@pytest.mark.parametrize(
    ("deputy", "said"),
    [("owner", "You own this measure."), ("sponsor", "You sponsor this measure."), ("controller", "You control this")],
)
def test_a_deputy_never_gains_what_their_own_part_forbids(inside: World, deputy: str, said: str) -> None:
    request = asked(inside, 2)
    deputize(inside, "chair", deputy)
    with refused(NotAllowed, said) as _:
        decided(inside.actor(deputy), request)
    assert (GateDecision.objects.count(), Measure.objects.get().doi) == (0, 2)


@pytest.mark.parametrize(
    ("principal", "deputy", "kind"),
    [
        ("controller", "owner", "size_and_timing"),
        ("controller", "sponsor", "size_and_timing"),
        ("sponsor", "controller", "sponsor"),
        ("sponsor", "owner", "sponsor"),
    ],
)
def test_duties_that_are_apart_are_not_joined_by_a_deputy(
    inside: World, principal: str, deputy: str, kind: str
) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside, doi=2).pk)
    deputize(inside, principal, deputy)
    with refused(NotAllowed, f"You are the {deputy} of this measure."):
        give_approval(inside.actor(deputy), request.pk, kind=kind)
    people = inside.people
    with pytest.raises(DatabaseError, match="cat4:"), transaction.atomic():
        GateApproval.objects.create(
            request=request, kind=kind, person=people[deputy], on_behalf_of=people[principal], granted=True,
            at=clock.now(),
        )  # fmt: skip


def test_the_database_asks_for_a_delegation_on_that_day_there(inside: World) -> None:
    request = asked(inside, 2)
    facts: dict[str, Any] = {
        "number": 1, "measure": request.measure, "request": request, "outcome": "advance", "from_doi": 2, "to_doi": 3,
        "reason": "x", "decided_by": inside.people["dora"], "on_behalf_of": inside.people["chair"],
        "manner": "chair", "weight": 1200,
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="standing in"), transaction.atomic():
        GateDecision.objects.create(**facts, decided_at=clock.now())
    deputize(inside, "chair")
    later = datetime(2026, 10, 24, 9, tzinfo=UTC)
    with pytest.raises(DatabaseError, match="standing in"), transaction.atomic():
        GateDecision.objects.create(**facts, decided_at=later)
    GateDecision.objects.create(**facts, decided_at=clock.now())


def test_a_closure_is_signed_in_person(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    lock_through_september()
    request = request_gate(inside.actor("owner"), measure.pk)
    deputize(inside, "controller", "member")
    with refused(NotAllowed, "a closure is signed in person"):
        sign_closure(inside.actor("member"), request.pk, reason="For her.", password=PASSWORD)


@pytest.mark.parametrize("day", [date(2026, 10, 11), date(2026, 10, 24)])
def test_a_delegation_holds_on_its_days_only(inside: World, day: date) -> None:
    request = asked(inside, 2)
    with clock.at(date(2026, 10, 1)):
        deputize(inside, "chair")
    with clock.at(day), pytest.raises(Http404):
        decided(inside.actor("dora"), request)


def test_a_delegation_holds_below_its_node_only(inside: World) -> None:
    request = asked(inside, 2)
    above = inside.nodes[Level.PROJECT]
    elsewhere = Node(level=Level.PACKAGE, parent=above, name="Elsewhere")
    elsewhere.path = [*above.path, elsewhere.pk]
    elsewhere.save()
    deputize(inside, "chair", node_id=elsewhere.pk)
    with pytest.raises(Http404):
        decided(inside.actor("dora"), request)
    deputize(inside, "chair", node_id=inside.package.pk)
    assert decided(inside.actor("dora"), request).to_doi == 3


def test_ended_it_no_longer_holds(inside: World) -> None:
    request = asked(inside, 2)
    named = deputize(inside, "chair")
    end_deputy(inside.actor("dora"), named.pk)
    with pytest.raises(Http404):
        decided(inside.actor("dora"), request)
    with refused(Conflict, "has ended"):
        end_deputy(inside.actor("chair"), named.pk)
    assert list(AuditEntry.objects.filter(verb__startswith="deputy").values_list("verb", flat=True).order_by("id")) == [
        "deputy.named", "deputy.ended",
    ]  # fmt: skip


def test_people_name_their_own_deputies_and_an_administrator_those_of_others_but_not_themselves(inside: World) -> None:
    people = inside.people
    facts = {"first_day": FIRST, "last_day": LAST, "reason": "Leave", "principal_id": people["chair"].pk}
    with refused(NotAllowed, "named by the person for whom they act"):
        name_deputy(inside.actor("pmo"), deputy_id=people["dora"].pk, **facts)  # type: ignore[arg-type]
    with refused(NotAllowed, "Nobody makes themselves a deputy"):
        name_deputy(inside.actor("admin"), deputy_id=people["admin"].pk, **facts)  # type: ignore[arg-type]
    assert name_deputy(inside.actor("admin"), deputy_id=people["dora"].pk, **facts).named_by_id == people["admin"].pk  # type: ignore[arg-type]
    with refused(NotAllowed):
        end_deputy(inside.actor("pmo"), Deputy.objects.get().pk)
    with refused(Conflict, "They act for them already"):
        name_deputy(inside.actor("admin"), deputy_id=people["dora"].pk, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"last_day": date(2026, 10, 1)}, "last_day"),
        ({"first_day": date(2026, 9, 1), "last_day": date(2026, 10, 14)}, "last_day"),
        ({"last_day": date(2028, 1, 1)}, "last_day"),
        ({"reason": " "}, "reason"),
    ],
)
def test_bad_input_is_named(inside: World, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        deputize(inside, "chair", **facts)
    assert set(refusal.value.errors) == {field}
    assert Deputy.objects.count() == 0


def test_people_and_nodes_of_another_organization_are_no_choice(inside: World, twin: World) -> None:
    with pytest.raises(Invalid) as refusal:
        deputize(inside, "chair", node_id=twin.package.pk, deputy_id=twin.people["pmo"].pk)
    assert set(refusal.value.errors) == {"deputy_id", "node_id"}
