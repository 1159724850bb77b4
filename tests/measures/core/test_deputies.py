"""A deputy does on measures what the absent person may, says for whom, and is bound by what binds either of the two."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import override_settings

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry
from cat4.errors import NotAllowed
from cat4.waiting import Page, counts
from hierarchy.models import RoleGrant
from hierarchy.people.actions.deputies import name_deputy
from measures.core.actions.measures import edit_measure
from measures.desk.pages.mine import my_work
from measures.models import Baseline, EffectLine, EffectMonth, Measure
from measures.money.actions.actuals import report_actuals, validate_actuals
from measures.money.actions.baselines import approve_baseline
from measures.money.selectors.waiting import baselines_to_approve, months_to_validate
from measures.schedule.actions.hand_offs import accept_hand_off
from measures.schedule.selectors.hand_offs import milestones_to_accept
from tests.governance.ready import add_baseline, add_person
from tests.measures.steps import AUG, SEP, D, line_for, milestone_of, month_of, refused
from tests.world import World

MARKED = "by_deputies"


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    with world.inside(), override_settings(ROOT_URLCONF=settings.ORGANIZATION_URLCONF):
        add_person(world, "Dora")
        yield world


def stand_in(world: World, deputy: str, principal: str, **where: object) -> None:
    name_deputy(
        world.actor(principal), principal_id=world.people[principal].pk, deputy_id=world.people[deputy].pk,
        first_day=date(2026, 10, 12), last_day=date(2026, 10, 23), reason="Leave", **where,  # type: ignore[arg-type]
    )  # fmt: skip


def running(world: World, code: str = "M-1", entered_by: str = "owner") -> tuple[Measure, EffectLine]:
    """A decided measure with September reported and planned August still missing."""
    measure = world.measure(code, doi=3)
    line = line_for(world, measure)
    month_of(line, AUG, plan=D(100))
    month_of(line, SEP, plan=D(100), reported=D(90), reported_by=world.people[entered_by])
    return measure, line


def said_for(world: World) -> tuple[str, str]:
    """Who the last entry says acted, and for whom."""
    entry = AuditEntry.objects.latest("id")
    return entry.actor_name, entry.on_behalf_of_name


def test_a_deputy_of_the_controller_sees_their_list_and_validates_and_approves_for_them(inside: World) -> None:
    measure, line = running(inside)
    proposed = add_baseline(inside, inside.measure("M-2", doi=1), approved=False)
    stand_in(inside, "dora", "controller")
    dora, controller = inside.actor("dora"), inside.actor("controller")
    assert [task.title for task in my_work(dora).tasks] == [task.title for task in my_work(controller).tasks]
    assert counts(dora)[Page.MY_WORK] == counts(controller)[Page.MY_WORK] == 2
    assert {task.sub for task in my_work(dora).tasks} == {
        "Measure M-1, for Controller Alder", "Measure M-2, FY 2025, for Controller Alder",
    }  # fmt: skip
    assert {row.role for row in my_work(dora).measures} == {"Controller for Controller Alder"}
    validate_actuals(dora, measure.pk, line_id=line.pk, months=[SEP])
    assert EffectMonth.objects.get(month=SEP).validated_by_id == dora.user_id
    assert said_for(inside) == ("Dora", "Controller Alder")
    approve_baseline(dora, proposed.pk)
    assert said_for(inside) == ("Dora", "Controller Alder")
    assert counts(inside.actor("dora"))[Page.MY_WORK] == 0


def test_a_deputy_of_the_owner_writes_and_reports_for_them(inside: World) -> None:
    measure, line = running(inside)
    stand_in(inside, "dora", "owner")
    dora = inside.actor("dora")
    assert [task.title for task in my_work(dora).tasks] == [task.title for task in my_work(inside.actor("owner")).tasks]
    report_actuals(dora, measure.pk, line_id=line.pk, months={AUG: D(80)})
    assert said_for(inside) == ("Dora", "Owner Alder")
    edit_measure(dora, measure.pk, name="Steel")
    assert said_for(inside) == ("Dora", "Owner Alder")


@pytest.mark.parametrize("entered_by", ["controller", "dora"])
def test_what_either_entered_waits_for_neither_and_is_refused(inside: World, entered_by: str) -> None:
    measure, line = running(inside, entered_by=entered_by)
    planned = inside.measure("M-2", doi=1)
    proposed = Baseline.objects.create(
        measure=planned, number=1, type="prior_year", period="FY 2025", source="Ledger", amount=D(5), currency="EUR",
        proposed_by=inside.people[entered_by],
    )  # fmt: skip
    stand_in(inside, "dora", "controller")
    dora = inside.actor("dora")
    assert (months_to_validate(dora).count(), baselines_to_approve(dora).count()) == (0, 0)
    with refused(NotAllowed):
        validate_actuals(dora, measure.pk, line_id=line.pk, months=[SEP])
    with refused(NotAllowed):
        approve_baseline(dora, proposed.pk)


@pytest.mark.parametrize(("deputy", "principal"), [("owner", "controller"), ("sponsor", "controller")])
def test_a_deputy_joins_no_duties_that_are_apart(inside: World, deputy: str, principal: str) -> None:
    measure, line = running(inside, entered_by="pmo")
    stand_in(inside, deputy, principal)
    assert months_to_validate(inside.actor(deputy)).count() == 0
    with refused(NotAllowed, f"You are the {deputy} of this measure. You stand in for Controller Alder"):
        validate_actuals(inside.actor(deputy), measure.pk, line_id=line.pk, months=[SEP])


@pytest.mark.parametrize(("deputy", "entered_by"), [("owner", "pmo"), ("dora", "controller"), ("member", "owner")])
def test_the_database_asks_for_the_delegation_and_keeps_what_binds_either(
    inside: World, deputy: str, entered_by: str
) -> None:
    _, line = running(inside, entered_by=entered_by)
    for named in {"owner", "dora"} & {deputy}:
        stand_in(inside, named, "controller")
    with pytest.raises(DatabaseError, match="cat4: only the controller"), transaction.atomic():
        line.months.filter(month=SEP).update(
            validated=D(90), validated_by=inside.people[deputy], validated_at=clock.now()
        )


def test_a_controller_who_is_the_owners_deputy_enters_nothing_for_them_nor_a_deputy_for_the_controller(
    inside: World,
) -> None:
    measure, line = running(inside)
    stand_in(inside, "controller", "owner")
    with refused(NotAllowed, "You are the controller of this measure."):
        report_actuals(inside.actor("controller"), measure.pk, line_id=line.pk, months={AUG: D(80)})
    RoleGrant.objects.create(user=inside.people["controller"], node=inside.package, role=Role.PMO)
    stand_in(inside, "dora", "controller")
    with refused(NotAllowed):
        report_actuals(inside.actor("dora"), measure.pk, line_id=line.pk, months={AUG: D(80)})


def test_a_deputy_accepts_what_was_handed_over_unless_either_owns_the_measure(inside: World) -> None:
    handed = {"receiver": inside.people["member"], "handed_over_on": date(2026, 10, 14)}
    other = milestone_of(inside.measure("M-1", doi=3), **handed)
    milestone_of(inside.measure("M-2", doi=3, owner=inside.people["member"]), **handed)
    stand_in(inside, "dora", "member")
    assert [row.pk for row in milestones_to_accept(inside.actor("dora"))] == [other.pk]
    assert [row.pk for row in milestones_to_accept(inside.actor("member"))] == [other.pk]
    accept_hand_off(inside.actor("dora"), other.pk)
    assert said_for(inside) == ("Dora", "Member Alder")


def test_every_action_says_as_whom_it_goes_on() -> None:
    """A policy that answers for deputies is asked by `act_as` in actions, so that no record hides for whom."""
    root = Path(__file__).parents[3] / "measures"
    trees = {path: ast.parse(path.read_text()) for path in root.rglob("*.py")}
    marked = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(found) == MARKED for found in node.decorator_list)
    }
    hidden = []
    for path, tree in trees.items():
        if "actions" not in f"{path.parent.name}/{path.stem}":
            continue
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            names = {ast.unparse(call.func) for call in calls}
            asked = {ast.unparse(call.args[0].func) for call in calls if ast.unparse(call.func) == "require"
                     and call.args and isinstance(call.args[0], ast.Call)}  # fmt: skip
            if asked & marked and "act_as" not in names:
                hidden.append(f"{path.name}: {function.name}")
    assert marked and not hidden
