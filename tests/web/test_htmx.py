"""Fragments: a faulty form comes back with its sentences, a failure is told, and the token travels along."""

import re
from collections.abc import Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import path
from playwright.sync_api import Browser, Dialog, Error, Page, Route, expect

from cat4.errors import NotAllowed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORM = """{% load cat4_tags %}<form id="entry" class="stack" method="post" action="/save/" hx-post="/save/"
hx-swap="outerHTML" data-guard>{% csrf %}{% include "components/form_fields.html" with form=form only %}
<button class="btn">Save</button></form>"""
PAGE = (
    '{% extends "base.html" %}{% load cat4_tags %}{% block title %}Entry{% endblock %}{% block main %}<h1>Entry</h1>'
    '{% include "components/tabs.html" with label="Parts" tabs=tabs target="part" only %}'
    '<div id="part"><p>Part {{ part }}</p>' + FORM + "</div>"
    '<button class="btn" hx-post="/refuse/" hx-swap="none">Refuse</button>'
    '<table class="tbl tree"><tbody><tr class="l0" data-lv="0">'
    '{% include "components/tree_name.html" with name="Plan" href="/" has_children=True load_url="/rows/" only %}</tr>'
    "</tbody></table>{% endblock %}"
)


class EntryForm(forms.Form):
    reason = forms.CharField(label="Reason")


def page(request: HttpRequest, part: str = "one") -> HttpResponse:
    tabs = [{"label": name, "href": f"/{name}/", "is_current": name == part} for name in ("one", "two")]
    return HttpResponse(
        engines["django"].from_string(PAGE).render({"form": EntryForm(), "tabs": tabs, "part": part}, request)
    )


def save(request: HttpRequest) -> HttpResponse:
    form = EntryForm(request.POST)
    if form.is_valid():
        return HttpResponse(f'<p role="status">Saved: {form.cleaned_data["reason"]}</p>')
    return HttpResponse(engines["django"].from_string(FORM).render({"form": form}, request), status=422)


def refuse(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("The controller may not be the owner.")


def rows(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<tr class="l1" data-lv="1"><th scope="row">Valve line</th></tr>')


urls = ModuleType("htmx_urls")
urls.urlpatterns = [  # type: ignore[attr-defined]
    path("save/", save),
    path("refuse/", refuse),
    path("rows/", rows),
    path("", page),
    path("<str:part>/", page),
]


@pytest.fixture
def entry(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """The page, loaded; the address bar and the console are watched by the tests."""
    settings.ROOT_URLCONF = urls
    context = browser.new_context()
    page = context.new_page()
    page.goto(live_server.url + "/")
    yield page
    context.close()


def test_a_faulty_form_is_swapped_in_with_the_focus_on_its_banner(entry: Page) -> None:
    entry.get_by_label("Reason").fill(" ")
    entry.get_by_role("button", name="Save").click()
    expect(entry.get_by_role("alert")).to_contain_text("Reason: This field is required.")
    expect(entry.get_by_role("alert")).to_be_focused()


def test_a_good_form_replaces_itself(entry: Page) -> None:
    entry.get_by_label("Reason").fill("Two accounts keep old terms")
    entry.get_by_role("button", name="Save").click()
    expect(entry.get_by_text("Saved: Two accounts keep old terms")).to_be_visible()


def test_a_refusal_is_told_in_the_words_of_the_policy(entry: Page) -> None:
    entry.get_by_role("button", name="Refuse").click()
    banner = entry.locator("#problems")
    expect(banner).to_contain_text("The controller may not be the owner.")
    expect(banner.get_by_role("alert")).to_be_focused()


def test_after_the_session_has_ended_the_page_asks_to_sign_in_and_keeps_what_was_typed(entry: Page) -> None:
    """The part that answers without a session leads to signing in, on another tab; the rows don't become its page."""
    ended = render_to_string("web/session_ended.html", {"sign_in": "/accounts/login/?next=/"})
    entry.route("**/rows/", lambda route: route.fulfill(status=401, body=ended, content_type="text/html"))
    entry.get_by_label("Reason").fill("Kept")
    entry.get_by_label("Children of Plan").click()
    banner = entry.locator("#problems")
    expect(banner).to_contain_text("Your session has ended. What you typed is still here")
    expect(banner.get_by_role("link", name="Sign in")).to_have_attribute("href", "/accounts/login/?next=/")
    expect(banner.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(entry.get_by_label("Reason")).to_have_value("Kept")


def test_without_a_connection_what_was_typed_stays(entry: Page) -> None:
    entry.get_by_label("Reason").fill("Kept")
    entry.context.set_offline(True)
    entry.get_by_role("button", name="Save").click()
    expect(entry.locator("#problems")).to_contain_text("What you typed is still here.")
    expect(entry.get_by_label("Reason")).to_have_value("Kept")


def test_a_tab_has_its_own_address_and_swaps_only_its_part(entry: Page) -> None:
    entry.get_by_role("link", name="two").click()
    expect(entry.get_by_text("Part two")).to_be_visible()
    expect(entry.get_by_role("link", name="two")).to_have_attribute("aria-current", "page")
    expect(entry).to_have_url(re.compile("/two/$"))
    entry.go_back()
    expect(entry.get_by_text("Part one")).to_be_visible()
    expect(entry.get_by_role("link", name="one")).to_have_attribute("aria-current", "page")


def test_the_tab_clicked_last_wins_over_one_that_is_still_loading(entry: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    entry.route("**/two/", hold)
    with entry.expect_request("**/two/"):
        entry.get_by_role("link", name="two").click()
    with entry.expect_response("**/one/"):
        entry.get_by_role("link", name="one").click()
    with suppress(Error):  # the browser gave it up
        held[0].fulfill(body='<div id="part"><p>Part two</p></div>')
    expect(entry.get_by_text("Part one")).to_be_visible()
    expect(entry.get_by_text("Part two")).to_have_count(0)
    expect(entry).to_have_url(re.compile("/one/$"))


def test_children_load_once_below_their_parent(entry: Page) -> None:
    twist = entry.get_by_label("Children of Plan")
    twist.click()
    expect(entry.get_by_role("row", name="Valve line")).to_be_visible()
    expect(twist).to_have_attribute("aria-expanded", "true")
    twist.click()
    expect(entry.get_by_role("row", name="Valve line")).to_be_hidden()
    twist.click()
    expect(entry.get_by_role("row", name="Valve line")).to_have_count(1)


def test_leaving_with_unsaved_input_is_asked_about(entry: Page) -> None:
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    entry.on("dialog", agree)
    entry.get_by_label("Reason").fill("Not saved")
    entry.reload()
    assert asked == ["beforeunload"]
