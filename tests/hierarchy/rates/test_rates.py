"""Versions of exchange rates (domain 6.10): who set what, comparison, history, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import Client

from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Invalid, NotAllowed
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Topic, Verb
from hierarchy.models import ExchangeRate, LegalEntity, RateChange, RateSet
from hierarchy.rates.actions import set_exchange_rate, set_rates
from hierarchy.rates.selectors.overview import missing_plan_rates, rate_table
from hierarchy.rates.selectors.rates import (
    average_rates,
    compare_versions,
    rate_history,
    rate_version,
    rate_versions,
    rates_at,
)
from tests.hierarchy.conftest import unchanged
from tests.world import World, build_world, lock_months

D = Decimal
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
TABLES = (ExchangeRate, RateSet, RateChange)


def set_average(world: World, rates: dict[tuple[str, date], str], **facts: Any) -> RateSet | None:
    given = {key: D(rate) for key, rate in rates.items()}
    return set_rates(world.actor("admin"), **{"kind": "avg", "rates": given, "source": "Treasury", **facts})


def test_rates_set_together_are_one_version_with_author_source_and_reason(inside: World) -> None:
    version = set_average(inside, {("usd", JANUARY): "0.91", ("GBP", JANUARY): "1.15"}, reason="Month end")
    assert version is not None
    facts = (version.kind, version.number, version.source, version.reason, version.author_name)
    assert facts == ("avg", 1, "Treasury", "Month end", "Admin Alder")
    assert average_rates(["USD", "GBP"]) == {("USD", JANUARY): D("0.91"), ("GBP", JANUARY): D("1.15")}
    entry = AuditEntry.objects.get(verb=Verb.RATE_SET)
    assert entry.change == {"GBP 2026-01": [None, "1.15"], "USD 2026-01": [None, "0.91"], "source": "Treasury"}
    assert entry.summary == "set 2 average rates of GBP, USD, version 1"
    assert LedgerEntry.objects.get().entry == entry
    assert [row.topic for row in OutboxRow.objects.all()] == [Topic.SETTINGS_CHANGED]


def test_a_change_keeps_the_rate_before_and_asks_why(inside: World) -> None:
    set_average(inside, {("USD", JANUARY): "0.91"})
    with pytest.raises(Invalid) as refusal:
        set_average(inside, {("USD", JANUARY): "0.92", ("USD", FEBRUARY): "0.93"})
    assert refusal.value.errors == {"reason": ["Say why a rate that is set changes."]}
    second = set_average(inside, {("USD", JANUARY): "0.92", ("USD", FEBRUARY): "0.93"}, reason="Late quote")
    assert second is not None
    kept = list(second.changes.values_list("month", "before", "rate"))
    assert kept == [(JANUARY, D("0.91"), D("0.92")), (FEBRUARY, None, D("0.93"))]
    assert [(vars(version)["rates"], vars(version)["changed"]) for version in rate_versions("avg")] == [(2, 1), (1, 0)]
    assert rate_version(second.pk) == second


def test_only_what_differs_enters_a_version_and_nothing_new_makes_none(world: World) -> None:
    with world.inside():
        set_average(world, {("USD", JANUARY): "0.91", ("USD", FEBRUARY): "0.92"})
        third = set_average(world, {("USD", JANUARY): "0.91", ("USD", MARCH): "0.93"})
        assert third is not None
        assert [change.month for change in third.changes.all()] == [MARCH]
    with unchanged(world, *TABLES), world.inside():
        assert set_average(world, {("USD", JANUARY): "0.910", ("USD", MARCH): "0.93"}) is None


def test_each_kind_counts_its_own_versions(inside: World) -> None:
    numbers = [
        set_average(inside, {("USD", JANUARY): "0.91"}, kind=kind).number  # type: ignore[union-attr]
        for kind in ("avg", "close", "plan")
    ]
    assert numbers == [1, 1, 1]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"kind": "spot"}, {"kind": ["The rate is plan, avg or close."]}),
        ({"rates": {}}, {"rates": ["Give at least one rate."]}),
        ({"source": " "}, {"source": ["Enter a source."]}),
        (
            {"rates": {("EUR", JANUARY): D(1)}},
            {"EUR 2026-01": ["EUR is the reporting currency. Its rate is always 1."]},
        ),
        ({"rates": {("USD", JANUARY): D(0)}}, {"USD 2026-01": ["A rate is a number above 0."]}),
        ({"rates": {("USD", JANUARY): D(1), ("usd", JANUARY): D(2)}}, {"USD 2026-01": ["This rate is given twice."]}),
        (
            {"kind": "plan", "rates": {("USD", JANUARY): D(1), ("USD", FEBRUARY): D(1)}},
            {"USD 2026-02": ["A plan rate holds for a fiscal year. It is given for Jan 2026."]},
        ),
    ],
)
def test_a_bad_rate_refuses_all_of_them(world: World, changes: dict[str, Any], errors: dict[str, list[str]]) -> None:
    facts: dict[str, Any] = {"kind": "avg", "rates": {("USD", JANUARY): D(1)}, "source": "Treasury", **changes}
    with unchanged(world, *TABLES), world.inside(), pytest.raises(Invalid) as refusal:
        set_rates(world.actor("admin"), **facts)
    assert {field: refusal.value.errors[field] for field in errors} == errors


@pytest.mark.parametrize(("kind", "locked"), [("plan", date(2026, 12, 1)), ("avg", JANUARY), ("close", JANUARY)])
def test_a_rate_that_governs_a_locked_month_stays_and_so_do_all_beside_it(
    world: World, kind: str, locked: date
) -> None:
    with world.inside():
        set_average(world, {("USD", JANUARY): "0.91"}, kind=kind)
        lock_months(locked)
    with unchanged(world, *TABLES), world.inside(), pytest.raises(Invalid) as refusal:
        set_average(world, {("USD", JANUARY): "0.92", ("GBP", JANUARY): "1.15"}, kind=kind, reason="Late")
    assert list(refusal.value.errors) == ["USD 2026-01"]
    with world.inside():
        # The first rate of a locked month may still be said: nothing was signed at another.
        assert set_average(world, {("GBP", JANUARY): "1.15"}, kind=kind) is not None


@pytest.mark.parametrize("persona", ["pmo", "owner", "sponsor", "controller", "chair", "member", "reader"])
def test_only_an_administrator_sets_rates(world: World, persona: str) -> None:
    with unchanged(world, *TABLES), world.inside(), pytest.raises(NotAllowed):
        set_rates(world.actor(persona), kind="avg", rates={("USD", JANUARY): D(1)}, reason="", source="Treasury")


def test_two_versions_are_compared_as_they_held_then(inside: World) -> None:
    ExchangeRate.objects.create(kind="avg", currency="CHF", month=JANUARY, rate=D("1.05"))
    set_average(inside, {("USD", JANUARY): "0.91"})
    set_average(inside, {("USD", JANUARY): "0.92", ("USD", FEBRUARY): "0.93"}, reason="Late")
    set_average(inside, {("USD", JANUARY): "0.94", ("CHF", JANUARY): "1.06"}, reason="Again")
    assert rates_at("avg", 0) == {("CHF", JANUARY): D("1.05")}
    assert rates_at("avg", 1) == {("CHF", JANUARY): D("1.05"), ("USD", JANUARY): D("0.91")}
    differences = compare_versions("avg", 1, 3)
    assert [(line.currency, line.month, line.before, line.after) for line in differences] == [
        ("CHF", JANUARY, D("1.05"), D("1.06")),
        ("USD", JANUARY, D("0.91"), D("0.94")),
        ("USD", FEBRUARY, None, D("0.93")),
    ]
    assert [line.share is None for line in differences] == [False, False, True]
    assert compare_versions("avg", 3, 3) == []


def test_the_history_of_a_rate_is_told_latest_first(inside: World) -> None:
    set_average(inside, {("USD", JANUARY): "0.91", ("GBP", JANUARY): "1.15"})
    set_average(inside, {("USD", JANUARY): "0.92"}, reason="Late")
    told = [(change.rate_set.number, change.before, change.rate) for change in rate_history("avg", "USD", JANUARY)]
    assert told == [(2, D("0.91"), D("0.92")), (1, None, D("0.91"))]


def test_one_rate_set_by_hand_is_a_version_too(inside: World) -> None:
    set_exchange_rate(inside.actor("admin"), kind="close", currency="usd", month=JANUARY, rate=D("0.9"))
    version = RateSet.objects.get()
    assert (version.kind, version.number, version.source) == ("close", 1, "Entered by hand")
    assert AuditEntry.objects.get().summary == "set the closing rate of USD for Jan 2026 to 0.9, version 1"


def test_versions_are_never_edited_not_even_by_sql(inside: World) -> None:
    version = set_average(inside, {("USD", JANUARY): "0.91"})
    assert version is not None
    for change in (
        lambda: RateSet.objects.filter(pk=version.pk).update(reason="Other"),
        lambda: version.changes.update(rate=2),
        lambda: version.changes.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_version_of_another_organization_is_not_found(world: World, twin: World) -> None:
    with twin.inside():
        foreign = set_average(twin, {("USD", JANUARY): "0.91"})
    with world.inside(), pytest.raises(Http404):
        rate_version(foreign.pk)  # type: ignore[union-attr]


def test_with_a_fiscal_year_from_april_a_plan_rate_governs_april_to_march(db: None) -> None:
    april = build_world("april")
    april.organization.fiscal_year_start = 4
    april.organization.save()
    first = date(2026, 4, 1)
    with april.inside():
        set_average(april, {("USD", first): "0.90"}, kind="plan")
        lock_months(date(2026, 3, 1), date(2027, 4, 1))
        set_average(april, {("USD", first): "0.91"}, kind="plan", reason="Budget")
        lock_months(date(2027, 3, 1))
        with pytest.raises(Invalid, match="A month of this rate is locked"):
            set_average(april, {("USD", first): "0.92"}, kind="plan", reason="Budget")


def test_with_a_fiscal_year_from_april_the_missing_plan_rates_are_those_of_fiscal_years(db: None) -> None:
    april = build_world("april")
    april.organization.fiscal_year_start = 4
    april.organization.save()
    with april.inside():
        LegalEntity.objects.create(code="US", name="Drives Inc", currency="USD")
        # 15 October 2026 lies in fiscal year 2027.
        missing = [(gap.currency, gap.fiscal_year, gap.month) for gap in missing_plan_rates()]
        assert missing == [("USD", 2027, date(2026, 4, 1)), ("USD", 2028, date(2027, 4, 1))]
        set_average(april, {("USD", date(2026, 4, 1)): "0.90"}, kind="plan")
        assert [gap.fiscal_year for gap in missing_plan_rates()] == [2028]
        assert [year for year, _ in rate_table().plan] == [2027]


def test_pages_show_versions_their_comparison_and_a_history(client: Client, world: World) -> None:
    with world.inside():
        set_average(world, {("USD", JANUARY): "0.91"})
        latest = set_average(world, {("USD", JANUARY): "0.93"}, reason="Treasury was late")
    client.force_login(world.people["reader"])
    rates = client.get(world.url("/settings/rates/")).content.decode()
    assert "Average 2" in rates and "Treasury was late" in rates and "0.93000" in rates
    versions = world.url("/settings/rates/versions/")
    compared = client.get(versions, {"kind": "avg", "first": "1", "second": "2"}).content.decode()
    assert "0.91000" in compared and "0.93000" in compared and "+2.20%" in compared
    assert "No difference" in client.get(versions, {"kind": "avg", "first": "2", "second": "2"}).content.decode()
    assert client.get(versions, {"kind": "avg", "first": "x", "second": "2"}).status_code == 422
    page = client.get(f"{versions}{latest.pk}/").content.decode()  # type: ignore[union-attr]
    assert "Treasury was late" in page and "0.91000" in page
    history = world.url("/settings/rates/history/")
    told = client.get(history, {"kind": "avg", "currency": "USD", "month": "2026-01"}).content.decode()
    assert told.index("0.93000") < told.index("Treasury was late")
    assert client.get(history, {"kind": "avg", "currency": "usd", "month": "2026-01"}).status_code == 404


def test_changing_a_rate_on_its_page_asks_for_a_reason(client: Client, world: World) -> None:
    client.force_login(world.people["admin"])
    path = world.url("/settings/rates/set/")
    typed = {"kind": "avg", "currency": "USD", "month": "2026-05", "rate": "0.92"}
    assert client.post(path, typed).status_code == 302
    again = client.post(path, {**typed, "rate": "0.93"})
    assert (again.status_code, "Say why a rate that is set changes." in again.content.decode()) == (422, True)
    assert client.post(path, {**typed, "rate": "0.93", "reason": "Corrected"}).status_code == 302
    with world.inside():
        assert ExchangeRate.objects.get().rate == D("0.93")
