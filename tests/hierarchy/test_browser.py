"""The pages of the hierarchy in a real browser: axe objects to nothing, nothing scrolls sideways, keys suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from cat4.accounts.models import Membership
from hierarchy.constants import Level
from hierarchy.models import LegalEntity
from hierarchy.nodes.actions.nodes import retire_node
from hierarchy.nodes.actions.targets import set_target
from tests.world import World

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any, client: Client, world: World) -> Iterator[Open]:
    """Opens a page of the world as a persona; errors of the console fail the test."""
    complaints: list[str] = []
    contexts = []

    def visit(path: str, persona: str, width: int = 1440, theme: str = "light") -> Page:
        client.force_login(world.people[persona])
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([session, {"name": "theme", "value": theme, "url": live_server.url}])  # type: ignore[list-item]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.extend(_complaint(said)))
        page.goto(live_server.url + world.url(path))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def _complaint(said: ConsoleMessage) -> list[str]:
    """An error of the console, unless it only says that a form was answered with 422."""
    return [said.text] if said.type == "error" and "422" not in said.text else []


def _pages(world: World) -> list[tuple[str, str]]:
    """Every kind of page with the persona who sees most of it."""
    member = Membership.objects.get(user=world.people["owner"])
    program, package = world.nodes[Level.PROGRAM].pk, world.package.pk
    with world.inside():
        LegalEntity.objects.create(code="US", name="Drives Inc", currency="USD")
        pmo = world.actor("pmo")
        set_target(pmo, node_id=program, kind="run_rate", fiscal_year=2028, amount=None)
        retire_node(pmo, package, reason="Over")
    paths = [("admin", path) for path in ("/settings/", "/settings/thresholds/", "/settings/rates/", "/members/")]
    paths += [("admin", path) for path in ("/settings/tokens/", "/settings/committees/", "/first-run/")]
    paths += [("admin", f"/members/{member.pk}/{page}") for page in ("", "edit/", "deactivate/")]
    paths += [("admin", f"/settings/committees/{world.committee.pk}/"), ("admin", "/settings/legal_entity/several/")]
    paths += [("admin", "/settings/legal_entity/"), ("reader", "/settings/account/"), ("pmo", "/nodes/")]
    paths += [("pmo", f"/nodes/{program}/{page}") for page in ("", "new/", "targets/")]
    paths += [("pmo", f"/nodes/{package}/"), ("pmo", f"/nodes/{world.nodes[Level.PROJECT].pk}/move/")]
    return paths


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(visit: Open, world: World, width: int, theme: str) -> None:
    found = {}
    for persona, path in _pages(world):
        page = visit(path, persona, width, theme)
        violations = Axe().run(page, options=RULES).response["violations"]
        lines = [f"{v['id']}: {node['html'][:120]}" for v in violations for node in v["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            lines.append("scrolls sideways")
        if lines:
            found[path] = lines
    assert found == {}


def test_a_node_is_added_by_keyboard_and_errors_take_the_focus(visit: Open, world: World) -> None:
    page = visit(f"/nodes/{world.nodes[Level.PROGRAM].pk}/new/", "pmo")
    page.get_by_label("Name").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Name").focus()
    page.keyboard.type("Logistics")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logistics")
    expect(page.get_by_role("status")).to_contain_text("Added Logistics.")
