"""Master data, exchange rates, targets and settings: who, what is written, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from cat4.outbox.models import OutboxRow
from hierarchy.calendar.selectors.periods import is_locked, last_locked_month, locked_months
from hierarchy.constants import Level, MasterKind, Topic, Verb
from hierarchy.master.actions import create_master, edit_master, restore_master, retire_master
from hierarchy.master.selectors.master import MODELS, master_records
from hierarchy.models import ExchangeRate, LegalEntity, OrganizationSettings, RoleGrant, Target
from hierarchy.nodes.actions.targets import set_target, set_targets
from hierarchy.organization.selectors import organization, thresholds
from hierarchy.rates.actions import set_exchange_rate
from hierarchy.rates.selectors.rates import MissingRate, plan_rate, plan_rates
from hierarchy.settings.actions import change_settings
from tests.hierarchy.conftest import unchanged
from tests.world import World, build_world, lock_months

OTHERS = ["pmo", "owner", "sponsor", "controller", "chair", "member", "reader"]
JANUARY = date(2026, 1, 1)


@pytest.mark.parametrize("kind", MasterKind.values)
def test_an_administrator_adds_an_entry_of_every_kind(inside: World, kind: str) -> None:
    extra = {"currency": "usd", "country": "us"} if kind == MasterKind.LEGAL_ENTITY else {}
    entry = create_master(inside.actor("admin"), kind, code=" X1 ", name="New", **extra)
    assert (entry.code, entry.name, type(entry)) == ("X1", "New", MODELS[kind])
    assert AuditEntry.objects.get(verb=Verb.MASTER_CREATED).object_id == entry.pk
    assert entry in master_records(kind)


@pytest.mark.parametrize("persona", OTHERS)
def test_nobody_else_changes_master_data(world: World, persona: str) -> None:
    with unchanged(world, LegalEntity), world.inside():
        actor = world.actor(persona)
        acts: list[Callable[[], object]] = [
            lambda: create_master(actor, "legal_entity", code="X", name="New", currency="EUR"),
            lambda: edit_master(actor, "legal_entity", world.entity.pk, name="New"),
            lambda: retire_master(actor, "legal_entity", world.entity.pk),
            lambda: restore_master(actor, "legal_entity", world.entity.pk),
        ]
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "", "name": "New", "currency": "EUR"}, "code"),
        ({"code": "X", "name": " ", "currency": "EUR"}, "name"),
        ({"code": "X", "name": "New"}, "currency"),
        ({"code": "X", "name": "New", "currency": "Euro"}, "currency"),
        ({"code": "X", "name": "New", "currency": "EUR", "country": "Austria"}, "country"),
        ({"code": "E1", "name": "New", "currency": "EUR"}, "code"),
    ],
)
def test_bad_master_data_is_refused_by_field(world: World, facts: dict[str, Any], field: str) -> None:
    with unchanged(world, LegalEntity), world.inside(), pytest.raises(Invalid) as refusal:
        create_master(world.actor("admin"), "legal_entity", **facts)
    assert list(refusal.value.errors) == [field]


def test_an_unknown_kind_is_refused(inside: World) -> None:
    with pytest.raises(Invalid) as refusal:
        create_master(inside.actor("admin"), "colour", code="X", name="New")
    assert list(refusal.value.errors) == ["kind"]


def test_an_entry_of_another_organization_is_not_found(world: World, twin: World) -> None:
    with unchanged(twin, LegalEntity), world.inside():
        for act in (edit_master, retire_master, restore_master):
            with pytest.raises(Http404):
                act(world.actor("admin"), "legal_entity", twin.entity.pk)


def test_an_edit_of_master_data_is_versioned(inside: World) -> None:
    entry = edit_master(inside.actor("admin"), "account", inside.account.pk, name="Steel", expected_version=1)
    assert (entry.name, entry.version) == ("Steel", 2)
    assert AuditEntry.objects.get(verb=Verb.MASTER_EDITED).change == {"name": ["Material", "Steel"]}
    with pytest.raises(StaleVersion) as refusal:
        edit_master(inside.actor("admin"), "account", inside.account.pk, name="Iron", expected_version=1)
    assert refusal.value.current == {"version": 2, "code": "400", "name": "Steel"}


def test_a_retired_entry_leaves_the_choices_and_comes_back(inside: World) -> None:
    actor = inside.actor("admin")
    retire_master(actor, "function", inside.function.pk, reason="Merged")
    assert list(master_records("function")) == []
    with pytest.raises(Conflict):
        retire_master(actor, "function", inside.function.pk)
    restore_master(actor, "function", inside.function.pk)
    assert list(master_records("function")) == [inside.function]
    with pytest.raises(Conflict):
        restore_master(actor, "function", inside.function.pk)


def test_a_plan_rate_holds_for_its_fiscal_year(inside: World) -> None:
    set_exchange_rate(inside.actor("admin"), kind="plan", currency="usd", month=JANUARY, rate=Decimal("0.92"))
    assert plan_rate("USD", date(2026, 11, 1)) == Decimal("0.92")
    assert plan_rate("EUR", date(2031, 1, 1)) == 1
    with pytest.raises(MissingRate) as missing:
        plan_rate("USD", date(2027, 1, 1))
    assert (missing.value.currency, missing.value.fiscal_year) == ("USD", 2027)
    assert "There is no plan rate USD to EUR for fiscal year 2027." in str(missing.value)
    assert LedgerEntry.objects.count() == 1
    assert list(OutboxRow.objects.values_list("topic", flat=True)) == [Topic.SETTINGS_CHANGED]


def test_the_fiscal_year_of_a_rate_need_not_be_the_calendar_year(db: None) -> None:
    world = build_world("april")
    world.organization.fiscal_year_start = 4
    world.organization.save()
    with world.inside():
        admin = world.actor("admin")
        with pytest.raises(Invalid) as refusal:
            set_exchange_rate(admin, kind="plan", currency="USD", month=JANUARY, rate=Decimal(1))
        assert refusal.value.errors["month"] == ["A plan rate holds for a fiscal year. It is given for Apr 2025."]
        set_exchange_rate(admin, kind="plan", currency="USD", month=date(2026, 4, 1), rate=Decimal("0.9"))
        assert plan_rates({"USD", "EUR"}, [2027]) == {("USD", 2027): Decimal("0.9"), ("EUR", 2027): Decimal(1)}
        assert plan_rate("USD", date(2027, 3, 1)) == Decimal("0.9")
        with pytest.raises(MissingRate):
            plan_rate("USD", date(2026, 3, 1))


@pytest.mark.parametrize("persona", OTHERS)
def test_nobody_else_sets_rates_or_settings(world: World, persona: str) -> None:
    with unchanged(world, ExchangeRate, OrganizationSettings), world.inside():
        with pytest.raises(NotAllowed):
            set_exchange_rate(world.actor(persona), kind="plan", currency="USD", month=JANUARY, rate=Decimal(1))
        with pytest.raises(NotAllowed):
            change_settings(world.actor(persona), slip_green_days=6)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "US"}, "currency"),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": Decimal("NaN")}, "rate"),
        ({"rate": Decimal("0.123456789")}, "rate"),
        ({"kind": "spot"}, "kind"),
        ({"kind": "avg", "month": date(2026, 2, 2)}, "month"),
        ({"month": date(2026, 2, 1)}, "month"),
    ],
)
def test_a_bad_rate_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"kind": "plan", "currency": "USD", "month": JANUARY, "rate": Decimal("0.9"), **changes}
    with unchanged(world, ExchangeRate), world.inside(), pytest.raises(Invalid) as refusal:
        set_exchange_rate(world.actor("admin"), **facts)
    assert list(refusal.value.errors) == [field]


def test_a_rate_at_which_figures_were_locked_does_not_change(world: World) -> None:
    facts: dict[str, Any] = {"kind": "plan", "currency": "USD", "month": JANUARY}
    with world.inside():
        admin = world.actor("admin")
        set_exchange_rate(admin, rate=Decimal("0.9"), **facts)
        set_exchange_rate(admin, rate=Decimal("0.91"), reason="Budget agreed later", **facts)
        lock_months(date(2026, 3, 1))
    with unchanged(world, ExchangeRate), world.inside():
        with pytest.raises(Invalid) as refusal:
            set_exchange_rate(admin, rate=Decimal("0.92"), **facts)
        assert list(refusal.value.errors) == ["rate"]
        assert set_exchange_rate(admin, rate=Decimal("0.91"), **facts).rate == Decimal("0.91")


def test_locked_months_are_read(inside: World) -> None:
    assert last_locked_month() is None
    lock_months(date(2026, 1, 1), date(2026, 2, 1))
    assert locked_months() == {date(2026, 1, 1), date(2026, 2, 1)}
    assert last_locked_month() == date(2026, 2, 1)
    assert is_locked(date(2026, 2, 1))
    assert not is_locked(date(2026, 3, 1))


def test_a_manager_sets_changes_and_takes_away_a_target(inside: World) -> None:
    node, actor = inside.nodes[Level.PROGRAM], inside.actor("pmo")
    facts: dict[str, Any] = {"node_id": node.pk, "kind": "run_rate", "fiscal_year": 2028}
    set_target(actor, amount=Decimal("1000000"), **facts)
    set_target(actor, amount=Decimal("1500000"), **facts)
    assert Target.objects.get().amount == Decimal("1500000.00")
    entries = AuditEntry.objects.filter(verb=Verb.TARGET_SET).order_by("at", "id")
    assert [entry.change["amount"] for entry in entries] == [[None, "1000000"], ["1000000.00", "1500000"]]
    assert set_target(actor, amount=None, **facts) is None
    assert not Target.objects.exists()


@pytest.mark.parametrize("persona", ["owner", "sponsor", "controller", "chair", "member", "reader", "admin"])
def test_nobody_else_sets_a_target(world: World, persona: str) -> None:
    with unchanged(world, Target), world.inside(), pytest.raises(NotAllowed):
        set_target(world.actor(persona), node_id=world.package.pk, kind="run_rate", fiscal_year=2028, amount=Decimal(1))


def test_a_manager_of_a_program_sets_no_target_above_it(inside: World) -> None:
    RoleGrant.objects.create(user=inside.people["owner"], node=inside.nodes[Level.PROGRAM], role=Role.PMO)
    facts: dict[str, Any] = {"kind": "run_rate", "fiscal_year": 2028, "amount": Decimal(1)}
    set_target(inside.actor("owner"), node_id=inside.nodes[Level.PROJECT].pk, **facts)
    with pytest.raises(NotAllowed):
        set_target(inside.actor("owner"), node_id=inside.nodes[Level.PORTFOLIO].pk, **facts)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "yearly"}, "kind"),
        ({"fiscal_year": 2050}, "fiscal_year"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("Infinity")}, "amount"),
    ],
)
def test_a_bad_target_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"kind": "run_rate", "fiscal_year": 2028, "amount": Decimal(1), **changes}
    with unchanged(world, Target), world.inside(), pytest.raises(Invalid) as refusal:
        set_target(world.actor("pmo"), node_id=world.package.pk, **facts)
    assert list(refusal.value.errors) == [field]


def test_several_targets_are_set_together_or_not_at_all(world: World, twin: World) -> None:
    node = world.package.pk
    good, bad = ("ebitda", "run_rate", 2028), ("ebitda", "run_rate", 2050)
    with unchanged(world, Target), world.inside():
        with pytest.raises(Invalid) as refusal:
            set_targets(world.actor("pmo"), node_id=node, amounts={good: Decimal(1), bad: Decimal(1)})
        assert list(refusal.value.errors) == ["ebitda_run_rate_2050"]
        with pytest.raises(StaleVersion):
            set_targets(world.actor("pmo"), node_id=node, amounts={good: Decimal(2)}, expected={good: Decimal(1)})
        with pytest.raises(Http404):
            set_targets(world.actor("pmo"), node_id=twin.package.pk, amounts={good: Decimal(1)})
    with world.inside():
        set_targets(world.actor("pmo"), node_id=node, amounts={good: Decimal(1)}, expected={})
        assert Target.objects.get().amount == 1


def test_settings_change_by_versions_and_go_into_the_ledger(inside: World) -> None:
    admin = inside.actor("admin")
    saved = change_settings(admin, expected_version=1, slip_green_days=7, last_month=date(2030, 12, 1))
    assert (saved.version, thresholds().slip_green_days) == (2, 7)
    assert saved.overrides == {"slip_green_days": "7"}
    entry = AuditEntry.objects.get(verb=Verb.SETTINGS_CHANGED)
    assert entry.change == {"slip_green_days": [5, 7], "last_month": ["2029-12-01", "2030-12-01"]}
    assert LedgerEntry.objects.get().entry_id == entry.pk
    assert OutboxRow.objects.get().topic == Topic.SETTINGS_CHANGED
    with pytest.raises(StaleVersion) as refusal:
        change_settings(admin, expected_version=1, slip_green_days=8)
    assert refusal.value.current["slip_green_days"] == 7
    assert organization().currency == "EUR"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slip_green_days": 20}, "slip_amber_days"),
        ({"slip_green_days": -1}, "slip_green_days"),
        ({"slip_green_days": "many"}, "slip_green_days"),
        ({"potential_green": Decimal("0.80")}, "potential_amber"),
        ({"potential_green": Decimal("95")}, "potential_green"),
        ({"cost_amber": Decimal("1.00")}, "cost_amber"),
        ({"closure_months": 0}, "closure_months"),
        ({"weight_2": Decimal("0.05")}, "weight_2"),
        ({"first_month": date(2025, 1, 1)}, "first_month"),
        ({"last_month": date(2028, 12, 1)}, "last_month"),
        ({"last_month": date(2030, 12, 2)}, "last_month"),
        ({"last_month": date(2090, 12, 1)}, "last_month"),
    ],
)
def test_bad_settings_are_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    with unchanged(world, OrganizationSettings), world.inside(), pytest.raises(Invalid) as refusal:
        change_settings(world.actor("admin"), **changes)
    assert list(refusal.value.errors) == [field]


def test_settings_that_stay_the_same_write_nothing(world: World) -> None:
    with unchanged(world, OrganizationSettings), world.inside():
        change_settings(world.actor("admin"), slip_green_days=5)
