# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.
"""What a cockpit says about fiscal years: figures, from plan to forecast, leakage, cover, confidence, the table."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from hierarchy.constants import Level, TargetEffect, TargetKind
from hierarchy.models import Node, RoleGrant, Target
from measures.constants import Certainty, EffectKind, Lifecycle
from reporting.cockpit.pages import board
from reporting.cockpit.pages import years as year_board
from reporting.cockpit.selectors.cockpit import Cockpit, cockpit
from reporting.cockpit.selectors.curve import quarters
from reporting.figures.selectors.years import node_years
from reporting.figures.units import unit_for
from reporting.figures.years import year_words
from reporting.models import NodeLeakage, NodeYear
from reporting.rollups.actions.rebuild import rebuild_reports
from reporting.years.pages import COLUMNS, year_table, years_in
from tests.reporting.portfolio import line, month, packages_of, rated
from tests.world import World, lock_months

pytestmark = pytest.mark.urls("cat4.urls_organization")
THOUSAND = 1000
JANUARY = date(2026, 1, 1)


def thousands(**sums: int) -> dict[str, int]:
    return {name: amount * THOUSAND for name, amount in sums.items()}


def late(world: World) -> None:
    """A year of 1,000 planned: 200 late, 60 smaller, 100 cancelled, 40 on hold, 600 expected, 20 lost to rates."""
    first, second = packages_of(world)
    shares = thousands(
        validated_in_year=300, reported_in_year=60, forecast_in_year=180, assumed_in_year=60, stale_in_year=90
    )
    sums = thousands(
        plan_in_year=860, fac_in_year=600, timing_loss=200, magnitude_loss=60, fx_effect=-20,
        plan_exit_run_rate=900, exit_run_rate=850, plan_carry_over=100, carry_over=290,
    )  # fmt: skip
    rated(world, "A", "gr", plan=900 * THOUSAND, forecast=850 * THOUSAND, package=first, totals={**sums, **shares})
    gone = thousands(plan_in_year=100, cancelled_loss=100, fac_in_year=0, forecast_in_year=0)
    rated(world, "B", "rg", plan=100 * THOUSAND, lifecycle=Lifecycle.CANCELLED, package=second, totals=gone)
    held = thousands(plan_in_year=40, on_hold_loss=40, fac_in_year=0, forecast_in_year=0)
    rated(world, "C", "rg", plan=40 * THOUSAND, lifecycle=Lifecycle.ON_HOLD, package=second, totals=held)
    rebuild_reports()


@pytest.fixture
def page(world: World) -> Cockpit:
    with world.inside():
        late(world)
        return cockpit(world.nodes[Level.PORTFOLIO])


def test_the_bridge_leads_from_plan_to_forecast_and_rates_stand_beside_it(page: Cockpit) -> None:
    rows = year_board.variance(page)
    assert [(row.label, row.value) for row in rows] == [
        ("Plan", "1,000"),
        ("Timing", "−200"),
        ("Size", "−60"),
        ("Cancelled", "−100"),
        ("On hold", "−40"),
        ("At completion", "600"),
        ("Exchange rates", "−20"),
    ]
    # No line of the bridge leads to the exchange rates: they start at zero, not where the forecast ends.
    assert (rows[-2].end, rows[-1].end, rows[-1].width) == ("", "", "1.96")
    assert year_board.variance_words(page) == "The year ends 400 kEUR, 40% below plan."


def test_the_bridge_leaves_no_rest_and_says_so_where_sums_are_older_than_their_split(world: World) -> None:
    with world.inside():
        rated(world, "A", plan=100 * THOUSAND, forecast=70 * THOUSAND)
        rebuild_reports()
        rows = year_board.variance(cockpit(world.nodes[Level.PORTFOLIO]))
    assert [(row.label, row.value) for row in rows][5] == ("Not split yet", "−30")


def test_every_bar_leads_to_the_measures_behind_it(world: World, page: Cockpit, client: Client) -> None:
    client.force_login(world.people["pmo"])
    names = {row.label: row.href for row in year_board.variance(page)}
    found = {}
    for label in ("Timing", "Cancelled", "On hold", "Exchange rates"):
        answer = client.get(world.url(names[label]))
        found[label] = [code for code in "ABC" if f"Measure {code}</a>" in answer.content.decode()]
    assert found == {"Timing": ["A"], "Cancelled": ["B"], "On hold": ["C"], "Exchange rates": ["A"]}


def test_the_year_s_figures_stand_with_their_plans(page: Cockpit) -> None:
    assert [(figure.label, figure.value, figure.note) for figure in year_board.figures(page)] == [
        ("FY 2026 at completion", "600", "of 1,000 plan"),
        ("Unconfirmed", "25%", "of that forecast"),
        ("Exit run-rate", "850", "900 planned"),
        ("Carry-over to FY 2027", "290", "100 planned"),
        ("Gross pipeline", "900", "all degrees"),
        ("Weighted", "630", "by degree"),
        ("On hold", "40", "1 measure"),
    ]


def test_a_forecast_at_completion_shows_what_it_rests_on_and_hatches_what_is_unconfirmed(page: Cockpit) -> None:
    rows = year_board.confidence_rows(page)
    assert [(row.label, row.amount, row.share, row.x, row.cls, row.is_hatched) for row in rows] == [
        ("Validated", "300", "50%", "0.00", "b-act", False),
        ("Reported", "60", "10%", "50.00", "b-rep", False),
        ("Forecast", "90", "15%", "60.00", "b-fc", False),
        ("Forecast, stale", "90", "15%", "75.00", "b-plan", True),
        ("Assumed", "60", "10%", "90.00", "b-plan", True),
    ]
    assert [row.label for row in rows if row.is_reported] == ["Reported"]
    assert year_board.unconfirmed_words(page) == "25% of this number is unconfirmed"


def test_doubtful_attribution_is_counted_and_valued(page: Cockpit) -> None:
    # The cancelled one is no longer in work.
    assert board.doubt_words(page) == "Attribution doubtful: 1 measure, 40 kEUR plan."


def target(node: Node, kind: str, year: int, amount: int, effect: str = TargetEffect.EBITDA) -> None:
    Target.objects.create(node=node, kind=kind, fiscal_year=year, amount=Decimal(amount), effect=effect)


def test_targets_are_covered_by_what_is_hard_and_what_children_were_not_given_is_shown(world: World) -> None:
    with world.inside():
        late(world)
        top, program = world.nodes[Level.PORTFOLIO], world.nodes[Level.PROGRAM]
        target(top, TargetKind.RUN_RATE, 2027, 1_000_000)
        target(program, TargetKind.RUN_RATE, 2027, 700_000)
        target(top, TargetKind.IN_YEAR, 2026, 1_000_000)
        target(top, TargetKind.IN_YEAR, 2027, 1_200_000)
        target(top, TargetKind.IN_YEAR, 2026, -100_000, TargetEffect.ONE_TIME_COST)
        _years(top)
        page = cockpit(top)
    lines = {line.label: line for line in year_board.cover_lines(page)}
    run_rate = lines["FY 2027 EBITDA, run-rate"]
    assert (run_rate.target, run_rate.hard, run_rate.hard_share) == ("1,000", "900", "90%")
    assert (run_rate.weighted, run_rate.weighted_share) == ("630", "63%")
    # The forecast of every page, and how much of it runs when the target's year ends.
    assert (run_rate.plan, run_rate.expected, run_rate.by_then) == ("1,040", "850", "1,050")
    assert (run_rate.gap, run_rate.not_decided) == ("−150", "100")
    assert (run_rate.is_short, run_rate.not_allocated, run_rate.is_open) == (True, "300", True)
    this_year = lines["FY 2026 EBITDA, in year"]
    assert (this_year.hard, this_year.expected, this_year.gap, this_year.not_decided) == ("860", "600", "−400", "140")
    next_year = lines["FY 2027 EBITDA, in year"]
    assert (next_year.hard, next_year.hard_share, next_year.expected, next_year.gap) == ("–", "", "1,000", "−200")
    cost = lines["FY 2026 One-time cost, in year"]
    assert (cost.hard, cost.plan, cost.expected, cost.gap, cost.is_short) == ("–", "−80", "−120", "−20", True)


def _years(node: Node) -> None:
    """FY 2027: 1,000 of 1,100 hard EBITDA and soft effects beside it; FY 2026: one-time cost."""
    rows = (
        (EffectKind.EBITDA_COST, Certainty.HARD, 2027, 800, 700, 1050),
        (EffectKind.EBITDA_REVENUE, Certainty.HARD, 2027, 300, 300, 0),
        (EffectKind.EBITDA_COST, Certainty.SOFT, 2027, 500, 500, 500),
        (EffectKind.ONE_TIME_COST, Certainty.HARD, 2026, -80, -120, 0),
    )
    for kind, certainty, year, plan, fac, exit_rate in rows:
        NodeYear.objects.create(
            node=node, kind=kind, certainty=certainty, fiscal_year=year, measures=1,
            plan=plan * THOUSAND, fac=fac * THOUSAND, validated=0, reported=0, forecast=fac * THOUSAND, assumed=0,
            plan_exit_run_rate=(1100 if exit_rate == 1050 else exit_rate) * THOUSAND,
            exit_run_rate=exit_rate * THOUSAND,
        )  # fmt: skip


def test_the_table_adds_both_kinds_of_ebitda_and_keeps_soft_apart(world: World) -> None:
    with world.inside():
        node = world.nodes[Level.PORTFOLIO]
        _years(node)
        rows = node_years(node.pk)
    hard, soft = year_table(rows, years_in(rows), unit_for("EUR"))
    shown = {
        row.label: [(cell.year, cell.plan, cell.fac, cell.against_plan, cell.exit, cell.is_short) for cell in row.cells]
        for row in hard.rows
    }
    assert list(shown) == ["EBITDA, cost", "EBITDA, revenue margin", "EBITDA", "One-time cost"]
    assert shown["EBITDA"] == [("FY 2027", "1,100", "1,000", "−100", "1,050", True)]
    assert shown["EBITDA, revenue margin"] == [("FY 2027", "300", "300", "0", "0", False)]
    assert shown["One-time cost"] == [("FY 2026", "−80", "−120", "−40", "–", True)]
    assert [(row.label, row.cells[0].plan) for row in soft.rows] == [("EBITDA, cost", "500")]


def test_the_page_and_its_file_show_the_same_years(world: World, client: Client) -> None:
    with world.inside():
        _years(world.package)
    client.force_login(world.people["reader"])
    url = world.url(f"/nodes/{world.package.pk}/years/")
    text = client.get(url).content.decode()
    assert "<h1>Money by kind and year</h1>" in text
    assert "FY 2027" in text
    rows = list(csv.DictReader(io.StringIO(client.get(f"{url}?export=csv").content.decode("utf-8-sig"))))
    assert [(row["Kind"], row["Certainty"], row["Fiscal year"], row["FAC"]) for row in rows] == [
        ("One-time cost", "Hard", "2026", "-120000.00"),
        ("EBITDA, cost", "Hard", "2027", "700000.00"),
        ("EBITDA, cost", "Soft", "2027", "500000.00"),
        ("EBITDA, revenue margin", "Hard", "2027", "300000.00"),
    ]
    assert (rows[0]["Exit run-rate"], rows[1]["Exit run-rate"]) == ("", "1050000.00")


def test_every_column_of_the_years_page_has_its_columns_in_the_file(world: World, client: Client) -> None:
    """What the page counts out of other columns, the file leaves to the spreadsheet."""
    with world.inside():
        _years(world.package)
    client.force_login(world.people["reader"])
    text = client.get(world.url(f"/nodes/{world.package.pk}/years/")).content.decode()
    table = text[text.index("<thead>") : text.index("</thead>")]
    in_file = {
        "Fiscal year": {"Fiscal year"}, "Plan": {"Plan"}, "Forecast": {"FAC"}, "vs plan": {"Plan", "FAC"},
        "Unconfirmed": {"Reported", "Assumed", "Of the forecast stale", "FAC"}, "Validated": {"Validated"},
        "Exit": {"Exit run-rate"},
    }  # fmt: skip
    beside = {"Node", "Kind", "Certainty", "Forecast", "Plan exit run-rate", "Unit", "Measures", "Incomplete"}
    assert re.findall(r"<th [^>]*>([^<]*)</th>", table) == list(in_file)
    assert {column.head for column in COLUMNS} == set().union(*in_file.values()) | beside


def test_years_of_what_a_person_may_not_see_are_not_found(world: World, twin: World, client: Client) -> None:
    client.force_login(world.people["reader"])
    assert client.get(world.url(f"/nodes/{twin.package.pk}/years/")).status_code == 404
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    assert client.get(world.url(f"/nodes/{world.package.pk}/years/")).status_code == 404


def test_fiscal_years_that_begin_in_april_say_so() -> None:
    assert year_words(2026, 1) == "FY 2026"
    assert year_words(2027, 4) == "FY 2027 (Apr 2026 - Mar 2027)"


def test_a_cockpit_of_a_fiscal_year_from_april_names_its_months(world: World, client: Client) -> None:
    world.organization.fiscal_year_start = 4
    world.organization.save()
    with world.inside():
        rated(world, "A", plan=100)
        rebuild_reports()
    client.force_login(world.people["pmo"])
    text = client.get(world.url("/")).content.decode()
    assert "FY 2027 (Apr 2026 - Mar 2027) at completion" in text
    assert "Carry-over to FY 2028" in text


def test_leakage_is_shown_by_cause_with_the_largest_first_and_leads_to_its_measures(
    world: World, client: Client
) -> None:
    with world.inside():
        rated(world, "A", plan=100, totals={"leakage": {"timing": "5000.00", "price": "-1000.00"}})
        rated(world, "B", plan=100, totals={"leakage": {"not_booked": "20000.00"}})
        NodeLeakage.objects.all().delete()
        for cause, amount in (("timing", 5000), ("price", -1000), ("not_booked", 20000)):
            NodeLeakage.objects.create(node=world.package, cause=cause, amount=amount, measures=1)
        page = cockpit(world.package)
    rows = year_board.leakage(page)
    assert [(row.label, row.value, row.width) for row in rows] == [
        ("Not booked", "−20", "100.00"),
        ("Timing", "−5", "25.00"),
        ("Price", "+1", "5.00"),
    ]
    assert year_board.leakage_words(page) == "−24 against plan in locked months."
    client.force_login(world.people["pmo"])
    text = client.get(world.url(rows[1].href)).content.decode()
    assert ("Measure A</a>" in text, "Measure B</a>" in text) == (True, False)


def test_what_nobody_forecast_or_validated_is_hatched_on_the_curve(world: World) -> None:
    with world.inside():
        effect = line(world, rated(world, "A"))
        for number in range(1, 7):
            booked = {"reported": 10, "validated": 10} if number <= 3 else {"reported": 10}
            month(world, effect, date(2026, number, 1), plan=10, **booked)
        for number in range(7, 10):
            month(world, effect, date(2026, number, 1), plan=10, forecast=10)
        lock_months(*(date(2026, number, 1) for number in range(1, 4)))
        rebuild_reports()
        node = world.nodes[Level.PORTFOLIO]
        curve = quarters(node.pk, fiscal_year_start=1, locked_until=date(2026, 3, 1), years=node_years(node.pk))
    # What is reported is booked; the other months are forecast, and nobody ever confirmed that.
    assert {point.fiscal_year for point in curve} == {2026}
    assert [(point.number, point.forecast, point.actual, point.reported, point.unconfirmed) for point in curve] == [
        (1, 120, 120, 0, 0),
        (2, 120, None, 120, 0),
        (3, 120, None, 0, 120),
    ]


def test_targets_are_set_by_who_may_and_read_by_the_others(world: World, client: Client) -> None:
    urls = {}
    for persona in ("pmo", "reader"):
        client.force_login(world.people[persona])
        text = client.get(world.url(f"/nodes/{world.package.pk}/cockpit/")).content.decode()
        urls[persona] = (f"/nodes/{world.package.pk}/targets/" in text, ">Set targets</a>" in text)
    assert urls == {"pmo": (True, True), "reader": (False, False)}
