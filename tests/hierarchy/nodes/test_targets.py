"""Targets by effect, kind and fiscal year, and what of them isn't allocated (domain 6.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from hierarchy.constants import Level
from hierarchy.models import Node, OrganizationSettings, Target
from hierarchy.nodes.actions.targets import set_target, set_targets
from hierarchy.nodes.selectors.node_page import TargetRow, target_years, targets_of
from tests.hierarchy.conftest import unchanged
from tests.world import World, build_world

D = Decimal


def set_at(world: World, level: Level, amount: str, **facts: Any) -> None:
    given = {"kind": "run_rate", "fiscal_year": 2028, **facts}
    set_target(world.actor("pmo"), node_id=world.nodes[level].pk, amount=D(amount), **given)


def row_of(world: World, level: Level = Level.PROGRAM) -> TargetRow:
    (row,) = targets_of(world.nodes[level])
    return row


def second_project(world: World) -> Node:
    program = world.nodes[Level.PROGRAM]
    node = Node(parent=program, level=Level.PROJECT, name="Second project")
    node.path = [*program.path, node.pk]
    node.save()
    return node


def test_what_no_child_was_given_stays_visible(inside: World) -> None:
    set_at(inside, Level.PROGRAM, "1000")
    set_at(inside, Level.PROJECT, "400")
    row = row_of(inside)
    assert (row.amount, row.allocated, row.not_allocated, row.is_over_allocated) == (D(1000), D(400), D(600), False)


def test_children_may_be_given_more_than_there_is_and_the_difference_is_negative(inside: World) -> None:
    set_at(inside, Level.PROGRAM, "1000")
    set_at(inside, Level.PROJECT, "700")
    set_target(inside.actor("pmo"), node_id=second_project(inside).pk, kind="run_rate", fiscal_year=2028, amount=D(500))
    row = row_of(inside)
    assert (row.allocated, row.not_allocated, row.is_over_allocated) == (D(1200), D(-200), True)


def test_giving_on_more_cost_than_there_is_is_over_allocated_too(inside: World) -> None:
    set_at(inside, Level.PROGRAM, "-100", effect="one_time_cost")
    set_at(inside, Level.PROJECT, "-120", effect="one_time_cost")
    row = row_of(inside)
    assert (row.not_allocated, row.is_over_allocated) == (D(20), True)


def test_effects_kinds_and_years_are_cells_of_their_own(inside: World) -> None:
    set_at(inside, Level.PROGRAM, "1000")
    set_at(inside, Level.PROGRAM, "300", kind="in_year")
    set_at(inside, Level.PROGRAM, "900", fiscal_year=2027)
    set_at(inside, Level.PROGRAM, "-50", effect="capex", kind="in_year", fiscal_year=2027)
    set_at(inside, Level.PROGRAM, "12.5", effect="fte")
    set_at(inside, Level.PROJECT, "10", effect="fte")
    cells = [(r.fiscal_year, r.effect, r.kind, r.amount, r.allocated) for r in targets_of(inside.nodes[Level.PROGRAM])]
    assert cells == [
        (2027, "ebitda", "run_rate", D(900), D(0)),
        (2027, "capex", "in_year", D(-50), D(0)),
        (2028, "ebitda", "run_rate", D(1000), D(0)),
        (2028, "ebitda", "in_year", D(300), D(0)),
        (2028, "fte", "run_rate", D("12.5"), D(10)),
    ]
    assert AuditEntry.objects.latest("at", "id").change["effect"] == "fte"


def test_a_target_that_only_children_have_is_shown_without_a_difference(inside: World) -> None:
    set_at(inside, Level.PROJECT, "400")
    row = row_of(inside)
    assert (row.amount, row.allocated, row.not_allocated, row.is_over_allocated) == (None, D(400), None, False)


def test_retired_children_are_given_nothing(inside: World) -> None:
    set_at(inside, Level.PROGRAM, "1000")
    other = second_project(inside)
    set_target(inside.actor("pmo"), node_id=other.pk, kind="run_rate", fiscal_year=2028, amount=D(500))
    Node.objects.filter(pk=other.pk).update(retired_at=clock.now())
    assert row_of(inside).allocated == D(0)


def test_an_unknown_effect_is_refused(world: World) -> None:
    with unchanged(world, Target), world.inside(), pytest.raises(Invalid) as refusal:
        set_at(world, Level.PROGRAM, "1", effect="growth")
    assert list(refusal.value.errors) == ["effect"]


def test_the_page_edits_several_years_and_effects_at_once(client: Client, world: World) -> None:
    client.force_login(world.people["pmo"])
    node = world.nodes[Level.PROGRAM]
    path = world.url(f"/nodes/{node.pk}/targets/")
    page = client.get(path).content.decode()
    assert all(f'name="fte_in_year_{year}"' in page for year in range(2026, 2030))
    typed = {"ebitda_run_rate_2028": "1,000,000", "ebitda_in_year_2027": "250000", "fte_run_rate_2028": "-12.5"}
    answer = client.post(path, typed, follow=True).content.decode()
    assert "EBITDA, run-rate" in answer and "Headcount (FTE), run-rate" in answer
    with world.inside():
        assert Target.objects.count() == 3
        project = world.nodes[Level.PROJECT]
        set_target(world.actor("pmo"), node_id=project.pk, kind="run_rate", fiscal_year=2028, amount=D(1_500_000))
    page = client.get(world.url(f"/nodes/{node.pk}/")).content.decode()
    assert "−500,000" in page and "Over-allocated" in page
    with unchanged(world, Target):
        refused = client.post(path, {**typed, "capex_in_year_2029": "much"})
    assert (refused.status_code, "Capex, in year 2029" in refused.content.decode()) == (422, True)


def test_the_api_sets_and_reads_targets_with_what_is_not_allocated(client: Client, world: World) -> None:
    client.force_login(world.people["pmo"])
    program, project = (world.nodes[level].pk for level in (Level.PROGRAM, Level.PROJECT))
    for node, amount in ((project, "1200.00"), (program, "1000.00")):
        cell = {"fiscal_year": 2028, "kind": "run_rate", "amount": amount}
        answer = client.put(
            world.url(f"/api/v1/nodes/{node}/targets/"), {"targets": [cell]}, content_type="application/json"
        )
    assert answer.json()["targets"] == [
        {
            "fiscal_year": 2028, "effect": "ebitda", "kind": "run_rate", "amount": "1000.00",
            "allocated": "1200.00", "not_allocated": "-200.00", "is_over_allocated": True,
        }
    ]  # fmt: skip
    twice = client.put(
        world.url(f"/api/v1/nodes/{program}/targets/"), {"targets": [cell, cell]}, content_type="application/json"
    )
    assert twice.status_code == 422


def test_with_a_fiscal_year_from_april_targets_are_asked_for_fiscal_years(db: None) -> None:
    april = build_world("april")
    april.organization.fiscal_year_start = 4
    april.organization.save()
    with april.inside():
        OrganizationSettings.objects.update(first_month=date(2024, 4, 1), last_month=date(2029, 3, 1))
        # 15 October 2026 lies in fiscal year 2027; the calendar ends with fiscal year 2029.
        assert target_years(april.nodes[Level.PROGRAM]) == [2027, 2028, 2029]
        node = april.nodes[Level.PROGRAM].pk
        with pytest.raises(Invalid, match="The fiscal calendar runs from 2025 to 2029"):
            set_targets(april.actor("pmo"), node_id=node, amounts={("ebitda", "run_rate", 2030): D(1)})
