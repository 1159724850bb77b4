"""Who sends slowly, or reads slowly, keeps nobody else waiting, and is cut off."""

from __future__ import annotations

import http.cookiejar
import re
import signal
import socket
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from cat4.accounts.models import User
from cat4.server import (
    BODY_SECONDS,
    HEAD_SECONDS,
    LARGEST_BODY,
    SLOWEST_BYTES_A_SECOND,
    Channel,
    Server,
    listening_socket,
    open_server,
)
from tests.security.served import Web, serving

PASSWORD = "only-in-this-test-2028"
HEAD = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
SLOW_HEAD = HEAD[:-5]
SLOW_BODY = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nlogin="
WAIT = 30


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path / "web.log") as process:
        yield process


@pytest.fixture
def person(transactional_db: None) -> User:
    # The process hashes as in production.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        return User.objects.create_user("slow@alder.example", "Sam Slow", PASSWORD)


def sign_in(web: Web) -> str:
    """Through the form, as a browser does; the address that follows."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    with opener.open(f"{web.url}/accounts/login/", timeout=WAIT) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token is not None
    typed = {"csrfmiddlewaretoken": token[1], "login": "slow@alder.example", "password": PASSWORD}
    with opener.open(f"{web.url}/accounts/login/", urllib.parse.urlencode(typed).encode(), timeout=WAIT) as page:
        return str(page.url)


def hold(web: Web, count: int, said: bytes, stack: ExitStack) -> list[socket.socket]:
    held = [stack.enter_context(socket.create_connection(web.address, timeout=WAIT)) for _ in range(count)]
    for connection in held:
        connection.sendall(said)
    return held


@pytest.mark.parametrize(("count", "said"), [(8, SLOW_BODY), (8, SLOW_HEAD), (500, SLOW_BODY)])
def test_slow_senders_keep_nobody_from_signing_in(web: Web, person: User, count: int, said: bytes) -> None:
    with ExitStack() as stack:
        held = hold(web, count, said, stack)
        assert sign_in(web) != f"{web.url}/accounts/login/"
        for connection in held:
            connection.sendall(b"a")
        assert sign_in(web) != f"{web.url}/accounts/login/"


def test_a_server_that_is_asked_to_stop_ends_with_success(web: Web, person: User) -> None:
    assert sign_in(web)
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(20) == 0, web.log.read_text()


Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def says_hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@dataclass
class Served:
    """A server in this process whose loop the test turns."""

    server: Server
    address: tuple[str, int]

    def turn(self, until: Callable[[], bool]) -> None:
        for _ in range(200):
            if until():
                return
            self.server._turn(0.05)
        raise AssertionError("it didn't come to that")

    def connect(self, said: bytes) -> tuple[socket.socket, Channel]:
        """A client that has said so much, and the server's side of it."""
        before = set(self.server.active_channels.values())
        client = socket.create_connection(self.address, timeout=WAIT)
        self.turn(lambda: len(self.server.active_channels) > len(before))
        (channel,) = set(self.server.active_channels.values()) - before
        if said:
            client.sendall(said)
            self.turn(lambda: channel.request is not None)
        return client, channel


@pytest.fixture
def serve() -> Iterator[Callable[[Application], Served]]:
    with ExitStack() as stack:

        def start(application: Application) -> Served:
            listening = listening_socket("127.0.0.1:0")
            server = open_server(application, listening)
            stack.callback(server._let_finish)
            return Served(server, listening.getsockname())

        yield start


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param(b"", HEAD_SECONDS, id="nothing"),
        pytest.param(SLOW_HEAD, HEAD_SECONDS, id="head"),
        pytest.param(SLOW_BODY, BODY_SECONDS, id="body"),
        pytest.param(SLOW_BODY[:-6] + b"a" * 4096, BODY_SECONDS + 4096 / SLOWEST_BYTES_A_SECOND, id="much of a body"),
    ],
)
def test_who_sends_too_slowly_is_cut_off_after_a_while(
    serve: Callable[[Application], Served], said: bytes, seconds: float
) -> None:
    served = serve(says_hello)
    client, channel = served.connect(said)
    with client:
        since = channel.waiting_since
        served.server.maintenance(since + seconds - 0.1)
        assert channel.connected
        served.server.maintenance(since + seconds + 0.1)
        assert not channel.connected
        assert client.recv(100) == b""


def test_an_idle_connection_that_was_answered_stays(serve: Callable[[Application], Served]) -> None:
    served = serve(says_hello)
    client, channel = served.connect(b"")
    with client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        served.turn(lambda: channel.waiting_since > channel.creation_time and channel.idle)
        served.server.maintenance(channel.waiting_since + HEAD_SECONDS + 1)
        assert channel.connected
        assert client.recv(1000).endswith(b"hello")


def test_where_there_is_no_room_those_who_waited_longest_make_it(serve: Callable[[Application], Served]) -> None:
    served = serve(says_hello)
    # The listening socket and the trigger count too: no room for a fifth.
    served.server.adj.connection_limit = 6
    with ExitStack() as stack:
        channels = []
        for _ in range(4):
            client, channel = served.connect(SLOW_BODY)
            stack.enter_context(client)
            channels.append(channel)
        served.turn(lambda: not channels[0].connected)
        assert [channel.connected for channel in channels] == [False, True, True, True]


def test_a_body_beyond_the_largest_is_refused_before_it_comes(serve: Callable[[Application], Served]) -> None:
    served = serve(says_hello)
    client, channel = served.connect(b"")
    with client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1))
        served.turn(lambda: not channel.connected)
        assert client.recv(1000).startswith(b"HTTP/1.1 413 Request Entity Too Large\r\n")


def test_a_running_request_is_answered_before_the_server_ends(serve: Callable[[Application], Served]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def takes_long(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        assert go_on.wait(WAIT)
        return says_hello(environ, start_response)

    served = serve(takes_long)
    client, _ = served.connect(b"")
    with client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        served.turn(begun.is_set)
        served.server.stop()
        ending = threading.Timer(0.1, go_on.set)
        ending.start()
        served.server.serve()
        assert client.recv(1000).endswith(b"hello")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(served.address, timeout=WAIT)
