"""Deputies on pages: one's own, an administrator's, and what is refused stands beside its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from hierarchy.models import Deputy
from tests.world import TODAY, World

MINE, ALL = "/deputies/", "/settings/deputies/"


def send(client: Client, world: World, path: str, **posted: Any) -> tuple[int, str]:
    response = client.post(world.url(path), posted, follow=True)
    return response.status_code, response.content.decode()


def leave(world: World, **changes: Any) -> dict[str, Any]:
    days = {"first_day": TODAY, "last_day": date(2026, 10, 30)}
    return {"deputy_id": world.people["pmo"].pk, "reason": "Leave", **days, **changes}


def named(world: World) -> list[Deputy]:
    with world.inside():
        return list(Deputy.objects.all())


@pytest.fixture
def owner(world: World, client: Client) -> Client:
    client.force_login(world.people["owner"])
    return client


def test_a_deputy_is_named_and_ended_by_the_person(owner: Client, world: World) -> None:
    assert "Pmo Alder acts for Owner Alder." in send(owner, world, MINE, **leave(world))[1]
    (deputy,) = named(world)
    assert "no longer acts for" in send(owner, world, f"/settings/deputies/{deputy.pk}/end/")[1]
    assert named(world)[0].ended_at is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_day": date(2026, 10, 14)}, "The last day lies before the first."),
        ({"first_day": "soon"}, "Enter a valid date."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_what_is_refused_stands_beside_its_field(
    owner: Client, world: World, changes: dict[str, Any], words: str
) -> None:
    status, page = send(owner, world, MINE, **leave(world, **changes))
    assert (status, words in page, named(world)) == (422, True, [])


def test_the_same_two_on_the_same_day_are_refused_in_the_form(owner: Client, world: World) -> None:
    send(owner, world, MINE, **leave(world))
    status, page = send(owner, world, MINE, **leave(world, reason="Again"))
    assert (status, len(named(world))) == (422, 1)
    assert "They act for them already, 15 Oct 2026 to 30 Oct 2026." in page
    assert 'value="Again"' in page


def test_only_an_administrator_names_one_for_somebody_else(owner: Client, world: World) -> None:
    asked = leave(world, principal_id=world.people["sponsor"].pk)
    assert send(owner, world, ALL, **asked)[0] == 403
    owner.force_login(world.people["admin"])
    assert send(owner, world, ALL, **asked)[0] == 200
    assert [deputy.principal_id for deputy in named(world)] == [world.people["sponsor"].pk]


def test_a_delegation_of_another_organization_is_not_found(owner: Client, world: World, twin: World) -> None:
    client = Client()
    client.force_login(twin.people["owner"])
    send(client, twin, MINE, **leave(twin))
    (theirs,) = named(twin)
    assert send(owner, world, f"/settings/deputies/{theirs.pk}/end/")[0] == 404
    assert named(twin)[0].ended_at is None


def test_the_address_of_a_form_that_was_sent_leads_back_to_its_page(owner: Client, world: World) -> None:
    path = world.url(f"/settings/deputies/{world.people['owner'].pk}/end/")
    assert owner.get(path).status_code == 405
    response = owner.get(path, headers={"Sec-Fetch-Mode": "navigate"})
    assert (response.status_code, response["Location"]) == (302, world.url("/settings/deputies/"))
