"""Freshness: whose money is unconfirmed, ranked, and how far their forecasts held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hierarchy.constants import Level
from hierarchy.models import BusinessUnit, RoleGrant
from measures.models import ForecastCheck, Measure
from reporting.cockpit.selectors.cockpit import cockpit
from reporting.figures.selectors.unconfirmed import By, unconfirmed, waiting_measures
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.reporting.portfolio import rated
from tests.world import World

D = Decimal
FRESH, STALE = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def measure(world: World, code: str, *, forecast: int, assumed: int = 0, validated: int = 0, **facts: Any) -> Measure:
    sums = {"forecast_in_year": forecast, "assumed_in_year": assumed, "validated_in_year": validated}
    return rated(world, code, totals=sums, **{"forecast_confirmed_at": FRESH, **facts})


def portfolio(world: World) -> BusinessUnit:
    """Drive Systems: 700 of 1,900 confirmed and fresh, 900 not even decided. Service: 400, all of it stale.

    The owner of Service promised too much.
    """
    service = BusinessUnit.objects.create(code="U2", name="Service")
    measure(world, "A", forecast=300, assumed=200, validated=400)
    measure(world, "B", forecast=100, forecast_confirmed_at=None)
    late = measure(
        world, "C", forecast=400, forecast_confirmed_at=STALE, business_unit=service, owner=world.people["pmo"]
    )
    measure(world, "D", forecast=0, assumed=900, doi=2)
    measure(world, "F", forecast=0, assumed=50, doi=0)
    for month, stated in ((date(2026, 8, 1), 150), (date(2026, 9, 1), 100), (date(2025, 9, 1), 9_000)):
        ForecastCheck.objects.create(
            measure=late, month=month, owner=world.people["pmo"], business_unit=service, legal_entity=world.entity,
            stated=D(stated), validated=D(100),
        )  # fmt: skip
    return service


def test_units_are_ranked_by_what_nobody_stands_behind(world: World) -> None:
    with world.inside():
        portfolio(world)
        ranking = unconfirmed(world.actor("pmo"))
        drives, service = ranking.groups
    counted = [(group.name, group.measures, group.stale) for group in ranking.groups]
    assert counted == [("Drive Systems", 3, 1), ("Service", 1, 1)]
    assert [(group.unconfirmed_amount, group.fac.stale) for group in ranking.groups] == [(1200, 100), (400, 400)]
    assert (service.unconfirmed, drives.unconfirmed) == (D(1), D("0.6316"))
    whole = ranking.whole
    assert (whole.fac.total, whole.unconfirmed) == (D(2300), D("0.6957"))


def test_the_ranking_adds_up_to_what_the_cockpit_shows(world: World) -> None:
    with world.inside():
        portfolio(world)
        rated(world, "H", plan=500, lifecycle="on_hold", totals={"forecast_in_year": 0, "fac_in_year": 0})
        rebuild_reports()
        page = cockpit(world.nodes[Level.ORGANIZATION])
        assert unconfirmed(world.actor("pmo")).whole.fac == page.outlook.fac


def test_honesty_looks_back_twelve_months_and_suggests_a_haircut(world: World) -> None:
    with world.inside():
        portfolio(world)
        drives, service = unconfirmed(world.actor("pmo")).groups
    assert service.honesty is not None
    assert (service.honesty.share, service.honesty.bias, service.honesty.haircut) == (D("0.75"), D("0.25"), D("0.2"))
    assert service.forecast_after_haircut == D(320)
    assert (drives.honesty, drives.forecast_after_haircut) == (None, D(400))


@pytest.mark.parametrize(
    ("by", "names"),
    [(By.ENTITY, ["Drives GmbH"]), (By.OWNER, ["Owner Alder", "Pmo Alder"])],
)
def test_entities_and_owners_are_ranked_alike(world: World, by: By, names: list[str]) -> None:
    with world.inside():
        portfolio(world)
        assert [group.name for group in unconfirmed(world.actor("pmo"), by=by).groups] == names


def test_only_what_a_person_sees_is_counted(world: World) -> None:
    with world.inside():
        portfolio(world)
        hidden = measure(world, "E", forecast=1, owner=world.people["pmo"])
        ForecastCheck.objects.create(
            measure=hidden, month=date(2026, 9, 1), business_unit=world.unit, stated=D(5), validated=D(5)
        )
        RoleGrant.objects.filter(user=world.people["owner"]).delete()
        ranking = unconfirmed(world.actor("owner"))
        assert [(group.name, group.measures) for group in ranking.groups] == [("Drive Systems", 3)]
        assert ranking.whole.stated == 0


def test_the_measures_of_a_group_stand_the_longest_unconfirmed_first(world: World) -> None:
    with world.inside():
        service = portfolio(world)
        actor = world.actor("pmo")
        found = waiting_measures(actor, by=By.UNIT, of=None)
        assert [(waiting.code, waiting.is_stale) for waiting in found] == [("B", True), ("C", True), ("A", False)]
        assert [waiting.code for waiting in waiting_measures(actor, by=By.UNIT, of=service.pk)] == ["C"]


def test_the_page_says_the_share_and_finds_no_foreign_group(
    world: World, twin: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with world.inside():
        service = portfolio(world)
    client.force_login(world.people["pmo"])
    page = client.get(world.url("/freshness/"))
    assert page.context["headline"] == (
        "70% of 2 kEUR is unconfirmed: 1 kEUR rests on forecasts that are stale, 1 kEUR on none."
    )
    assert "25% too high" in page.content.decode()
    chosen = client.get(world.url(f"/freshness/?by=business_unit&of={service.pk}"))
    assert [waiting.code for waiting, _ in chosen.context["waiting"]] == ["C"]
    for query in (f"?of={twin.unit.pk}", "?of=x", "?by=weather"):
        assert client.get(world.url(f"/freshness/{query}")).status_code == 404
    empty = client.get(world.url("/freshness/?by=owner"))
    assert empty.status_code == 200


def test_the_api_answers_the_same_ranking(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
    client.force_login(world.people["reader"])
    answer = client.get(world.url("/api/v1/freshness/"), {"by": "business_unit"}).json()
    assert [group["name"] for group in answer["groups"]] == ["Drive Systems", "Service"]
    assert answer["groups"][1]["honesty"] == {"share": "0.7500", "bias": "0.2500", "haircut": "0.2000"}
    assert (answer["whole"]["fac"]["unconfirmed"], answer["whole"]["stale_forecasts"]) == ("0.6957", 2)
    assert client.get(world.url("/api/v1/freshness/"), {"by": "weather"}).status_code == 422
