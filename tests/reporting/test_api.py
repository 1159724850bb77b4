"""Figures of nodes over REST agree with what the cockpit shows, and are documented."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level, TargetKind
from hierarchy.models import ExchangeRate, RoleGrant, Target
from measures.status.actions.recompute import recompute_measure
from reporting.constants import Topic
from reporting.models import NodeCell, NodeMonth, RebuildRun
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.markup import glued
from tests.measures.amounts import effect_line, fill
from tests.reporting.portfolio import line, month, packages_of, rated
from tests.world import World

pytestmark = pytest.mark.urls("cat4.urls_organization")


def api(client: Client, world: World, path: str, **query: str) -> Any:
    answer = client.get(world.url(f"/api/v1{path}"), query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def reader(world: World, client: Client) -> Client:
    client.force_login(world.people["reader"])
    return client


def test_the_figures_of_a_node_are_the_sums_of_its_measures_with_their_confidence(world: World, reader: Client) -> None:
    sums = {
        "plan_in_year": 1000, "fac_in_year": 600, "timing_loss": 300, "magnitude_loss": 100, "fx_effect": -20,
        "validated_in_year": 300, "reported_in_year": 60, "forecast_in_year": 180, "assumed_in_year": 60,
        "stale_in_year": 30,
        "exit_run_rate": 850, "carry_over": 290,
    }  # fmt: skip
    with world.inside():
        first, second = packages_of(world)
        rated(world, "A", "gr", plan=900, forecast=850, package=first, totals=sums)
        rated(world, "B", "rg", plan=100, doi=1, package=second, totals={"plan_in_year": 0, "fac_in_year": 0,
              "forecast_in_year": 0})  # fmt: skip
        rebuild_reports()
    found = api(reader, world, f"/nodes/{world.nodes[Level.PORTFOLIO].pk}/figures/")
    assert found["pipeline"] == {"gross": "1000.00", "weighted": "640.00", "hard": "900.00", "on_hold": "0.00"}
    assert found["year"]["fac"] == {
        "total": "600.00", "validated": "300.00", "reported": "60.00", "forecast": "180.00", "assumed": "60.00",
        "stale": "30.00",
        "shares": {"validated": "0.5000", "reported": "0.1000", "forecast": "0.3000", "assumed": "0.1000"},
        "unconfirmed": "0.1500",
    }  # fmt: skip
    year = found["year"]
    assert (year["fiscal_year"], year["first_month"], year["last_month"]) == (2026, "2026-01", "2026-12")
    assert (year["exit_run_rate"], year["carry_over"]) == ("850.00", "290.00")
    assert found["variance"] == {
        "total": "400.00", "timing": "300.00", "magnitude": "100.00", "cancelled": "0.00", "on_hold": "0.00",
        "unsplit": "0.00", "fx_effect": "-20.00",
    }  # fmt: skip
    assert (found["green_trap"]["measures"], found["green_trap_days"]) == (1, 0)
    assert (found["attribution_doubtful"]["measures"], found["attribution_doubtful"]["plan"]) == (1, "100.00")
    # A tenth of the plan value is red: below the quarter that makes a node red, but enough to keep it from green.
    assert (found["status"]["implementation"], found["status"]["potential"]) == ("a", "r")
    assert found["status"]["potential_reasons"]
    assert (found["measures"], found["recomputing"]) == (2, False)


def test_the_matrix_has_its_nine_pairs_and_flags_the_trap_and_its_reverse(world: World, reader: Client) -> None:
    with world.inside():
        rated(world, "A", "gr", plan=900, forecast=850)
        rated(world, "B", "rg", plan=100)
        rebuild_reports()
    rows = api(reader, world, f"/nodes/{world.package.pk}/matrix/")
    assert len(rows) == 9
    filled = {(row["implementation"], row["potential"]): row for row in rows if row["measures"]}
    assert filled["g", "r"]["against_plan"] == "-50.00"
    assert (filled["g", "r"]["is_green_trap"], filled["g", "r"]["is_attribution_doubtful"]) == (True, False)
    assert (filled["r", "g"]["is_green_trap"], filled["r", "g"]["is_attribution_doubtful"]) == (False, True)


def test_cover_says_what_is_hard_and_what_is_missing(world: World, reader: Client) -> None:
    with world.inside():
        rated(world, "A", plan=900)
        rebuild_reports()
        top = world.nodes[Level.PROJECT]
        Target.objects.create(node=top, kind=TargetKind.RUN_RATE, fiscal_year=2027, amount=Decimal(1200))
    (row,) = api(reader, world, f"/nodes/{top.pk}/cover/")
    assert (row["fiscal_year"], row["effect"], row["kind"], row["target"]) == (2027, "ebitda", "run_rate", "1200.00")
    assert (row["hard"], row["hard_share"], row["weighted_share"]) == ("900.00", "0.7500", "0.5250")
    assert (row["gap"], row["forecast"], row["not_allocated"]) == ("-300.00", "900.00", "1200.00")
    # No month says what runs by the end of 2027.
    assert (row["not_decided"], row["by_then"]) == ("300.00", "0.00")


def test_years_and_months_come_narrowed_as_asked(world: World, reader: Client) -> None:
    with world.inside():
        effect = line(world, rated(world, "A"))
        for number in range(1, 4):
            month(world, effect, date(2026, number, 1), plan=10 * number)
        rebuild_reports()
    node = f"/nodes/{world.package.pk}"
    (year,) = api(reader, world, f"{node}/years/", fiscal_year="2026", kind="ebitda_cost")
    assert (year["certainty"], year["plan"], year["fac"], year["assumed"]) == ("hard", "60.00", "60.00", "60.00")
    assert api(reader, world, f"{node}/years/", certainty="soft") == []
    months = api(reader, world, f"{node}/months/", first="2026-02", last="2026-02")
    assert [(row["month"], row["plan"]) for row in months] == [("2026-02", "20.00")]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("years", {"kind": "happiness"}, "kind"),
        ("years", {"year": "2026"}, "year"),
        ("months", {"first": "2026"}, "first"),
        ("months", {"first": "2026-05", "last": "2026-04"}, "last"),
    ],
)
def test_a_wrong_filter_is_named(world: World, reader: Client, path: str, query: dict[str, str], field: str) -> None:
    answer = reader.get(world.url(f"/api/v1/nodes/{world.package.pk}/{path}/"), query)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_figures_of_a_node_that_no_grant_opens_are_not_found(world: World, reader: Client) -> None:
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    for part in ("figures", "cover", "years", "months", "matrix"):
        assert reader.get(world.url(f"/api/v1/nodes/{world.package.pk}/{part}/")).status_code == 404


def test_an_empty_node_has_no_shares_and_no_status(world: World, reader: Client) -> None:
    found = api(reader, world, f"/nodes/{world.package.pk}/figures/")
    assert (found["year"]["fac"]["shares"], found["year"]["fac"]["unconfirmed"], found["status"]) == (None, None, None)
    with world.inside():
        assert (NodeCell.objects.count(), NodeMonth.objects.count()) == (0, 0)


def test_waiting_changes_are_told(world: World, reader: Client) -> None:
    with world.inside():
        OutboxRow.objects.create(topic=Topic.PACKAGE_STALE, object_id=world.package.pk)
    assert api(reader, world, f"/nodes/{world.package.pk}/figures/")["recomputing"] is True
    assert "Figures are being recomputed" in reader.get(world.url("/")).content.decode()


def test_every_total_above_a_missing_rate_says_that_it_is_incomplete(world: World, reader: Client) -> None:
    """The other lines stay in; page, explorer, file and API say how many measures lack which rate."""
    with world.inside():
        measure = world.measure(doi=3)
        for currency in ("EUR", "GBP"):
            line = effect_line(world, measure, currency=currency)
            fill(line, date(2026, 11, 1), date(2026, 12, 1), plan=Decimal(1000))
        recompute_measure(measure.pk)
        rebuild_reports()
    sentence = "Incomplete: 1 measure, GBP has no plan rate for 2026"
    found = api(reader, world, f"/nodes/{world.package.pk}/figures/")
    assert found["incomplete"] == {"measures": 1, "missing_rates": ["GBP 2026"], "sentence": sentence}
    assert found["year"]["plan"] == "2000.00"
    assert sentence in reader.get(world.url(f"/nodes/{world.package.pk}/cockpit/")).content.decode()
    assert sentence in reader.get(world.url(f"/nodes/{world.package.pk}/years/")).content.decode()
    tree = reader.get(world.url(f"/explorer/?open={world.package.pk}&node={world.package.pk}"))
    assert tree.content.decode().count("GBP has no plan rate for 2026") == 2
    rows = reader.get(world.url(f"/explorer/?open={world.package.pk}&node={world.package.pk}&export=csv"))
    assert rows.content.decode().count(sentence) == 1
    page = reader.get(world.url(f"/measures/{measure.pk}/")).content.decode()
    assert "GBP has no plan rate for 2026: these amounts stay out." in page
    with world.inside():
        ExchangeRate.objects.create(kind="plan", currency="GBP", month=date(2026, 1, 1), rate=Decimal(2))
        recompute_measure(measure.pk)
        rebuild_reports()
    found = api(reader, world, f"/nodes/{world.package.pk}/figures/")
    assert (found["incomplete"], found["year"]["plan"]) == (None, "6000.00")


def test_the_page_of_rebuilds_follows_a_run_and_begins_none_beside_it(world: World, client: Client) -> None:
    client.force_login(world.people["admin"])
    url = world.url("/rebuild/")
    assert "Never computed anew" in client.get(url).content.decode()
    assert client.post(world.url("/rebuild/start/")).status_code == 302
    text = client.get(url).content.decode()
    assert "Waits for a worker" in text
    assert 'hx-trigger="every 2s"' in text
    assert ">Look again</a>" in text
    assert client.post(world.url("/rebuild/start/")).status_code == 409
    with world.inside():
        run = RebuildRun.objects.get()
        RebuildRun.objects.update(started_at=run.requested_at, step="Programs", done=3, total=5)
    assert "Running</b>: Programs, 3 of 5 parts" in client.get(url).content.decode()
    with world.inside():
        RebuildRun.objects.update(finished_at=run.requested_at, done=5)
    text = glued(client.get(url).content.decode())
    assert ("Compute all reports anew</button>" in text, "every 2s" in text) == (True, False)


def test_only_an_administrator_computes_reports_anew(world: World, client: Client) -> None:
    client.force_login(world.people["pmo"])
    for path in ("/rebuild/", "/api/v1/report-rebuilds/"):
        answer = client.get(world.url(path))
        assert answer.status_code == 403
        assert "Only an administrator" in answer.content.decode()
    assert client.post(world.url("/rebuild/start/")).status_code == 403
    with world.inside():
        assert not RebuildRun.objects.exists()
