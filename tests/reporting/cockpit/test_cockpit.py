# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from governance.constants import RequestKind
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from hierarchy.constants import Level, TargetKind
from hierarchy.models import Node, RoleGrant, Target
from measures.constants import Lifecycle
from measures.models import PlanVersion
from reporting.cockpit.pages.board import (
    bridge,
    confidence,
    cover_words,
    figures,
    matrix,
    stages,
    trap_words,
    waiting_lines,
)
from reporting.cockpit.pages.curve import not_in_curve, periods
from reporting.cockpit.pages.headline import headline
from reporting.cockpit.pages.units import unit_of
from reporting.cockpit.selectors.cockpit import Cockpit, cockpit, default_node
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.reporting.portfolio import closed, line, month, node_below, packages_of, rated
from tests.world import PERSONAS, TODAY, World, lock_months

pytestmark = pytest.mark.urls("cat4.urls_organization")
MILLION = 1_000_000


def portfolio(world: World) -> None:
    """Nine measures whose sums fit on a page: plan 62, of it 4 cancelled and 3 on hold, forecast 50.5."""
    first, second = packages_of(world)
    rated(world, "A", "gg", plan=10 * MILLION, package=first)
    rated(world, "B", "gr", plan=8 * MILLION, forecast=6 * MILLION, since=date(2026, 9, 1), package=first)
    rated(world, "C", "ga", plan=4 * MILLION, forecast=int(3.5 * MILLION), since=date(2026, 10, 5), package=second)
    rated(world, "D", "rr", plan=6 * MILLION, forecast=4 * MILLION, doi=4, validated=MILLION, package=second)
    rated(world, "E", "nn", plan=7 * MILLION, doi=1, package=second)
    closed(world, "F", plan=20 * MILLION, validated=19 * MILLION, package=first)
    rated(world, "G", "gg", plan=4 * MILLION, lifecycle=Lifecycle.CANCELLED, package=first)
    rated(world, "H", "ar", plan=3 * MILLION, lifecycle=Lifecycle.ON_HOLD, package=first)
    rated(world, "I", "gr", plan=99 * MILLION, governable=False, package=first)
    rated(world, "J", "nn", plan=50 * MILLION, doi=0, package=first)
    Target.objects.create(
        node=world.nodes[Level.PORTFOLIO], kind=TargetKind.RUN_RATE, fiscal_year=2026, amount=Decimal(70 * MILLION)
    )
    rebuild_reports()


@pytest.fixture
def page(world: World) -> Cockpit:
    with world.inside():
        portfolio(world)
        return cockpit(world.nodes[Level.PORTFOLIO])


def test_the_headline_reads_the_numbers(world: World, page: Cockpit) -> None:
    assert "".join(part.text for part in headline(page)) == (
        "Forecast ends at EUR 50.5m, 19.5m short of target: 8.0m has no measure yet, 4.5m is lost in forecast,"
        " 3.0m is on hold and 4.0m was cancelled."
        " 2 measures are on time but will miss their money, by EUR 2.5m, the oldest for 44 days."
    )


def test_the_key_figures_are_sums_of_the_measures(page: Cockpit) -> None:
    assert [(figure.label, figure.value, figure.note) for figure in figures(page)] == [
        ("Target", "70.0", "run-rate by Dec 2026"),
        ("Identified", "55.0", "6 measures"),
        ("Decided", "48.0", "5 measures"),
        ("Implemented", "26.0", "2 measures"),
        ("Closed, confirmed", "19.0", "1 measure"),
        ("Forecast", "50.5", "at completion"),
        ("Gap", "−19.5", "forecast less target"),
    ]
    assert [figure.is_bad for figure in figures(page)] == [False] * 6 + [True]


def test_the_matrix_holds_governable_measures_in_work(page: Cockpit) -> None:
    cells = {(row.status, cell.potential): cell for row in matrix(page) for cell in row.cells if cell.count}
    assert {key: (cell.count, cell.plan, cell.miss) for key, cell in cells.items()} == {
        ("green", "green"): (1, "EUR 10.0m", ""),
        ("green", "amber"): (1, "EUR 4.0m", "−0.5"),
        ("green", "red"): (1, "EUR 8.0m", "−2.0"),
        ("amber", "red"): (1, "EUR 3.0m", "−3.0"),
        ("red", "red"): (1, "EUR 6.0m", "−2.0"),
    }
    assert [key for key, cell in cells.items() if cell.is_trap] == [("green", "red")]


def test_the_green_trap_is_counted_valued_and_aged(page: Cockpit) -> None:
    assert trap_words(page) == (
        "Green on dates, not on money: 2 measures, 1 of them red, EUR 12.0m plan, −2.5, the oldest for 44 days."
    )


def test_the_bridge_goes_from_target_to_what_is_confirmed_without_a_rest(page: Cockpit) -> None:
    rows = [(row.label, row.value) for row in bridge(page)]
    assert rows == [
        ("Target", "70.0"),
        ("Not identified", "−8.0"),
        ("Not decided", "−7.0"),
        ("Being implemented", "−22.0"),
        ("Awaiting closure", "−6.0"),
        ("On hold", "−3.0"),
        ("Cancelled", "−4.0"),
        ("Confirmed below plan", "−1.0"),
        ("Realised", "19.0"),
    ]


def test_the_funnel_counts_at_or_past_each_gate(page: Cockpit) -> None:
    assert [(row.degree, row.value, row.count) for row in stages(page)] == [
        (1, "55.0", 6),
        (2, "48.0", 5),
        (3, "48.0", 5),
        (4, "26.0", 2),
        (5, "20.0", 1),
    ]


def test_hard_and_weighted_leave_out_what_is_on_hold_or_cancelled(page: Cockpit) -> None:
    # 0.1 x 7 + 0.7 x 22 + 0.9 x 6 + 20 = 41.5, and nothing for the idea
    assert cover_words(page) == "At plan. Hard EUR 48.0m, 69% of target, EUR 22.0m not yet decided; weighted EUR 41.5m."


def test_a_forecast_at_completion_says_how_sure_it_is(world: World) -> None:
    with world.inside():
        parts = {"reported_in_year": 20, "forecast_in_year": 30, "assumed_in_year": 10, "fac_in_year": 100}
        rated(world, "A", plan=100, totals={**parts, "validated_in_year": 40})
        rebuild_reports()
        shares = confidence(cockpit(world.nodes[Level.PORTFOLIO]))
    assert shares == "40% validated, 20% reported, 30% forecast, 10% assumed"


def test_the_curve_compares_the_mean_of_a_quarter_in_plan_forecast_and_validated_actual(world: World) -> None:
    with world.inside():
        effect = line(world, rated(world, "A"))
        for number in range(1, 10):
            actual = {"reported": 9, "validated": 9} if number <= 6 else {}
            month(world, effect, date(2026, number, 1), plan=number, **actual)
        lock_months(*(date(2026, number, 1) for number in range(1, 8)))
        rebuild_reports()
        curve = periods(cockpit(world.nodes[Level.PORTFOLIO]))
    assert [(p.label, p.plan, p.forecast, p.actual) for p in curve] == [
        ("Q1 2026", 24, 108, 108),
        ("Q2 2026", 60, 108, 108),
        ("Q3 2026", 96, 96, None),
    ]


def test_the_curve_says_what_it_ends_without(world: World) -> None:
    with world.inside():
        measure = rated(world, "A", plan=200_000)
        month(world, line(world, measure), date(2026, 3, 1), plan=10_000)
        rebuild_reports()
        page = cockpit(world.nodes[Level.PORTFOLIO])
    assert not_in_curve(page) == "160 of the plan is not in its last quarter: no monthly values, or ended before."


def test_quarters_follow_the_fiscal_year(world: World) -> None:
    world.organization.fiscal_year_start = 4
    world.organization.save()
    with world.inside():
        month(world, line(world, rated(world, "A")), date(2026, 5, 1), plan=10)
        rebuild_reports()
        curve = periods(cockpit(world.nodes[Level.PORTFOLIO]))
    assert [(p.label, p.plan) for p in curve] == [("Q1 FY 2027", 40)]


def test_the_measures_furthest_below_plan_come_first_and_cancelled_ones_stay_out(page: Cockpit) -> None:
    assert [(gap.code, gap.amount) for gap in page.below_plan] == [
        ("B", -2 * MILLION),
        ("D", -2 * MILLION),
        ("C", Decimal("-500000.00")),
    ]
    assert (page.below_plan[0].reason, page.below_plan[0].since) == ("potential is r.", date(2026, 9, 1))


def test_a_forecast_is_stale_when_nobody_confirmed_it_or_froze_its_plan_lately(world: World) -> None:
    with world.inside():
        for code, at in (
            ("never", None),
            ("old", datetime(2026, 8, 1, tzinfo=UTC)),
            ("new", datetime(2026, 9, 1, tzinfo=UTC)),
        ):
            rated(world, code, forecast_confirmed_at=at)
        frozen = rated(world, "frozen")
        PlanVersion.objects.create(
            measure=frozen, number=1, frozen_at=datetime(2026, 10, 1, tzinfo=UTC), reason="Decided"
        )
        rated(world, "undecided", doi=2)
        page = cockpit(world.nodes[Level.PORTFOLIO])
    assert [measure.name for measure in page.stale] == ["Measure never", "Measure old"]
    assert page.stale_count == 2


def test_submitted_requests_wait_for_a_decision(world: World) -> None:
    with world.inside():
        for number, state in enumerate((RequestState.SUBMITTED, RequestState.REJECTED)):
            GateRequest.objects.create(
                measure=rated(world, f"M-{number}", doi=2),
                kind=RequestKind.ADVANCE,
                from_doi=2,
                to_doi=3,
                state=state,
                requested_by=world.people["owner"],
                submitted_at=datetime(2026, 10, 6, tzinfo=UTC),
            )
        page = cockpit(world.nodes[Level.PORTFOLIO])
    assert [(asked.measure, tag, asked.requested_by) for asked, tag in waiting_lines(page)] == [
        ("Measure M-0", "Gate 2 to 3", "Owner Alder")
    ]


def test_a_node_shows_only_what_lies_below_it(world: World) -> None:
    with world.inside():
        first, second = packages_of(world)
        rated(world, "A", "gr", plan=100, forecast=50, package=first)
        rated(world, "B", "gr", plan=7, forecast=5, package=second)
        rebuild_reports()
        page = cockpit(second)
        assert (page.sums.everything.plan, [gap.code for gap in page.below_plan]) == (7, ["B"])


def test_small_organizations_read_thousands(world: World) -> None:
    with world.inside():
        rated(world, "A", plan=2_640_000)
        rebuild_reports()
        page = cockpit(world.nodes[Level.PORTFOLIO])
    assert (unit_of(page).name, unit_of(page).words(page.sums.everything.plan)) == ("kEUR", "2,640 kEUR")


def test_the_portfolio_opens_first_where_there_is_just_one(world: World) -> None:
    with world.inside():
        assert default_node(world.actor("pmo")) == world.nodes[Level.PORTFOLIO]
        node_below(world.nodes[Level.ORGANIZATION], "Second portfolio")
        assert default_node(world.actor("pmo")) == world.nodes[Level.ORGANIZATION]
        RoleGrant.objects.filter(user=world.people["reader"]).update(node=world.nodes[Level.PROJECT])
        assert default_node(world.actor("reader")) == world.nodes[Level.PROJECT]
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        assert default_node(world.actor("reader")) is None


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_with_a_grant_sees_the_cockpit(world: World, client: Client, persona: str) -> None:
    with world.inside():
        portfolio(world)
    client.force_login(world.people[persona])
    answer = client.get(world.url("/"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "EUR 50.5m, 19.5m short of target" in text
    assert 'class="cell hi trap"' in text


def test_the_cockpit_asks_few_questions_and_reads_no_effect_month(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with world.inside():
        portfolio(world)
    client.force_login(world.people["pmo"])
    # The counts beside the navigation are kept for some seconds: another page has read them.
    client.get(world.url("/closures/"))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(world.url("/")).status_code == 200
    # Entering and leaving the transaction and the organization asks for nothing.
    control = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    asked = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(control)]
    assert len(asked) <= 25
    assert not any("effectmonth" in sql for sql in asked)
    with django_assert_max_num_queries(31):  # 24 here, and what enters and leaves transaction and organization
        client.get(world.url(f"/nodes/{world.package.pk}/cockpit/"))


def test_an_actor_without_a_grant_sees_nothing_of_the_tree(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    client.force_login(world.people["reader"])
    text = client.get(world.url("/")).content.decode()
    assert "No part of the tree is open to you yet" in text
    assert "50.5" not in text
    assert client.get(world.url(f"/nodes/{world.package.pk}/cockpit/")).status_code == 404


def test_a_grant_below_opens_no_node_above(world: World, client: Client) -> None:
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).update(node=world.nodes[Level.PROJECT])
    client.force_login(world.people["reader"])
    assert client.get(world.url(f"/nodes/{world.package.pk}/cockpit/")).status_code == 200
    above: Node = world.nodes[Level.PROGRAM]
    assert client.get(world.url(f"/nodes/{above.pk}/cockpit/")).status_code == 404


def test_a_node_of_another_organization_is_not_found(world: World, twin: World, client: Client) -> None:
    client.force_login(world.people["admin"])
    assert client.get(world.url(f"/nodes/{twin.package.pk}/cockpit/")).status_code == 404
    assert client.get(twin.url("/")).status_code == 404


def test_without_a_portfolio_the_first_steps_are_shown(world: World, client: Client) -> None:
    with world.inside():
        Node.objects.filter(level=Level.PORTFOLIO).update(retired_at=datetime(2026, 1, 1, tzinfo=UTC))
    client.force_login(world.people["admin"])
    answer: Any = client.get(world.url("/"))
    assert (answer.status_code, answer.url) == (302, world.url("/first-run/"))


def test_an_empty_portfolio_says_so(world: World, client: Client) -> None:
    client.force_login(world.people["pmo"])
    text = client.get(world.url("/")).content.decode()
    assert "No measure is identified yet" in text
    assert "No month has a plan yet" in text
    assert f'as of <time datetime="{TODAY}">' in text
