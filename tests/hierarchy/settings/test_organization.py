"""An administrator changes the organization itself, and sees first what that changes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.html import strip_tags

from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed, StaleVersion
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level, Topic, Verb
from hierarchy.models import ExchangeRate, Node, OrganizationSettings
from hierarchy.nodes.actions.targets import set_target
from hierarchy.organization.selectors import organization
from hierarchy.rates.actions import set_exchange_rate
from hierarchy.settings.actions import change_organization
from tests.hierarchy.conftest import unchanged
from tests.world import World, lock_months

JANUARY = date(2026, 1, 1)
TYPED = {
    "version": "1", "name": "Alder", "locale": "en", "time_zone": "Europe/Vienna", "currency": "EUR",
    "fiscal_year_start": "1",
}  # fmt: skip


def fill(world: World) -> None:
    """A target, and a plan rate into EUR."""
    admin, pmo = world.actor("admin"), world.actor("pmo")
    set_exchange_rate(admin, kind="plan", currency="GBP", month=JANUARY, rate=Decimal("1.2"))
    root = world.nodes[Level.ORGANIZATION]
    set_target(pmo, node_id=root.pk, kind="run_rate", effect="ebitda", fiscal_year=2026, amount=Decimal(5))


def test_a_changed_organization_is_versioned_audited_and_told(inside: World) -> None:
    changes = {"name": "Alder Holding", "locale": "de", "time_zone": "Asia/Tokyo", "fiscal_year_start": 4}
    change_organization(inside.actor("admin"), expected_version=1, **changes)
    home = organization()
    assert {name: getattr(home, name) for name in changes} == changes
    assert Node.objects.get(parent__isnull=True).name == "Organization of Alder"
    entry = AuditEntry.objects.get(verb=Verb.ORGANIZATION_CHANGED)
    assert entry.change["name"] == ["Alder", "Alder Holding"]
    assert entry.summary == "changed the organization: name, locale, time zone, fiscal year start"
    assert entry.ledger.sequence == 1
    assert OutboxRow.objects.filter(topic=Topic.SETTINGS_CHANGED).exists()
    with pytest.raises(StaleVersion):
        change_organization(inside.actor("admin"), expected_version=1, name="Elder")


def test_the_top_of_the_structure_is_renamed_along(inside: World) -> None:
    Node.objects.filter(parent__isnull=True).update(name="Alder")
    change_organization(inside.actor("admin"), name="Alder Holding")
    assert Node.objects.get(parent__isnull=True).name == "Alder Holding"


def test_the_same_values_write_nothing(inside: World) -> None:
    with unchanged(inside):
        change_organization(inside.actor("admin"), name="Alder", currency="eur")
    assert OrganizationSettings.objects.get().version == 1


def test_another_currency_withdraws_the_rates_into_the_old_one(inside: World) -> None:
    fill(inside)
    change_organization(inside.actor("admin"), currency="usd")
    assert organization().currency == "USD"
    assert ExchangeRate.objects.count() == 0
    assert AuditEntry.objects.get(verb=Verb.ORGANIZATION_CHANGED).change["rates_withdrawn"] == [1, 0]


def test_the_currency_stays_from_the_first_lock_on(inside: World) -> None:
    lock_months(JANUARY)
    with unchanged(inside), pytest.raises(Invalid) as caught:
        change_organization(inside.actor("admin"), currency="USD")
    assert caught.value.errors == {
        "currency": ["The first month is locked in EUR. The reporting currency stays from then on."]
    }


@pytest.mark.parametrize("persona", ["pmo", "controller", "chair", "reader"])
def test_nobody_else_changes_the_organization(inside: World, persona: str) -> None:
    with unchanged(inside), pytest.raises(NotAllowed):
        change_organization(inside.actor(persona), name="Mine")


def test_the_page_shows_what_changes_before_it_saves(world: World, client: Client) -> None:
    with world.inside():
        fill(world)
    client.force_login(world.people["admin"])
    typed = {**TYPED, "currency": "USD", "time_zone": "Asia/Tokyo", "fiscal_year_start": "4"}
    shown = client.post(world.url("/settings/organization/"), typed).content.decode()
    text = " ".join(strip_tags(shown).split())
    for sentence in (
        "in Asia/Tokyo",
        "A fiscal year runs from Apr to Mar",
        "1 exchange rate into EUR is withdrawn.",
        "Plan rates into USD are needed for EUR.",
        "1 target keeps its number and means USD.",
    ):
        assert sentence in text
    with world.inside():
        assert organization().currency == "EUR"
    digest = re.search(r'name="shown" value="(\w+)"', shown)
    assert digest
    typed["shown"] = digest[1]
    assert client.post(world.url("/settings/organization/"), {**typed, "name": "Other"}).status_code == 200
    assert client.post(world.url("/settings/organization/"), typed).status_code == 302
    with world.inside():
        assert (organization().currency, organization().name) == ("USD", "Alder")


def test_a_refused_value_stands_beside_its_field(world: World, client: Client) -> None:
    with world.inside():
        lock_months(JANUARY)
    client.force_login(world.people["admin"])
    response = client.post(world.url("/settings/organization/"), {**TYPED, "currency": "USD"})
    assert response.status_code == 422
    assert "The reporting currency stays from then on." in response.content.decode()


def test_the_api_tells_what_a_change_would_do(world: World, client: Client) -> None:
    client.force_login(world.people["admin"])
    path = world.url("/api/v1/organization/preview/")
    answer = client.get(path, {"locale": "de"}).json()
    assert answer["changes"] == {"locale": ["en", "de"]}
    assert len(answer["sentences"]) == 1
    wrong = client.get(path, {"locale": "xx", "time_zone": "Vienna"})
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"locale", "time_zone"}
