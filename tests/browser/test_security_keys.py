"""A security key is added and signs in, with the virtual key of a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cat4.accounts.addresses import prove
from tests.browser.test_gallery import RULES
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a key plugged in; complaints of the console fail the test."""
    context = browser.new_context()
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
    yield page
    context.close()
    assert complaints == []


def finds_nothing(page: Page) -> None:
    assert [each["id"] for each in Axe().run(page, options=RULES).response["violations"]] == []


def test_a_key_is_added_and_signs_in(page: Page, live_server: Any, world: World, settings: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    prove(world.people["controller"])

    def sign_in() -> None:
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Email").fill("controller@alder.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    sign_in()
    page.goto(f"{live_server.url}/accounts/2fa/keys/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("The blue one")
    finds_nothing(page)
    page.get_by_role("button", name="Add this key").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    finds_nothing(page)
    page.goto(f"{live_server.url}/accounts/security/")
    expect(page.get_by_text("The blue one")).to_be_visible()
    finds_nothing(page)
    page.get_by_role("link", name="Back").click()
    page.context.clear_cookies()

    sign_in()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    finds_nothing(page)
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{live_server.url}/o/alder/**")
