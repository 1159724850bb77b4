# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.
"""What the explorer says about the fiscal year: sets of columns, their sorts and filters, and counts of its views."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from measures.constants import StatusKind
from measures.models import Measure, MeasureStatus
from reporting.explorer.selectors.columns import SORTS
from reporting.explorer.selectors.filters import Filters, view_counts
from reporting.explorer.selectors.keyset import page_of
from reporting.figures.selectors.lists import furthest_below_plan, trap_since
from reporting.figures.selectors.measures import with_figures, with_year_figures
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.reporting.portfolio import packages_of, rated
from tests.world import World

pytestmark = pytest.mark.urls("cat4.urls_organization")


def year(world: World) -> None:
    first, second = packages_of(world)
    for code, package, sums in (
        ("A", first, {"timing_loss": 200, "exit_run_rate": 90, "payback_month": date(2027, 3, 1)}),
        ("B", first, {"magnitude_loss": 50, "exit_run_rate": 300, "payback_month": date(2026, 11, 1)}),
        (
            "C",
            second,
            {
                "timing_loss": 500,
                "exit_run_rate": 10,
                "assumed_in_year": 40,
                "forecast_in_year": 60,
                "stale_in_year": 20,
            },
        ),
    ):
        rated(
            world,
            code,
            plan=100,
            package=package,
            totals={"plan_in_year": 1000, "fac_in_year": 700, "stale_in_year": 0, **sums},
        )
    rebuild_reports()


def listed(client: Client, world: World, query: str) -> list[str]:
    answer = client.get(world.url(f"/explorer/?{query}"))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return re.findall(r'<a class="nm" href="[^"]*">Measure ([^<]*)</a>', answer.content.decode())


@pytest.fixture
def pmo(world: World, client: Client) -> Client:
    client.force_login(world.people["pmo"])
    with world.inside():
        year(world)
    return client


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("sort=timing&columns=variance&cause=timing", ["C", "A"]),
        ("sort=exit&columns=year", ["B", "A", "C"]),
        ("sort=payback&columns=year", ["B", "A", "C"]),
        ("sort=unconfirmed&columns=year", ["C"]),
    ],
)
def test_a_sort_shows_first_what_was_asked_for(world: World, pmo: Client, query: str, codes: list[str]) -> None:
    assert listed(pmo, world, query)[: len(codes)] == codes


def test_columns_change_what_the_tree_shows_and_stay_while_it_is_opened(world: World, pmo: Client) -> None:
    text = pmo.get(world.url("/explorer/?columns=year")).content.decode()
    assert "EBITDA of FY 2026 in kEUR" in text
    assert ">Carry-over</a>" in text
    assert "columns=year" in re.findall(r'hx-get="([^"]*)"', text)[0]
    assert pmo.get(world.url("/explorer/?columns=happiness")).status_code == 422


def test_a_node_s_year_is_the_sum_of_its_measures(world: World, pmo: Client) -> None:
    rows = csv.DictReader(io.StringIO(pmo.get(world.url("/explorer/?export=csv")).content.decode("utf-8-sig")))
    top = next(rows)
    names = ("Plan in year", "Timing loss", "Size loss", "Exit run-rate", "Payback")
    assert [top[name] for name in names] == ["3000.00", "700.00", "50.00", "400.00", ""]
    flat = pmo.get(world.url("/explorer/?sort=code&export=csv")).content.decode("utf-8-sig")
    measures = {row["Code"]: row for row in csv.DictReader(io.StringIO(flat))}
    assert (measures["A"]["Payback"], measures["C"]["Payback"]) == ("2027-03", "")
    assert (measures["C"]["Unconfirmed share"], measures["B"]["Unconfirmed share"]) == ("0.6000", "0.0000")


def test_pages_by_payback_go_on_where_the_last_one_ended(world: World) -> None:
    with world.inside():
        year(world)
        rows = with_year_figures(with_figures(Measure.objects.all()))
        first = page_of(rows, SORTS["payback"], "", size=2)
        second = page_of(rows, SORTS["payback"], first.next_cursor, size=2)
    assert [row.code for row in first.rows] == ["B", "A"]
    assert ([row.code for row in second.rows], second.next_cursor) == (["C"], "")


def test_views_count_what_a_grant_opens_and_what_one_is_named_in_elsewhere(world: World) -> None:
    with world.inside():
        first, second = packages_of(world)
        reader = world.people["reader"]
        rated(world, "A", "gr", package=first)
        rated(world, "B", "rg", package=second)
        rated(world, "C", "gr", package=second, owner=reader)
        rated(world, "D", "gr", package=second, governable=False, owner=reader)
        rebuild_reports()
        RoleGrant.objects.filter(user=reader).update(node=first)
        # A grant below one that is there already opens nothing more.
        RoleGrant.objects.create(user=world.people["pmo"], node=second, role="viewer")
        counts = {persona: view_counts(world.actor(persona), Filters()) for persona in ("reader", "pmo", "admin")}
        below = view_counts(world.actor("pmo"), Filters(node=second.pk))
    assert counts["reader"] == {"": 3, "trap": 2, "doubtful": 0, "not-governable": 1, "ready": 0, "mine": 2}
    assert counts["pmo"] == {"": 4, "trap": 2, "doubtful": 1, "not-governable": 1, "ready": 0, "mine": 0}
    assert counts["admin"] == counts["pmo"]
    assert (below[""], below["trap"], below["doubtful"]) == (3, 1, 1)


def test_the_oldest_trap_began_when_its_second_status_turned(world: World) -> None:
    with world.inside():
        node = world.nodes[Level.PORTFOLIO]
        assert trap_since(node) is None
        for code, money, dates in (
            ("A", date(2026, 1, 1), date(2026, 9, 1)),
            ("B", date(2026, 6, 1), date(2026, 2, 1)),
        ):
            measure = rated(world, code, "gr", since=money)
            MeasureStatus.objects.filter(measure=measure, kind=StatusKind.IMPLEMENTATION).update(since=dates)
        rated(world, "C", "ar", since=date(2025, 1, 1))
        assert trap_since(node) == date(2026, 6, 1)


def test_the_oldest_trap_is_found_behind_many_whose_dates_turned_late(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("reporting.figures.selectors.lists._LOOKED_AT", 1)
    with world.inside():
        for code, money, dates in (
            ("A", date(2026, 1, 1), date(2026, 9, 1)),
            ("B", date(2026, 6, 1), date(2026, 2, 1)),
        ):
            measure = rated(world, code, "gr", since=money)
            MeasureStatus.objects.filter(measure=measure, kind=StatusKind.IMPLEMENTATION).update(since=dates)
        assert trap_since(world.nodes[Level.PORTFOLIO]) == date(2026, 6, 1)


def test_gaps_of_what_is_on_hold_or_brings_no_money_are_no_gaps(world: World) -> None:
    with world.inside():
        rated(world, "A", plan=100, forecast=90)
        rated(world, "B", plan=100, forecast=0, lifecycle="on_hold")
        rated(world, "C", plan=100, forecast=0, governable=False)
        rated(world, "D", plan=100, forecast=0, doi=0)
        assert [(gap.code, gap.amount) for gap in furthest_below_plan(world.package)] == [("A", -10)]
