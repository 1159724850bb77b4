"""The pages of governance in a browser: no finding of axe, and a signature by hand."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from governance.gates.actions.requests import request_gate
from governance.gates.models import GateRequest
from governance.months.actions.lock import lock_period
from measures.models import Measure
from measures.status.actions.recompute import recompute_measure
from tests.browser.test_gallery import findings
from tests.governance.ready import LAST_LOCKED, ready_measure
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def requests(world: World) -> dict[str, GateRequest]:
    """A gate that waits for the committee, and a closing that waits for its controller."""
    with world.inside():
        decided, implemented = ready_measure(world, doi=2), ready_measure(world, doi=4, code="M-2")
        lock_period(world.actor("pmo"), month=LAST_LOCKED)
        gate = request_gate(world.actor("owner"), decided.pk, comment="All suppliers agreed.")
        closing = request_gate(world.actor("owner"), implemented.pk, comment="Booked.")
        ready_measure(world, doi=3, code="M-3")
        for measure in Measure.objects.all():
            recompute_measure(measure.pk)
    return {"gate": gate, "closing": closing}


def opened(
    browser: Browser, live_server: Any, world: World, persona: str, *, width: int = 1440, theme: str = "light"
) -> BrowserContext:
    client = Client()
    client.force_login(world.people[persona])
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=live_server.url, reduced_motion="reduce"
    )
    for name, value in (("sessionid", client.cookies["sessionid"].value), ("theme", theme)):
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return context


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("screen", [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, live_server: Any, world: World, requests: dict[str, GateRequest], screen: tuple[int, str]
) -> None:
    width, theme = screen
    gate, closing = requests["gate"], requests["closing"]
    visits = [
        ("chair", "/decisions/"),
        ("chair", f"/gates/{gate.measure_id}/hold/"),
        ("controller", f"/requests/{gate.pk}/"),
        ("controller", "/closures/"),
        ("owner", f"/closures/{closing.pk}/"),
        ("pmo", "/periods/"),
        ("pmo", "/periods/lock/"),
        ("reader", "/ledger/"),
        ("reader", "/decisions/"),
        ("owner", f"/measures/{gate.measure_id}/"),
        ("pmo", f"/measures/{closing.measure_id}/"),
    ]
    problems: list[str] = []
    for persona, path in visits:
        context = opened(browser, live_server, world, persona, width=width, theme=theme)
        page = context.new_page()
        page.goto(world.url(path))
        problems += [f"{path}: {finding}" for finding in findings(page)]
        problems += [f"{path} is wider than the screen"] * overflows(page)
        context.close()
    assert problems == []


def test_a_controller_signs_by_hand(
    browser: Browser, live_server: Any, world: World, requests: dict[str, GateRequest]
) -> None:
    context = opened(browser, live_server, world, "controller")
    page = context.new_page()
    page.goto(world.url("/closures/"))
    page.get_by_label("Comment for the ledger").fill("1,200 in the books.")
    page.get_by_label("Your password").fill("guess")
    page.get_by_role("button", name="Confirm and sign").click()
    expect(page.get_by_role("alert")).to_contain_text("The password is wrong. Nothing was signed.")
    expect(page.get_by_label("Comment for the ledger")).to_have_value("1,200 in the books.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm and sign").click()
    expect(page.get_by_role("status").first).to_contain_text("is closed")
    context.close()
    with world.inside():
        assert Measure.objects.get(code="M-2").doi == 5


def test_a_chair_decides_by_hand(
    browser: Browser, live_server: Any, world: World, requests: dict[str, GateRequest]
) -> None:
    context = opened(browser, live_server, world, "chair")
    page = context.new_page()
    page.goto(world.url("/decisions/"))
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a decision.")
    page.get_by_role("radio", name="Return with comment").check()
    page.get_by_label("Reason", exact=True).fill("Name the second supplier.")
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("Nothing waits for your word.")).to_be_visible()
    context.close()
