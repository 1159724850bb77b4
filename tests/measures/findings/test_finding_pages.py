"""The pages of findings: both sides of an overlap, form, list, and what is told of a measure one may not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from cat4.outbox.actions import drain
from hierarchy.models import RoleGrant
from measures.models import Finding, Measure
from tests.measures.findings.test_findings import pair, planned, stranger
from tests.world import World

pytestmark = pytest.mark.django_db


def get(client: Client, world: World, persona: str, path: str, **query: Any) -> HttpResponse:
    client.force_login(world.people[persona])
    return client.get(world.url(path), query)  # type: ignore[return-value]  # a test response


@pytest.fixture
def shared(world: World) -> tuple[Measure, Measure, Finding]:
    with world.inside():
        return pair(world)


def test_an_overlap_stands_on_both_measures_and_on_the_list(
    world: World, client: Client, shared: tuple[Measure, Measure, Finding]
) -> None:
    first, second, row = shared
    sentence = "M-1 and M-2 both book on account 400 Material of Drives GmbH from Jan 2026 on."
    for path in (f"/measures/{first.pk}/checks/", f"/measures/{second.pk}/checks/", "/findings/"):
        text = get(client, world, "pmo", path).content.decode()
        assert sentence in text
        assert "Gates 1, 2 and 3" in text
    text = get(client, world, "pmo", f"/findings/{row.pk}/").content.decode()
    assert "Measure M-1" in text
    assert "Measure M-2" in text
    assert text.count("1,200 EUR") == 2
    assert "nothing matches" not in get(client, world, "pmo", "/findings/", q="M-2", code="overlap").content.decode()
    assert "No finding matches" in get(client, world, "pmo", "/findings/", code="no_account").content.decode()


def test_naming_what_a_measure_makes_possible_on_its_page_finds_value_that_both_carry(
    world: World, client: Client
) -> None:
    with world.inside():
        effect, enabler = planned(world, "M-1", supplier="Alpha"), planned(world, "M-2", supplier="Beta")
    client.force_login(world.people["owner"])
    path = world.url(f"/measures/{enabler.pk}/edit/closure/")
    facts = {"version": 1, "enables_id": "M-77"}
    refused = client.post(path, facts)
    assert refused.status_code == 422
    assert "There is no measure with the code M-77." in refused.content.decode()
    assert client.post(path, {**facts, "enables_id": "m-1"}).status_code == 302
    drain(world.organization.pk)
    assert 'value="M-1"' in client.get(path).content.decode()
    assert "M-1 Measure M-1</a>" in get(client, world, "owner", f"/measures/{enabler.pk}/").content.decode()
    shown = get(client, world, "owner", f"/measures/{effect.pk}/").content.decode()
    assert "Made possible by" in shown
    assert "M-2 Measure M-2</a>" in shown
    for measure in (effect, enabler):
        text = get(client, world, "owner", f"/measures/{measure.pk}/checks/").content.decode()
        assert "M-2 makes M-1 possible, and both plan hard EBITDA. Only one carries the value." in text
    assert client.post(path, {"version": 2, "enables_id": ""}).status_code == 302
    drain(world.organization.pk)
    with world.inside():
        assert not Finding.objects.filter(code="enabler_and_effect", closed_at__isnull=True).exists()


def test_of_what_a_reader_may_not_see_only_the_code_is_told(world: World, client: Client) -> None:
    with world.inside():
        hidden = world.measure("M-1", name="Hidden tender", owner=stranger(world))
        measure = world.measure("M-2", enables=hidden)
        RoleGrant.objects.filter(user=world.people["owner"]).delete()
    text = get(client, world, "owner", f"/measures/{measure.pk}/").content.decode()
    assert "<dt>Makes possible</dt> <dd> M-1 </dd>" in " ".join(text.split())
    assert "Hidden tender" not in text


def test_the_overview_leads_from_doubts_to_the_checks(world: World, client: Client) -> None:
    with world.inside():
        measure = planned(world, "M-1", account=None)
    text = get(client, world, "owner", f"/measures/{measure.pk}/").content.decode()
    assert "but names no account" in text
    assert f'<a href="{world.url(f"/measures/{measure.pk}/checks/")}">Explain or correct it in Checks</a>' in text
    assert f'href="{world.url("/findings/")}"' in text


def test_the_form_settles_it_for_both(world: World, client: Client, shared: tuple[Measure, Measure, Finding]) -> None:
    _, second, row = shared
    client.force_login(world.people["owner"])
    path = world.url(f"/findings/{row.pk}/")
    facts = {"measure_id": str(second.pk), "resolution": "split", "reason": "By volume.", "version": 1}
    missing = client.post(path, facts)
    assert missing.status_code == 422
    assert "Enter the share that the measure keeps, in percent." in missing.content.decode()
    saved = client.post(path, {**facts, "percent": "60"})
    assert saved.status_code == 302
    text = client.get(world.url(f"/measures/{second.pk}/checks/")).content.decode()
    assert "Split: M-2 keeps 60 percent, M-1 the rest" in text
    stale = client.post(path, {**facts, "percent": "70"})
    assert stale.status_code == 409


def test_of_a_measure_that_is_not_theirs_people_read_code_and_owner(
    world: World, client: Client, shared: tuple[Measure, Measure, Finding]
) -> None:
    first, second, row = shared
    with world.inside():
        RoleGrant.objects.filter(user=world.people["owner"]).delete()
        Measure.objects.filter(pk=second.pk).update(owner=stranger(world), name="Secret tender")
    text = get(client, world, "owner", f"/findings/{row.pk}/").content.decode()
    assert "Otto Fremd" in text
    assert "Secret tender" not in text
    assert text.count("1,200 EUR") == 1
    listed = get(client, world, "owner", f"/measures/{first.pk}/checks/").content.decode()
    assert "M-2: owner Otto Fremd, not yours to see." in listed


def test_readers_see_who_may_and_have_no_form(
    world: World, client: Client, shared: tuple[Measure, Measure, Finding]
) -> None:
    _, _, row = shared
    text = get(client, world, "reader", f"/findings/{row.pk}/").content.decode()
    assert "Only the owner Owner Alder of M-1" in text
    assert "<textarea" not in text


def test_a_contradiction_offers_no_form(world: World, client: Client) -> None:
    with world.inside():
        measure = planned(world, "M-1")
        Finding.objects.create(
            measure=measure, code="above_baseline", key="above_baseline", sentence="Too much.", blocked_gates=[2, 3],
            opened_at="2026-10-01T09:00Z",
        )  # fmt: skip
        row = Finding.objects.get()
    text = get(client, world, "owner", f"/findings/{row.pk}/").content.decode()
    assert "No reason makes this right. It is gone once the numbers are corrected." in text
    assert "<textarea" not in text


def test_a_finding_of_another_organization_is_not_found(
    world: World, twin: World, client: Client, shared: tuple[Measure, Measure, Finding]
) -> None:
    _, _, row = shared
    assert get(client, twin, "pmo", f"/findings/{row.pk}/").status_code == 404
    assert "M-1" not in get(client, twin, "pmo", "/findings/").content.decode()
