"""The inbox in a browser: by keyboard alone, its count in step, and nothing for axe to find."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cat4.notices.actions import notify
from tests.measures.test_browser import complaints, opened
from tests.world import TODAY, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def pinned(settings: Any) -> None:
    """The server answers in a thread of its own, where only the setting pins the day."""
    settings.CAT4_CLOCK = TODAY.isoformat()


def test_the_inbox_is_read_with_the_keyboard(browser: Browser, live_server: Any, world: World) -> None:
    with world.inside():
        measure = world.measure()
        for name, path in (("First", "/my-work/"), ("Second", f"/measures/{measure.pk}/")):
            facts = {"measure": name, "who": "Chair", "move": "advance", "gate": 2, "reason": "Too early."}
            notify("gate.returned", event=name, people=[world.people["owner"].pk], path=path, facts=facts)
    with opened(browser, live_server, world, "owner") as context:
        page = context.new_page()
        for address in ("/notices/", "/notices/preferences/", "/freshness/"):
            assert complaints(page, world.url(address)) == []
        page.goto(world.url("/notices/"))
        count = page.locator(".side [data-key=i] .count")
        expect(count).to_contain_text("2")
        page.get_by_role("button", name=re.compile("Mark read.*First")).click()
        expect(count).to_contain_text("1")
        page.get_by_role("button", name=re.compile("Mark unread.*First")).click()
        expect(count).to_contain_text("2")
        page.locator("main").focus()
        for _ in range(4):
            page.keyboard.press("j")
        expect(page.get_by_role("link", name="Second was returned")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}{world.url(f'/measures/{measure.pk}/')}")
        page.keyboard.press("g")
        page.keyboard.press("i")
        expect(count).to_contain_text("1")
    with opened(browser, live_server, world, "owner", width=390) as context:
        assert complaints(context.new_page(), world.url("/notices/")) == []
