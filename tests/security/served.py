"""A web process of its own, as the launcher starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cat4.launcher import ports, processes, roles
from cat4.launcher.state import CHECKOUT
from tests import databases


@dataclass
class Web:
    """`python -m cat4.server` on a socket of the test's."""

    listening: socket.socket
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listening.getsockname()
        return host, port

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[Web]:
    """The process with the test's database; what it writes goes into `log`."""
    database = roles.replace_in_url(os.environ["DATABASE_URL"], database=databases.database_name())
    with socket.create_server((ports.LOOPBACK, 0), backlog=ports.BACKLOG) as listening:
        with log.open("wb") as output:
            process = processes.spawn(
                [sys.executable, "-m", "cat4.server", f"--listen=fd:{listening.fileno()}"],
                env=os.environ | {"DATABASE_URL": database} | environment,
                cwd=CHECKOUT,
                output=output,
                keep_open=[listening.fileno()],
            )
        try:
            yield Web(listening, process, log)
        finally:
            processes.stop_child(process, seconds=20)
