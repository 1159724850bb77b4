"""The web process: reads requests without a thread each, and gives up on who sends too slowly.

    python -m cat4.server --listen=127.0.0.1:8000
    python -m cat4.server --listen=fd:3          # a listening socket that whoever started us holds

One thread reads from every connection at once and keeps large bodies on disk; four others run Django, and get a request
only when all of it is there. So a client that sends a byte every two seconds costs a socket and nothing else. It
is cut off after HEAD_SECONDS, or when its body comes slower than SLOWEST_BYTES_A_SECOND; where there
is no room for more connections, those that have kept us waiting longest make it.

Several processes share one socket: none of them holds the port, and a killed one takes only its own requests with it.
"""

from __future__ import annotations

import argparse
import resource
import signal
import socket
import sys
import threading
import time
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

THREADS = 4
# Until the head of a request is there, counted from its first byte or from the connection.
HEAD_SECONDS = 20
# Until its body is there: this long, and for what came already a second more by each so many bytes.
BODY_SECONDS = 30
SLOWEST_BYTES_A_SECOND = 8192
# An idle connection is kept longer than the proxy keeps it, or the proxy would now and then send into a closing one.
IDLE_SECONDS = 75
# A reader who takes nothing for so long gives back the thread that waits to write to it.
READER_SECONDS = 60
# A little more than the largest upload, so that the page which says so is ours.
LARGEST_BODY = 27 * 1024 * 1024
LARGEST_HEAD = 64 * 1024
# What a thread may leave for a slow reader, on disk, before it waits itself: a long export fits.
UNREAD_BYTES = 128 * 1024 * 1024
MOST_CONNECTIONS = 2000
# Files and sockets beside those of clients: database, broker, uploads at work.
OTHER_FILES = 100
STOP_SECONDS = 12
TICK_SECONDS = 1


class Channel(HTTPChannel):
    """A connection that knows since when it has kept us waiting."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.waiting_since: float = self.creation_time

    def received(self, data: bytes) -> bool:
        fresh = self.request is None
        taken: bool = super().received(data)
        if fresh or self.request is None:
            self.waiting_since = time.time()
        return taken

    @property
    def idle(self) -> bool:
        """Whether nothing of it is being worked on or sent."""
        return not self.requests and not self.total_outbufs_len

    def is_too_slow(self, now: float) -> bool:
        """Whether its request should have been here by now, or its answer been read."""
        if self.requests:
            return bool(self.total_outbufs_len > UNREAD_BYTES and now - self.last_activity > READER_SECONDS)
        if self.request is None:
            # It never sent anything; one that did is idle, and waitress's own affair.
            return bool(self.waiting_since == self.creation_time and now - self.creation_time > HEAD_SECONDS)
        if not self.request.headers_finished:
            return now - self.waiting_since > HEAD_SECONDS
        allowed = BODY_SECONDS + self.request.body_bytes_received / SLOWEST_BYTES_A_SECOND
        return bool(now - self.waiting_since > allowed)


class Server(TcpWSGIServer):
    """Waitress with deadlines, and an end that lets running requests finish."""

    channel_class = Channel
    stopping = False

    def maintenance(self, now: float) -> None:
        """Cut off who is too slow at the time `now`; called every few seconds."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_too_slow(now):
                channel.handle_close()

    def readable(self) -> bool:
        if len(self._map) >= self.adj.connection_limit:
            self._make_room()
        return bool(super().readable())

    def _make_room(self) -> None:
        waiting = [channel for channel in self.active_channels.values() if channel.idle]
        waiting.sort(key=lambda channel: channel.waiting_since)
        for channel in waiting[: 1 + len(waiting) // 10]:
            channel.handle_close()

    def stop(self, *signalled: Any) -> None:
        """Take no more connections, and return from `serve` when the running requests are answered."""
        self.stopping = True
        self.pull_trigger()

    def serve(self) -> None:
        """Until `stop`."""
        while not self.stopping:
            self._turn(TICK_SECONDS)
        self._let_finish()

    def _turn(self, seconds: float) -> None:
        self.asyncore.loop(timeout=seconds, map=self._map, use_poll=True, count=1)

    def _let_finish(self) -> None:
        self.accepting = False
        self.del_channel()
        self.socket.close()
        deadline = time.monotonic() + STOP_SECONDS
        while self.active_channels and time.monotonic() < deadline:
            for channel in list(self.active_channels.values()):
                if channel.idle:
                    channel.handle_close()
            self._turn(0.1)
        self.task_dispatcher.shutdown(timeout=1)


def open_server(application: Any, listening: socket.socket) -> Server:
    """A server on a socket that listens already or is only bound."""
    settings = Adjustments(
        sockets=[listening],
        threads=THREADS,
        backlog=1024,
        connection_limit=_connections(),
        cleanup_interval=5,
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        outbuf_high_watermark=UNREAD_BYTES,
        # Which of the proxy's headers to believe, settings say (CAT4_TLS).
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    address = (listening.family, listening.type, listening.proto, listening.getsockname())
    return Server(application, {}, True, listening, adj=settings, bind_socket=False, sockinfo=address)


def _connections() -> int:
    """How many clients the limit on open files allows; a large body takes a file beside its socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS + OTHER_FILES
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return (soft - OTHER_FILES) // 2


def listening_socket(where: str) -> socket.socket:
    """The socket named by HOST:PORT, or by fd:NUMBER one that was handed on.

    Raises:
        OSError: the port is taken.
        ValueError: it is neither.
    """
    host, _, number = where.rpartition(":")
    if host == "fd":
        return socket.socket(fileno=int(number))
    return socket.create_server((host.strip("[]"), int(number)), backlog=1024, family=_family(host))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if host.startswith("[") else socket.AF_INET


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m cat4.server", description=__doc__)
    parser.add_argument("--listen", required=True, metavar="HOST:PORT or fd:NUMBER")
    listening = listening_socket(parser.parse_args(arguments).listen)
    # Only now: loading Django takes a while, in which connections may wait in the socket's queue.
    from cat4.wsgi import application

    server = open_server(application, listening)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    server.serve()
    # A thread that didn't finish in time must not keep the process.
    return 1 if threading.active_count() > 1 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
