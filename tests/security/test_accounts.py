"""The way in: only the pages that are needed, nothing told about accounts, wrong passwords counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.test import Client

from cat4.accounts.models import User
from cat4.errors import Invalid
from governance.step_up import MAX_WRONG, confirm_identity
from tests.world import PASSWORD, World

CLOSED = [
    "email/", "signup/", "signup/passkey/", "confirm-email/", "confirm-email/abc/", "login/code/",
    "login/code/confirm/", "password/set/", "phone/change/", "phone/verify/", "2fa/trust/", "2fa/keys/login/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("prefix", ["/accounts/", "/o/alder/accounts/"])
def test_a_page_of_the_package_that_nobody_needs_is_not_there(world: World, prefix: str, path: str) -> None:
    client = Client()
    client.force_login(world.people["reader"])
    answers = {client.get(prefix + path).status_code, client.post(prefix + path, {"email": "me@x.example"}).status_code}
    assert answers == {404}
    assert User.objects.get(pk=world.people["reader"].pk).email == "reader@alder.example"


def reset(email: str) -> Any:
    return Client().post("/accounts/password/reset/", {"email": email})


def test_a_reset_tells_nobody_whether_there_is_an_account(world: World) -> None:
    known, unknown = reset("reader@alder.example"), reset("nobody@alder.example")
    assert (known.status_code, known["Location"]) == (302, "/accounts/password/reset/done/")
    assert (unknown.status_code, unknown["Location"]) == (302, "/accounts/password/reset/done/")
    assert [message.to for message in mail.outbox] == [["reader@alder.example"]]


def test_the_link_of_a_reset_sets_a_password_once(world: World) -> None:
    signed_in = Client()
    signed_in.force_login(world.people["reader"])
    reset("reader@alder.example")
    link = re.search(r"https?://[^/]+(/accounts/\S+)", str(mail.outbox[0].body))
    assert link is not None
    client, new = Client(), "a wholly new phrase"
    form = client.get(link[1])["Location"]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert User.objects.get(pk=world.people["reader"].pk).check_password(new)
    assert signed_in.get(world.url("/members/")).status_code == 302
    assert "Location" not in Client().get(link[1]).headers


def test_signing_in_changes_the_session_and_signing_out_ends_it(world: World) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.cookies["sessionid"] = "f" * 32
    client.post("/accounts/login/", {"login": "reader@alder.example", "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert key != "f" * 32
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get(world.url("/members/")).status_code == 200
    client.post("/accounts/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = key
    assert stolen.get(world.url("/members/")).status_code == 302


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(world: World, where: str) -> None:
    facts = {"login": "reader@alder.example", "password": PASSWORD, "next": where}
    assert Client().post("/accounts/login/", facts)["Location"] == "/"
    assert Client().post("/theme/", {"theme": "dark", "next": where})["Location"] == "/"


def test_wrong_passwords_lock_an_account_and_the_answer_is_the_same_for_none(world: World) -> None:
    def attempt(email: str, password: str) -> str:
        answer = Client().post("/accounts/login/", {"login": email, "password": password})
        return "in" if answer.status_code == 302 else re.sub(r"\S+@\S+|csrf\S+ value=\S+", "", answer.content.decode())

    said = [attempt("reader@alder.example", "wrong wrong wrong") for _ in range(6)]
    assert attempt("reader@alder.example", PASSWORD) == said[5] != said[0]
    cache.clear()
    assert attempt("nobody@alder.example", "wrong wrong wrong") == said[0]


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_at_once_are_all_counted(world: World) -> None:
    """Ten attempts side by side compare five passwords: on ten closures they would not wait for each other."""
    actor = world.actor("controller")

    def attempt(number: int) -> str:
        try:
            confirm_identity(actor, f"guess {number}")
        except Invalid as refused:
            return refused.errors["password"][0].partition(".")[0]
        finally:
            connections.close_all()
        return "signed"

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(attempt, range(10)))
    assert said.count("The password is wrong") == MAX_WRONG
    assert said.count("Too many wrong passwords") == 10 - MAX_WRONG


FORMS = ["accounts/login/", "accounts/logout/", "accounts/password/reset/", "accounts/password/change/", "theme/"]


@pytest.mark.parametrize("path", FORMS)
def test_a_post_from_another_site_is_refused(world: World, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["reader"])
    assert client.post(f"/{path}", {}).status_code == 403


def test_a_reset_letter_leads_to_the_public_address_whatever_host_a_request_claims(
    world: World, settings: Any, mailoutbox: list[mail.EmailMessage]
) -> None:
    settings.PUBLIC_URL = "https://value.example.org"
    Client().post(
        "/accounts/password/reset/", {"email": world.people["owner"].email}, headers={"Host": "localhost:31337"}
    )
    (letter,) = mailoutbox
    (link,) = [word for word in letter.body.split() if "://" in word]
    assert letter.subject == "cat4: Set your password"
    assert link.startswith("https://value.example.org/accounts/password/reset/key/")
    assert "Hello Owner Alder," in letter.body
    assert "31337" not in letter.body
    assert Client().get(link.removeprefix("https://value.example.org"), follow=True).status_code == 200
