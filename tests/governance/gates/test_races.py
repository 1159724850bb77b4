"""Racing people: one wins, the others hear so (domain section 16)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection

from cat4.accounts.actor import Actor, Role
from cat4.audit.ledger import verify_chain
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision, GateRequest
from measures.models import Measure, PlanVersion
from tests.governance.gates.test_decisions import asked
from tests.governance.ready import add_person, ready_measure
from tests.world import World

THREADS = 40


def race(world: World, act: Callable[[int], object], count: int = THREADS) -> Counter[str]:
    """Let `count` threads act at once, each on its own connection; how each ended."""
    start = Barrier(count)

    def act_with_the_others(number: int) -> str:
        try:
            start.wait()
            with world.inside():
                act(number)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(count) as pool:
        contexts = [copy_context() for _ in range(count)]
        return Counter(pool.map(lambda number: contexts[number].run(act_with_the_others, number), range(count)))


@pytest.mark.django_db(transaction=True)
def test_of_forty_who_decide_the_same_request_one_wins(world: World) -> None:
    with world.inside():
        request = asked(world, 2)
    chair = world.actor("chair")

    def decide(number: int) -> None:
        outcome = "advance" if number % 2 else "return"
        decide_gate(chair, request.pk, outcome=outcome, reason=f"Number {number}.")

    assert race(world, decide) == {"done": 1, "conflict": THREADS - 1}
    with world.inside():
        decision = GateDecision.objects.get()
        assert Measure.objects.get().doi == (3 if decision.outcome == "advance" else 2)
        assert PlanVersion.objects.count() == (1 if decision.outcome == "advance" else 0)
        assert LedgerEntry.objects.filter(entry__verb__in=["gate.decided", "gate.returned"]).count() == 1
        assert verify_chain().intact


@pytest.mark.django_db(transaction=True)
def test_of_forty_approvers_one_decides_and_the_others_are_told_by_whom(world: World) -> None:
    approvers = [world.actor(add_person(world, f"Manager{number}", Role.PMO)) for number in range(THREADS)]
    with world.inside():
        request = asked(world, 1)
    told: list[str] = []

    def decide(number: int) -> None:
        try:
            decide_gate(approvers[number], request.pk, outcome="advance", reason=f"Number {number}.")
        except Conflict as conflict:
            told.append(conflict.message)
            raise

    assert race(world, decide) == {"done": 1, "conflict": THREADS - 1}
    with world.inside():
        decision = GateDecision.objects.select_related("decided_by").get()
    said = f"{decision.decided_by.name} decided this request in the meantime: advance (decision {decision.number})."
    assert told == [said] * (THREADS - 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_request_is_open(world: World) -> None:
    with world.inside():
        measure = ready_measure(world)
    actors: list[Actor] = [world.actor("owner"), world.actor("pmo")]
    result = race(world, lambda number: request_gate(actors[number % 2], measure.pk), 10)
    assert result == {"done": 1, "conflict": 9}
    with world.inside():
        assert GateRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_decisions_on_different_measures_take_different_numbers(world: World) -> None:
    with world.inside():
        requests = [
            request_gate(world.actor("owner"), ready_measure(world, code=f"M-{number}").pk) for number in range(8)
        ]
    pmo = world.actor("pmo")
    ended = race(
        world, lambda number: decide_gate(pmo, requests[number].pk, outcome="advance", reason="Agreed."), len(requests)
    )
    assert ended == {"done": 8}
    with world.inside():
        assert sorted(GateDecision.objects.values_list("number", flat=True)) == list(range(1, 9))
        assert verify_chain().entries == 8


@pytest.mark.django_db(transaction=True)
def test_of_several_who_decide_the_same_change_one_wins_and_one_version_follows(world: World) -> None:
    from tests.governance.changing import OCT, confirmed, decided, plan_of, propose

    with world.inside():
        measure = decided(world)
        request = confirmed(world, propose(world, measure))
    chair = world.actor("chair")

    def decide(number: int) -> None:
        decide_gate(chair, request.pk, outcome="change" if number % 2 else "return", reason=f"Number {number}.")

    assert race(world, decide, 10) == {"done": 1, "conflict": 9}
    with world.inside():
        changed = GateDecision.objects.get().outcome == "change"
        assert PlanVersion.objects.count() == (2 if changed else 1)
        assert plan_of(measure)[OCT] == (80 if changed else 100)
        assert verify_chain().intact
