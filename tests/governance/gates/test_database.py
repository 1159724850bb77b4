"""What the database itself refuses, to raw SQL of the serving role too (domain sections 4 and 5)."""

from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cat4.tenancy.ids import new_id
from governance.deviations.constants import DEVIATION_EDGES
from governance.deviations.models import Deviation
from governance.diagrams import state_page
from governance.gates.actions.decisions import hold_measure
from governance.gates.constants import REQUEST_MOVES, RequestState
from governance.gates.models import GateDecision, GateRequest
from governance.gates.transitions import DOI_TRANSITIONS, REQUEST_EDGES
from measures.constants import DOI_EDGES, LIFECYCLE_EDGES, Doi, Lifecycle
from measures.models import EffectMonth, Measure
from tests.governance.gates.test_decisions import HOLD
from tests.governance.ready import ready_measure
from tests.world import World


def run(statement: str, *values: Any) -> int:
    """Raw SQL as the serving role; the number of rows it changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def edges_of(model: type, field: str) -> set[tuple[Any, Any]]:
    machine = model._meta.get_field(field)  # type: ignore[attr-defined]
    return {(edge.source, edge.target) for edge in machine.get_all_transitions(model)}


def test_the_machines_have_the_edges_of_the_tables() -> None:
    assert edges_of(Measure, "doi") == set(DOI_EDGES)
    assert edges_of(Measure, "lifecycle") == set(LIFECYCLE_EDGES)
    assert edges_of(GateRequest, "state") == set(REQUEST_EDGES)
    assert edges_of(Deviation, "state") == set(DEVIATION_EDGES)


def test_every_edge_of_the_degree_has_its_transition_and_every_request_follows_an_edge() -> None:
    assert set(DOI_TRANSITIONS) == set(DOI_EDGES)
    moves = {(doi, doi + step) for _, degrees, step in REQUEST_MOVES.values() for doi in degrees if step}
    assert moves == set(DOI_EDGES)


def test_the_page_of_states_is_current(settings: Any) -> None:
    assert (settings.BASE_DIR / "docs" / "states.md").read_text() == state_page(), "run manage.py state_diagrams"


@pytest.mark.parametrize(("source", "target"), [pair for pair in product(Doi.values, Doi.values) if pair[0] != pair[1]])
def test_no_degree_is_changed_by_sql(inside: World, source: int, target: int) -> None:
    lifecycle = Lifecycle.CLOSED if source == 5 else Lifecycle.ACTIVE
    measure = inside.measure(doi=source, lifecycle=lifecycle)
    with pytest.raises(DatabaseError):
        run("UPDATE measures_measure SET doi = %s WHERE id = %s", target, measure.pk)
    assert Measure.objects.get().doi == source


@pytest.mark.parametrize(
    ("source", "target"), [pair for pair in product(Lifecycle.values, Lifecycle.values) if pair[0] != pair[1]]
)
def test_no_lifecycle_is_changed_by_sql(inside: World, source: str, target: str) -> None:
    measure = inside.measure(doi=5 if source == Lifecycle.CLOSED else 2, lifecycle=source)
    with pytest.raises(DatabaseError):
        run("UPDATE measures_measure SET lifecycle = %s WHERE id = %s", target, measure.pk)
    assert Measure.objects.get().lifecycle == source


def test_a_decision_moves_its_measure_once(inside: World) -> None:
    """The newest decision of a measure that was held and resumed doesn't hold it again."""
    from governance.gates.actions.decisions import resume_measure

    measure = ready_measure(inside, doi=2)
    hold_measure(inside.actor("chair"), measure.pk, **HOLD)
    resume_measure(inside.actor("chair"), measure.pk, reason="Money is there.")
    with pytest.raises(DatabaseError, match="a lifecycle moves only by a decision"):
        run("UPDATE measures_measure SET lifecycle = 'on_hold' WHERE id = %s", measure.pk)
    with pytest.raises(DatabaseError, match="a degree moves only by a decision"):
        run("UPDATE measures_measure SET doi = 3 WHERE id = %s", measure.pk)


@pytest.mark.parametrize(
    ("source", "target"),
    [(a, b) for a, b in product(RequestState, RequestState) if a != b and (a, b) not in REQUEST_EDGES],
)
def test_no_request_moves_off_its_edges_by_sql(inside: World, source: str, target: str) -> None:
    measure = inside.measure()
    request = GateRequest.objects.create(
        measure=measure, kind="advance", from_doi=0, to_doi=1, state=source, requested_by=inside.people["owner"]
    )
    with pytest.raises(DatabaseError):
        run("UPDATE governance_gaterequest SET state = %s WHERE id = %s", target, request.pk)


def test_decisions_and_confirmations_are_only_ever_added(inside: World) -> None:
    measure = ready_measure(inside, doi=2)
    hold_measure(inside.actor("chair"), measure.pk, **HOLD)
    for statement in (
        "UPDATE governance_gatedecision SET reason = 'better'",
        "DELETE FROM governance_gatedecision",
        "UPDATE governance_gateapproval SET granted = true",
        "UPDATE audit_ledgerentry SET content = '{}'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_ledgerentry",
    ):
        with pytest.raises(DatabaseError):
            run(statement)
    assert GateDecision.objects.get().reason == HOLD["reason"]


def test_nobody_validates_an_own_entry(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    with pytest.raises(DatabaseError, match="effect_month_four_eyes"):
        run("UPDATE measures_effectmonth SET reported_by_id = validated_by_id WHERE validated IS NOT NULL")
    assert not EffectMonth.objects.filter(measure=measure, reported_by=inside.people["controller"]).exists()


def insert_decision(world: World, measure: Measure, persona: str, outcome: str, to_doi: int) -> int:
    request = GateRequest.objects.create(
        measure=measure, kind="advance", from_doi=measure.doi, to_doi=to_doi, requested_by=world.people["owner"]
    )
    return run(
        "INSERT INTO governance_gatedecision (id, organization_id, number, measure_id, request_id, outcome,"
        " from_doi, to_doi, reason, rule_results, is_gate, rule_set_number, manner, urgent_reason, resolution_kind,"
        " decided_by_id, decided_at)"
        " VALUES (%s, %s, 1, %s, %s, %s, %s, %s, 'So be it', '[]', true, 0, '', '', '', %s, now())",
        new_id(), world.organization.pk, measure.pk, request.pk, outcome, measure.doi, to_doi,
        world.people[persona].pk,
    )  # fmt: skip


def test_the_database_lets_nobody_sign_what_they_entered(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    entered = EffectMonth.objects.filter(measure=measure, month__lte="2026-02-01")
    entered.update(validated=None, validated_by=None, reported_by=inside.people["controller"])
    with pytest.raises(DatabaseError, match="who entered actuals does not sign the closure"):
        insert_decision(inside, measure, "controller", "advance", 5)


def test_the_database_takes_the_sponsor_at_gate_4(inside: World) -> None:
    assert insert_decision(inside, inside.measure(doi=3), "sponsor", "advance", 4) == 1


def test_one_open_request_per_measure(inside: World) -> None:
    measure = inside.measure()
    facts = {"measure": measure, "kind": "advance", "from_doi": 0, "to_doi": 1, "requested_by": inside.people["owner"]}
    GateRequest.objects.create(**facts, state="submitted")
    with pytest.raises(DatabaseError, match="gate_request_one_open"), transaction.atomic():
        GateRequest.objects.create(**facts, state="draft")
