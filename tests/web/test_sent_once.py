"""A form sent twice is carried out once, and what is sent to an address without its last slash isn't lost."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from measures.models import Measure, Risk
from tests.world import World


@pytest.fixture
def measure(world: World) -> Measure:
    cache.clear()
    with world.inside():
        return world.measure("M-1")


def drawn(client: Client, address: str) -> str:
    """The key that the page's form carries."""
    found = re.search(r'name="sent_once" value="([0-9a-f]{32})"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def risk(key: str, **facts: str) -> dict[str, str]:
    return {"title": "The smelter closes", "likelihood": "high", "sent_once": key, **facts}


def test_the_second_makes_nothing_and_is_led_where_the_first_was(world: World, measure: Measure) -> None:
    client, address = Client(), world.url(f"/measures/{measure.pk}/risks/new/")
    client.force_login(world.people["owner"])
    key = drawn(client, address)
    first, second = (client.post(address, risk(key)) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    by_script = client.post(address, risk(key), headers={"HX-Request": "true"})
    assert by_script["HX-Redirect"] == first["Location"]
    with world.inside():
        assert Risk.objects.count() == 1
    assert client.post(address, risk(drawn(client, address))).status_code == 302
    with world.inside():
        assert Risk.objects.count() == 2


def test_a_refused_form_may_be_sent_again_with_its_key(world: World, measure: Measure) -> None:
    client, address = Client(), world.url(f"/measures/{measure.pk}/risks/new/")
    client.force_login(world.people["owner"])
    key = drawn(client, address)
    assert client.post(address, risk(key, title="")).status_code == 422
    assert client.post(address, risk(key)).status_code == 302
    with world.inside():
        assert Risk.objects.count() == 1


def test_a_key_is_its_persons_own(world: World, measure: Measure) -> None:
    address = world.url(f"/measures/{measure.pk}/risks/new/")
    for persona in ("owner", "pmo"):
        client = Client()
        client.force_login(world.people[persona])
        assert client.post(address, risk("a" * 32)).status_code == 302
    with world.inside():
        assert Risk.objects.count() == 2


def test_while_the_first_is_at_work_the_second_waits_for_it_and_makes_nothing(world: World, measure: Measure) -> None:
    client, address = Client(), world.url(f"/measures/{measure.pk}/risks/new/")
    client.force_login(world.people["owner"])
    key = f"sent:{world.people['owner'].pk}:{'b' * 32}"
    cache.add(key, "", 60)
    answer = client.post(address, risk("b" * 32))
    assert (answer.status_code, answer["Location"]) == (302, f"/sent/{'b' * 32}/")
    with world.inside():
        assert not Risk.objects.exists()
    page = client.get(answer["Location"])
    assert (page["Refresh"], "Still at work" in page.content.decode()) == ("1", True)
    cache.set(key, "/where/the/first/led/", 60)
    assert client.get(answer["Location"])["Location"] == "/where/the/first/led/"
    cache.delete(key)
    page = client.get(answer["Location"])
    assert ("Refresh" in page, "Nothing was changed" in page.content.decode()) == (False, True)


def test_another_person_sees_nothing_of_a_form(world: World, measure: Measure) -> None:
    client = Client()
    client.force_login(world.people["reader"])
    cache.set(f"sent:{world.people['owner'].pk}:{'d' * 32}", "/secret/", 60)
    assert client.get(f"/sent/{'d' * 32}/").status_code == 200


def test_what_is_sent_without_the_last_slash_goes_along(world: World, measure: Measure) -> None:
    client, address = Client(), world.url(f"/measures/{measure.pk}/risks/new")
    client.force_login(world.people["owner"])
    answer = client.post(address, risk("c" * 32))
    assert (answer.status_code, answer["Location"]) == (308, f"{address}/")
    assert client.post(address, risk("c" * 32), follow=True).redirect_chain[0][1] == 308
    with world.inside():
        assert Risk.objects.get().title == "The smelter closes"
    api = client.patch(world.url(f"/api/v1/measures/{measure.pk}"), {"name": "x"}, content_type="application/json")
    assert api.status_code == 308
    assert client.get(address).status_code == 301
    assert client.post(world.url("/nowhere")).status_code == 404
