"""Guessing is slowed and locks nobody out; what happens to an account is kept, and told where it is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from cat4.accounts import patience
from cat4.accounts.adapter import FREE_TRIES, FREE_TRIES_OF_A_NETWORK
from cat4.accounts.models import AccountEvent, AccountEventKind
from tests.world import PASSWORD, World

READER = "reader@alder.example"


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds by which waiting is measured, set by the test."""
    seconds = [1_000]
    monkeypatch.setattr(patience, "_now", lambda: seconds[0])
    return seconds


def attempt(client: Client, password: str, login: str = READER, address: str = "10.0.0.1") -> Any:
    typed = {"login": login, "password": password}
    return client.post("/accounts/login/", typed, REMOTE_ADDR=address)


def waits(answer: Any) -> int:
    """For how many seconds the page asks to wait; 0 when it looked at the password."""
    _, told, rest = answer.content.decode().partition("Try again in ")
    return int(rest.partition(" ")[0]) if told else 0


def test_each_wrong_password_after_the_third_makes_the_next_wait_longer(world: World, now: list[int]) -> None:
    client, asked = Client(), []
    for _ in range(9):
        wait = waits(attempt(client, "wrong"))
        asked.append(wait)
        now[0] += wait
        if wait:
            attempt(client, "wrong")
    assert asked == [0, 0, 0, 2, 4, 8, 16, 32, 60]


def test_the_right_password_after_the_wait_opens_whatever_went_before(world: World, now: list[int]) -> None:
    client = Client()
    for _ in range(FREE_TRIES):
        attempt(client, "wrong")
    assert waits(attempt(client, PASSWORD)) == 2
    now[0] += 2
    assert attempt(client, PASSWORD).status_code == 302


def test_a_stranger_who_guesses_does_not_slow_the_persons_own_browser(world: World, now: list[int]) -> None:
    own, stranger = Client(), Client()
    assert attempt(own, PASSWORD).status_code == 302
    own.post("/accounts/logout/")
    for _ in range(20):
        attempt(stranger, "wrong", address="10.9.9.9")
    assert waits(attempt(stranger, PASSWORD, address="10.9.9.9")) > 0
    assert attempt(own, PASSWORD).status_code == 302


def test_colleagues_behind_one_address_do_not_slow_each_other(world: World, now: list[int]) -> None:
    for persona in ("owner", "pmo", "chair", "sponsor"):
        for _ in range(FREE_TRIES):
            attempt(Client(), "wrong", login=f"{persona}@alder.example")
    assert attempt(Client(), PASSWORD).status_code == 302


def test_a_network_that_tries_many_accounts_waits(world: World, now: list[int]) -> None:
    for number in range(FREE_TRIES_OF_A_NETWORK):
        attempt(Client(), "wrong", login=f"nobody{number}@alder.example")
    assert waits(attempt(Client(), PASSWORD)) == 2
    assert attempt(Client(), PASSWORD, address="10.0.0.2").status_code == 302


def test_a_forged_mark_of_a_device_counts_for_nothing(world: World, now: list[int]) -> None:
    client = Client()
    client.cookies["known_here"] = "forged"
    for _ in range(FREE_TRIES):
        attempt(client, "wrong")
    assert waits(attempt(client, PASSWORD)) == 2


def test_a_sign_in_from_a_new_device_is_told_by_mail_and_the_first_of_all_is_not(world: World) -> None:
    own = Client()
    attempt(own, PASSWORD)
    own.post("/accounts/logout/")
    attempt(own, PASSWORD)
    assert mail.outbox == []
    attempt(Client(), PASSWORD)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([READER], "cat4: Sign-in from a new device")]


def test_a_new_password_makes_every_device_a_new_one(world: World) -> None:
    own = Client()
    attempt(own, PASSWORD)
    person = world.people["reader"]
    person.set_password("another sentence of mine")
    person.save()
    attempt(own, "another sentence of mine")
    assert [letter.subject for letter in mail.outbox] == ["cat4: Sign-in from a new device"]


def test_the_trail_of_an_account_says_what_happened_from_where(world: World) -> None:
    client = Client(headers={"User-Agent": "Netscape"})
    attempt(client, "wrong")
    attempt(client, PASSWORD)
    client.post("/accounts/logout/")
    attempt(client, "wrong", login="nobody@alder.example")
    rows = AccountEvent.objects.order_by("at", "id").values_list("kind", "user__email", "address", "browser")
    assert list(rows) == [
        (AccountEventKind.SIGN_IN_FAILED, READER, "10.0.0.1", "Netscape"),
        (AccountEventKind.SIGNED_IN, READER, "10.0.0.1", "Netscape"),
        (AccountEventKind.SIGNED_OUT, READER, "127.0.0.1", "Netscape"),
        (AccountEventKind.SIGN_IN_FAILED, None, "10.0.0.1", "Netscape"),
    ]


def test_a_person_sees_and_ends_their_own_sessions(world: World) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        attempt(client, PASSWORD)
    page = here.get("/accounts/sessions/").content.decode()
    assert "This browser" in page
    assert here.post("/accounts/sessions/").status_code == 302
    assert elsewhere.get(world.url("/my-work/")).status_code == 302
    assert here.get(world.url("/my-work/")).status_code == 200


def test_the_own_page_shows_nobody_elses_trail(world: World) -> None:
    attempt(Client(), PASSWORD)
    client = Client()
    client.force_login(world.people["owner"])
    page = client.get("/accounts/security/").content.decode()
    assert "owner@alder.example" in page
    assert "10.0.0.1" not in page
