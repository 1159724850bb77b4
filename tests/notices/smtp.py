"""A mail server of a test: it speaks SMTP on loopback, keeps what it took, and can be shut and refuse."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """Where it listens, and every letter that it took, in order."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


class _Talk(socketserver.StreamRequestHandler):
    """One client, command by command (RFC 5321)."""

    def handle(self) -> None:
        self._say("220 tests ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                return self._say("221 bye")
            self._answer(verb.upper(), rest)
        return None

    def _answer(self, verb: str, rest: str) -> None:
        kept: MailServer = self.server.kept  # type: ignore[attr-defined]
        if verb == "RCPT" and rest.partition("<")[2].partition(">")[0] in kept.refused:
            self._say("550 no such person")
        elif verb == "DATA":
            self._say("354 go on")
            kept.letters.append(self._letter())
            self._say("250 taken")
        else:
            self._say("250 tests" if verb in {"EHLO", "HELO"} else "250 well")

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(kept: MailServer | None = None) -> Iterator[MailServer]:
    """Up inside the block; given one that was shut before, it comes back at the same port."""
    kept = kept or MailServer()
    with _Server(("127.0.0.1", kept.port), _Talk) as server:
        server.kept = kept  # type: ignore[attr-defined]
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
