"""What a browser and a stranger learn from the heads of answers, as the web process sends them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser

import pytest
from django.test import Client

from tests.security.served import Web, serving

WAIT = 30
SECURE = "X-Forwarded-Proto: https\r\n"
# What the pages never use. Keys to sign in with (publickey-credentials) aren't among it.
REFUSED = {"camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "bluetooth"}


@pytest.fixture(scope="module")
def web(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with serving(tmp_path_factory.mktemp("web") / "web.log", CAT4_TLS="1") as process:
        yield process


def ask(web: Web, request: str) -> tuple[str, Message]:
    """The status line and the head of the answer to what is sent as it stands."""
    with socket.create_connection(web.address, timeout=WAIT) as connection, connection.makefile("rb") as answer:
        connection.sendall(request.encode())
        status = answer.readline().decode().strip()
        return status, BytesParser().parsebytes(b"".join(iter(answer.readline, b"\r\n")))


def get(web: Web, path: str, extra: str = "") -> tuple[str, Message]:
    return ask(web, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n")


@pytest.mark.parametrize("path", ["/accounts/login/", "/no-such-page/", "/o/alder/cockpit/", "/api/v1/organizations/"])
def test_an_answer_allows_the_browser_nothing_that_the_pages_don_t_use(web: Web, path: str) -> None:
    _, head = get(web, path, SECURE)
    (policy,) = head.get_all("Permissions-Policy", [])
    allowed = dict(feature.split("=", 1) for feature in policy.split(", "))
    assert allowed.keys() >= REFUSED
    assert set(allowed.values()) == {"()"}
    assert not [feature for feature in allowed if feature.startswith("publickey-credentials")]


@pytest.mark.parametrize("path", ["/accounts/login/", "/no-such-page/"])
def test_behind_tls_a_browser_comes_back_by_tls_alone_for_a_year_to_every_name_below(web: Web, path: str) -> None:
    _, head = get(web, path, SECURE)
    assert head.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


def test_behind_tls_who_comes_without_it_is_led_to_it(web: Web) -> None:
    status, head = get(web, "/accounts/login/?next=/o/alder/")
    assert (status, head["Location"]) == (
        "HTTP/1.1 301 Moved Permanently",
        "https://localhost/accounts/login/?next=/o/alder/",
    )


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/no-such-page/"])
def test_no_answer_names_the_server_twice_or_by_its_version(web: Web, path: str) -> None:
    """The proxy names itself; the process behind it says nothing."""
    _, head = get(web, path, SECURE)
    assert (head.get_all("Server"), head.get_all("Via"), head.get_all("X-Powered-By")) == (None, None, None)


def test_neither_does_the_answer_to_what_is_no_request(web: Web) -> None:
    status, head = ask(web, "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n")
    assert status == "HTTP/1.1 400 Bad Request"
    assert (head.get_all("Server"), head.get_all("Via")) == (None, None)


def test_the_demo_without_tls_insists_on_nothing(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/", secure=True)
    assert (answer.status_code, answer.headers.get("Strict-Transport-Security")) == (200, None)
