"""Going on after the session has ended: parts of pages ask to sign in, and what was typed waits for its person."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cat4 import clock
from measures.models import Measure
from tests.measures.amounts import effect_line
from tests.world import PASSWORD, World

MODIFIED = "Press four only.\nNot the paint shop."
NOTHING_SAVED = "Nothing was saved."


@pytest.fixture
def measure(world: World) -> Measure:
    with world.inside():
        return world.measure("M-1")


def at_work(world: World, persona: str, *, strict: bool = False) -> Client:
    """A browser in which the person has seen a page."""
    browser = Client(enforce_csrf_checks=strict)
    browser.force_login(world.people[persona])
    assert browser.get(world.url("/my-work/")).status_code == 200
    return browser


def end_session(browser: Client) -> None:
    browser.cookies.pop("sessionid")


def sign_in(browser: Client, world: World, persona: str, address: str) -> str:
    """From the sign-in page to where it leads; the text of that page."""
    answer = browser.post(address, {"login": world.people[persona].email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return unescape(
        browser.get(answer["Location"], headers={"Sec-Fetch-Mode": "navigate"}, follow=True).content.decode()
    )


def send_too_late(world: World, measure: Measure, browser: Client, **more: object) -> str:
    """The edit form after the session has ended; the address of the sign-in page that it leads to."""
    page = world.url(f"/measures/{measure.pk}/edit/")
    end_session(browser)
    answer = browser.post(
        page, {"name": "Steel", "scope_out": MODIFIED, **more}, headers={"Referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [page]
    return str(answer["Location"])


def test_a_part_of_a_page_asks_to_sign_in_instead_of_showing_the_sign_in_page(world: World) -> None:
    address, page = world.url("/explorer/?open=1"), f"http://testserver{world.url('/explorer/?sort=name')}"
    answer = Client().get(address, headers={"HX-Request": "true", "HX-Current-URL": page})
    text = answer.content.decode()
    assert answer.status_code == 401
    assert "Your session has ended." in text
    assert f"?next={world.url('/explorer/')}%3Fsort%3Dname" in text
    assert "password" not in text


def test_what_was_typed_is_shown_after_signing_in_and_sent_once(world: World, measure: Measure) -> None:
    browser = at_work(world, "owner")
    text = sign_in(browser, world, "owner", send_too_late(world, measure, browser))
    assert NOTHING_SAVED in text
    assert "Scope out" in text
    assert "Press four only.<br>Not the paint shop." in text
    with world.inside():
        measure.refresh_from_db()
        assert measure.scope_out == ""
    form = {
        "name": "Steel", "scope_out": MODIFIED, "version": str(measure.version), "kind": measure.kind,
        "description": "Steel is bought for both plants at once.", "business_reason": "It is cheaper.",
    }  # fmt: skip
    saved = browser.post(world.url(f"/measures/{measure.pk}/edit/"), form)
    assert saved.status_code == 302
    assert NOTHING_SAVED not in browser.get(world.url("/my-work/")).content.decode()


def test_nobody_else_reads_what_was_typed(world: World, measure: Measure) -> None:
    browser = at_work(world, "owner")
    text = sign_in(browser, world, "sponsor", send_too_late(world, measure, browser))
    assert "Press four" not in text
    assert NOTHING_SAVED not in text
    assert "unsent" not in browser.session


def test_after_an_hour_it_is_forgotten_and_it_can_be_discarded_before(world: World, measure: Measure) -> None:
    for discards in (False, True):
        browser = at_work(world, "owner")
        sign_in(browser, world, "owner", send_too_late(world, measure, browser))
        if discards:
            browser.post(world.url("/unsent/discard/"))
        with clock.at(clock.now() + timedelta(minutes=0 if discards else 61)):
            assert NOTHING_SAVED not in browser.get(world.url("/my-work/")).content.decode()


def test_passwords_and_files_are_never_kept(world: World, measure: Measure) -> None:
    browser = at_work(world, "owner")
    paper = SimpleUploadedFile("Protokoll.pdf", b"%PDF-")
    text = sign_in(browser, world, "owner", send_too_late(world, measure, browser, password="s3cret", file=paper))
    kept = browser.session["unsent"]
    assert ["password", "s3cret"] not in [list(field) for field in kept["fields"]]
    assert kept["files"] == ["Protokoll.pdf"]
    assert "The file has to be chosen again: Protokoll.pdf." in text
    assert "Send it now" not in text


def test_what_another_site_sends_is_not_kept(world: World, measure: Measure) -> None:
    """A form without the token of a page of ours could put words into the mouth of whoever signs in next."""
    browser = at_work(world, "owner", strict=True)
    end_session(browser)
    answer = browser.post(world.url(f"/measures/{measure.pk}/edit/"), {"scope_out": "Planted."})
    assert answer.status_code == 302
    assert "unsent" not in browser.session


def test_a_cell_of_the_grid_leads_back_to_the_money_of_its_measure(world: World, measure: Measure) -> None:
    with world.inside():
        line = effect_line(world, measure)
    browser = at_work(world, "owner")
    end_session(browser)
    answer = browser.post(world.url(f"/effects/{line.pk}/months/"), {"plan-2026-11": "311111"})
    page = sign_in(browser, world, "owner", answer["Location"])
    assert NOTHING_SAVED in page
    assert "Plan 2026 11" in page
    assert f'href="{world.url(f"/measures/{measure.pk}/financials/")}"' in page


def test_a_form_sent_by_the_script_leads_to_the_sign_in_page(world: World, measure: Measure) -> None:
    browser = at_work(world, "owner")
    end_session(browser)
    page = world.url(f"/measures/{measure.pk}/edit/")
    answer = browser.post(
        page, {"scope_out": MODIFIED}, headers={"HX-Request": "true", "Referer": f"http://testserver{page}"}
    )
    assert (answer.status_code, "next=" in answer["HX-Redirect"]) == (401, True)
    assert browser.session["unsent"]["page"] == page


def test_what_a_signed_in_person_sees_is_stored_nowhere(world: World, measure: Measure) -> None:
    browser = at_work(world, "owner")
    for path in ("/", "/my-work/", f"/measures/{measure.pk}/financials/", "/api/v1/measures/", "/measures/none/"):
        assert browser.get(world.url(path))["Cache-Control"] == "private, no-store"
