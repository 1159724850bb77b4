"""Pages outside the apps: errors say what happened and what to do, and the gallery stays out of production."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory


def shown(rf: RequestFactory, template: str, **values: object) -> str:
    """The page, with white space as a browser reads it."""
    return " ".join(render_to_string(template, {"request": rf.get("/"), **values}).split())


def test_a_refusal_shows_the_sentence_of_the_policy(rf: RequestFactory) -> None:
    html = shown(rf, "403.html", reason="The controller may not be the owner.")
    assert "<p data-reason>The controller may not be the owner.</p>" in html
    assert "Nothing was changed." in html


def test_a_conflict_shows_what_is_there_now_beside_what_was_entered(rf: RequestFactory) -> None:
    html = shown(rf, "409.html", message="Clara was faster.", current={"Dec 2026": 310}, submitted={"Dec 2026": 285})
    assert "Clara was faster." in html
    assert "<td>310</td> <td> 285 </td>" in html
    assert "decide once more" in html


def test_bad_input_lists_every_sentence(rf: RequestFactory) -> None:
    html = shown(rf, "400.html", errors={"amount": ["Enter a number."], "": ["Choose one."]})
    assert "Enter a number. Choose one." in html


def test_the_failure_page_needs_no_context() -> None:
    html = render_to_string("500.html")
    assert "Nothing of your last step was saved." in html


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "429.html"])
def test_an_error_page_works_without_any_context_and_offers_a_way_on(template: str) -> None:
    html = render_to_string(template)
    assert '<h1 id="error-h">' in html
    assert 'class="btn btn--primary"' in html


def test_people_without_an_organization_are_told_whom_to_ask(rf: RequestFactory) -> None:
    html = shown(rf, "web/organizations.html", memberships=[])
    assert "No organization yet" in html
    assert "Ask an administrator" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_debug", "is_demo", "status"), [(False, False, 404), (True, False, 200), (False, True, 200)]
)
def test_the_gallery_is_public_but_never_in_production(
    client: Client, settings: Any, is_debug: bool, is_demo: bool, status: int
) -> None:
    settings.DEBUG, settings.CAT4_DEMO = is_debug, is_demo
    assert client.get("/gallery/").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", 'lang="en" data-theme="dark"'), ('"><script>', 'lang="en" >')]
)
def test_the_server_sets_only_a_theme_it_knows(client: Client, cookie: str, attribute: str) -> None:
    client.cookies["theme"] = cookie
    assert f"<html {attribute}" in client.get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_who_changes_the_theme_from_nowhere_goes_to_the_start(client: Client) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": "no-page"})["Location"] == "/"
    assert client.post("/theme/", {"next": "/o/alder/?year=2026"})["Location"] == "/o/alder/?year=2026"
