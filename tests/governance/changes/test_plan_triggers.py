"""What SQL of the serving role can't do to a frozen plan, its versions, its dates and proposals."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError

from cat4.errors import Invalid
from cat4.tenancy.ids import new_id
from governance.changes.models import PlanChange, PlanChangeLine
from governance.gates.actions.decisions import decide_gate, hold_measure
from governance.gates.models import GateApproval, GateDecision, GateRequest
from measures.models import Measure, PlanVersion
from measures.money.actions.plans import LineChange, apply_plan_change
from tests.governance.changing import OCT, accepted, confirmed, decided, everything, propose, steel
from tests.governance.gates.test_database import run
from tests.governance.gates.test_decisions import HOLD
from tests.governance.ready import NOW
from tests.world import World, lock_months


@pytest.fixture
def measure(inside: World) -> Measure:
    return decided(inside)


def change(world: World, measure: Measure) -> None:
    request = confirmed(world, propose(world, measure))
    decide_gate(world.actor("chair"), request.pk, outcome="change", reason="Agreed.")


def refused(measure: Measure, said: str, statement: str, *values: Any) -> None:
    """The statement fails with our sentence, and nothing moved."""
    before = everything(measure)
    with pytest.raises(DatabaseError, match=said):
        run(statement, *values)
    assert everything(measure) == before


def insert_version(world: World, measure: Measure, number: int) -> tuple[str, tuple[Any, ...]]:
    statement = (
        "INSERT INTO measures_planversion (id, organization_id, measure_id, number, frozen_at, reason)"
        " VALUES (%s, %s, %s, %s, now(), 'Mine')"
    )
    return statement, (new_id(), world.organization.pk, measure.pk, number)


def insert_month(world: World, measure: Measure, version: PlanVersion, month: str, amount: int) -> Any:
    statement = (
        "INSERT INTO measures_planmonth (id, organization_id, plan_version_id, line_id, month, amount)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )
    return statement, (new_id(), world.organization.pk, version.pk, steel(measure).pk, month, amount)


@pytest.mark.parametrize("change_first", [False, True])
def test_a_month_moves_only_to_what_the_newest_version_says(
    inside: World, measure: Measure, change_first: bool
) -> None:
    if change_first:
        change(inside, measure)
    for statement in (
        "UPDATE measures_effectmonth SET plan = 90 WHERE month = '2026-10-01'",
        "UPDATE measures_effectmonth SET plan = NULL WHERE month = '2026-11-01'",
        "DELETE FROM measures_effectmonth WHERE month = '2026-11-01'",
    ):
        refused(measure, "the plan of .* is frozen", statement)


def test_after_a_change_not_even_the_first_version_comes_back(inside: World, measure: Measure) -> None:
    change(inside, measure)
    refused(
        measure, "the plan of .* is frozen", "UPDATE measures_effectmonth SET plan = 100 WHERE month = '2026-10-01'"
    )


@pytest.mark.parametrize("number", [2, 3])
def test_a_version_needs_a_change_decision_and_its_turn(inside: World, measure: Measure, number: int) -> None:
    said = "a frozen plan changes only by a decision" if number == 2 else "plan version 2 follows 1, not 3"
    statement, values = insert_version(inside, measure, number)
    refused(measure, said, statement, *values)


def test_a_decision_lets_one_version_follow_and_no_second(inside: World, measure: Measure) -> None:
    change(inside, measure)
    statement, values = insert_version(inside, measure, 3)
    refused(measure, "a frozen plan changes only by a decision", statement, *values)


def test_another_decision_lets_none_follow(inside: World, measure: Measure) -> None:
    hold_measure(inside.actor("chair"), measure.pk, **HOLD)
    statement, values = insert_version(inside, measure, 2)
    refused(measure, "a frozen plan changes only by a decision", statement, *values)


@pytest.mark.parametrize("number", [1, 2])
def test_no_month_is_added_to_a_version_that_was_not_decided_so(inside: World, measure: Measure, number: int) -> None:
    change(inside, measure)
    version = PlanVersion.objects.get(number=number)
    said = "an earlier plan version stays as it is" if number == 1 else "is not what was decided"
    statement, values = insert_month(inside, measure, version, "2028-01-01", 5)
    refused(measure, said, statement, *values)


def test_no_month_is_added_to_the_first_version_either(inside: World, measure: Measure) -> None:
    statement, values = insert_month(inside, measure, PlanVersion.objects.get(), "2028-01-01", 5)
    refused(measure, "is not what was decided", statement, *values)


def test_a_month_that_is_locked_before_the_change_is_carried_out_keeps_its_plan(
    inside: World, measure: Measure
) -> None:
    """The action names it; where it is left out, the database refuses the month."""
    request = confirmed(inside, propose(inside, measure))
    GateDecision.objects.create(
        number=1, measure=measure, request=request, outcome="change", from_doi=3, to_doi=3, reason="Agreed.",
        decided_by=inside.people["chair"], decided_at=NOW, manner="chair", weight=1,
    )  # fmt: skip
    lock_months(OCT)
    lines = {steel(measure).pk: LineChange({OCT: Decimal(80)})}
    before = everything(measure)
    with pytest.raises(Invalid, match="Oct 2026 locked since"):
        apply_plan_change(inside.actor("chair"), measure, lines=lines, dates={}, gates={}, reason="Agreed.", at=NOW)
    assert everything(measure) == before
    version = PlanVersion.objects.create(
        measure=measure, number=2, frozen_at=NOW, reason="Agreed.", **measure.planned_gates
    )
    statement, values = insert_month(inside, measure, version, "2026-10-01", 80)
    assert run(statement, *values) == 1
    refused(measure, "the plan of .* is frozen", "UPDATE measures_effectmonth SET plan = 80 WHERE month = '2026-10-01'")


@pytest.mark.parametrize("change_first", [False, True])
def test_a_baseline_date_moves_only_to_what_the_newest_version_says(
    inside: World, measure: Measure, change_first: bool
) -> None:
    if change_first:
        change(inside, measure)
    statement = "UPDATE measures_milestone SET baseline_on = '2027-06-01' WHERE id = %s"
    refused(measure, "the baseline date of Line accepted is frozen", statement, accepted(measure).pk)


def test_a_milestone_does_not_slip_away_to_a_plan_that_is_open(inside: World, measure: Measure) -> None:
    other = inside.measure("M-2", doi=1)
    statement = "UPDATE measures_milestone SET measure_id = %s WHERE id = %s"
    refused(measure, "stays with its measure", statement, other.pk, accepted(measure).pk)


def test_no_date_is_added_to_a_version_that_was_not_decided_so(inside: World, measure: Measure) -> None:
    change(inside, measure)
    late = measure.milestones.create(name="Late", baseline_on="2027-01-11", forecast_on="2027-01-11")
    statement = (
        "INSERT INTO measures_planmilestone (id, organization_id, plan_version_id, milestone_id, baseline_on)"
        " VALUES (%s, %s, %s, %s, '2027-05-05')"
    )
    version = PlanVersion.objects.get(number=2)
    refused(measure, "is not what was decided", statement, new_id(), inside.organization.pk, version.pk, late.pk)


def test_a_proposal_takes_nothing_more_once_it_is_handed_in(inside: World, measure: Measure) -> None:
    request = propose(inside, measure)
    part = PlanChangeLine.objects.get()
    month = (
        "INSERT INTO governance_planchangemonth (id, organization_id, part_id, month, after)"
        " VALUES (%s, %s, %s, '2026-12-01', 1)"
    )
    day = (
        "INSERT INTO governance_planchangedate (id, organization_id, change_id, milestone_id, before, after)"
        " VALUES (%s, %s, %s, %s, '2026-12-10', '2027-12-10')"
    )
    line = (
        "INSERT INTO governance_planchangeline (id, organization_id, change_id, line_id, currency, ramp_months)"
        " VALUES (%s, %s, %s, %s, 'EUR', 0)"
    )
    own = (new_id(), inside.organization.pk)
    said = "a proposal stays as it was handed in"
    refused(measure, said, month, *own, part.pk)
    refused(measure, said, day, *own, part.change_id, accepted(measure).pk)
    refused(measure, said, line, *own, part.change_id, measure.lines.get(name="Tooling").pk)
    other = GateRequest.objects.create(
        measure=inside.measure("M-2", doi=3), kind="change", from_doi=3, to_doi=3, state="submitted",
        requested_by=inside.people["owner"],
    )  # fmt: skip
    whole = "INSERT INTO governance_planchange (id, organization_id, request_id, base_number) VALUES (%s, %s, %s, 1)"
    refused(measure, said, whole, *own, other.pk)
    assert PlanChange.objects.get().request_id == request.pk


@pytest.mark.parametrize("table", ["planchange", "planchangeline", "planchangemonth", "planchangedate"])
def test_a_proposal_is_neither_changed_nor_deleted(inside: World, measure: Measure, table: str) -> None:
    from tests.governance.changing import LATER

    propose(inside, measure, dates={accepted(measure).pk: LATER})
    refused(measure, "permission denied", f"DELETE FROM governance_{table}")
    refused(measure, "permission denied", f"UPDATE governance_{table} SET id = id")


def test_only_the_controller_confirms_a_changed_plan(inside: World, measure: Measure) -> None:
    request = propose(inside, measure)
    with pytest.raises(DatabaseError, match="only the controller of a measure confirms a changed plan"):
        GateApproval.objects.create(
            request=request, kind="plan_change", person=inside.people["pmo"], granted=True, at=NOW
        )


@pytest.mark.parametrize(
    ("persona", "sentence"),
    [
        ("owner", "the owner of a measure does not decide on it"),
        ("sponsor", "the sponsor of a measure decides only gate 4"),
        ("controller", "confirms a changed plan and does not decide on it"),
        ("pmo", "who asked for a gate does not pass it"),
    ],
)
def test_a_changed_plan_is_not_decided_by_who_has_a_part_in_it(
    inside: World, measure: Measure, persona: str, sentence: str
) -> None:
    request = propose(inside, measure, by="pmo")
    statement = (
        "INSERT INTO governance_gatedecision (id, organization_id, number, measure_id, request_id, outcome, from_doi,"
        " to_doi, reason, rule_results, decided_by_id, decided_at)"
        " VALUES (%s, %s, 1, %s, %s, 'change', 3, 3, 'So be it', '[]', %s, now())"
    )
    person = inside.people[persona].pk
    refused(measure, sentence, statement, new_id(), inside.organization.pk, measure.pk, request.pk, person)


@pytest.mark.parametrize("field", ["decide_by", "implement_by", "close_by"])
def test_planned_gates_move_only_to_what_the_newest_version_says(inside: World, measure: Measure, field: str) -> None:
    said = "the planned gate dates of .* are frozen"
    refused(measure, said, f"UPDATE measures_measure SET {field} = '2030-01-01' WHERE id = %s", measure.pk)


def test_no_version_plans_a_gate_that_nobody_asked_for(inside: World, measure: Measure) -> None:
    request = confirmed(inside, propose(inside, measure))
    GateDecision.objects.create(
        number=1, measure=measure, request=request, outcome="change", from_doi=3, to_doi=3, reason="Agreed.",
        decided_by=inside.people["chair"], decided_at=NOW, manner="chair", weight=1,
    )  # fmt: skip
    statement = (
        "INSERT INTO measures_planversion (id, organization_id, measure_id, number, frozen_at, reason, decide_by,"
        " implement_by, close_by) VALUES (%s, %s, %s, 2, now(), 'Agreed.', %s, '2030-01-01', %s)"
    )
    values = (new_id(), inside.organization.pk, measure.pk, measure.decide_by, measure.close_by)
    refused(measure, "are not what was decided", statement, *values)
