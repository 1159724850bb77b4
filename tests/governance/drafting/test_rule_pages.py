"""Gate rules on pages: a draft by step, what can't be taken out, what another one changed meanwhile, publishing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.rulebook.models import RuleSet
from governance.rulebook.selectors import book_of, draft, rules_in_force
from tests.governance.rule_books import drafted
from tests.world import World

DRAFT = "/gate-rules/draft/"
OWN = {"own-kind": "A", "own-text": "Works council informed", "own-approver": "sponsor", "own-needed": "1"}


@pytest.fixture
def admin(world: World, client: Client) -> Client:
    client.force_login(world.people["admin"])
    return client


def send(client: Client, world: World, path: str, **posted: Any) -> tuple[int, str]:
    response = client.post(world.url(path), posted, follow=True)
    return response.status_code, response.content.decode()


def written(world: World) -> RuleSet:
    with world.inside():
        return drafted(world)


def deciders(world: World, step: str) -> list[str]:
    with world.inside():
        now = draft()
        assert now is not None
        return [right.decider for right in book_of(now).rights if right.step == step]


def test_the_last_who_decides_a_step_stays_and_the_page_says_so(admin: Client, world: World) -> None:
    written(world)
    assert deciders(world, "gate_2") == ["pmo"]
    status, page = send(admin, world, f"{DRAFT}rights/0/remove/?step=gate_2")
    assert (status, deciders(world, "gate_2")) == (422, ["pmo"])
    assert "Draft of version 1" in page
    assert "Not saved." in page


def test_a_line_is_taken_out_of_the_draft_that_was_seen(admin: Client, world: World) -> None:
    seen = written(world).version
    assert send(admin, world, f"{DRAFT}own/?step=gate_1", **OWN)[0] == 200
    status, page = send(admin, world, f"{DRAFT}rights/0/remove/?step=gate_1", version=seen)
    assert (status, "Someone was faster" in page) == (409, True)
    assert len(deciders(world, "gate_1")) == 2


def test_an_own_rule_is_added_named_and_removed(admin: Client, world: World) -> None:
    written(world)
    status, page = send(admin, world, f"{DRAFT}own/?step=gate_1", **{**OWN, "own-text": ""})
    assert (status, "What it asks for" in page) == (422, True)
    send(admin, world, f"{DRAFT}own/?step=gate_1", **OWN)
    with world.inside():
        found = draft()
        assert found is not None
        (own,) = [entry for entry in book_of(found).entries if entry.is_own]
    assert (own.text, own.approver) == ("Works council informed", "sponsor")
    assert "Taken out of the draft." in send(admin, world, f"{DRAFT}own/{own.rule}/remove/?step=gate_1")[1]
    assert send(admin, world, f"{DRAFT}own/{own.rule}/remove/?step=gate_1")[0] == 404


def test_more_than_ten_new_fields_of_a_gate_are_marked(admin: Client, world: World) -> None:
    written(world)
    send(admin, world, f"{DRAFT}own/?step=gate_2", **{**OWN, "own-kind": "M", "own-text": "Works council heard"})
    page = admin.get(world.url(f"{DRAFT}?step=gate_2")).content.decode()
    assert "10 new fields" in page
    assert "This gate asks for 19 new fields." in page
    assert "More than anybody fills in at once." not in admin.get(world.url(f"{DRAFT}?step=gate_1")).content.decode()


def test_a_version_is_published_with_its_reason_and_compared(admin: Client, world: World) -> None:
    found = written(world)
    send(admin, world, f"{DRAFT}own/?step=gate_1", **OWN)
    status, page = send(admin, world, f"{DRAFT}publish/", reason="")
    assert (status, "Not published." in page) == (422, True)
    status, page = send(admin, world, f"{DRAFT}publish/", reason="The council asked for it.")
    assert (status, "Version 1 is in force." in page) == (200, True)
    with world.inside():
        assert rules_in_force().number == found.number
    page = admin.get(world.url("/gate-rules/compare/?before=0&after=1")).content.decode()
    assert "Works council informed" in page


def test_a_draft_is_discarded_after_a_question(admin: Client, world: World) -> None:
    written(world)
    assert admin.get(world.url(f"{DRAFT}discard/")).status_code == 200
    with world.inside():
        assert draft() is not None
    assert "is gone" in send(admin, world, f"{DRAFT}discard/")[1]
    assert admin.get(world.url(DRAFT)).status_code == 404


def test_how_the_committee_decides_is_shown_written_and_refused_in_the_form(admin: Client, world: World) -> None:
    written(world)
    status, page = send(admin, world, f"{DRAFT}manner/?step=gate_3", manner="chair", from_amount="5000")
    assert (status, "The chair alone decides any amount." in page) == (422, True)
    status, page = send(admin, world, f"{DRAFT}manner/?step=gate_3", manner="body", from_amount="500000")
    assert (status, 'value="500,000' in page) == (200, True)
    page = admin.get(world.url("/gate-rules/?step=residual")).content.decode()
    assert "in a meeting or by circulation, whatever the amount" in page
    assert "The committee accepts every residual as a body." in page
    assert "its chair acts alone" not in page
