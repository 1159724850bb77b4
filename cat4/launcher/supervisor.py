"""Keeps processes alive: restarts what ended, shows what went wrong, stops in order."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cat4.launcher import processes
from cat4.launcher.errors import LauncherError
from cat4.launcher.procfile import Process
from cat4.launcher.state import CHECKOUT, State

TICK_SECONDS = 0.3
BACK_OFF_SECONDS = (1, 2, 4, 8, 16, 30)
# Who lived that long had recovered: the next end starts the back-off anew.
RECOVERED_SECONDS = 60
LOG_BYTES = 10_000_000
# Not a failed health check, which Django logs as an error: it only repeats what the part's own log says.
TROUBLE = re.compile(r"\b(ERROR|CRITICAL|FATAL|PANIC|Traceback)\b(?!.*/healthz)")


class Watched(Protocol):
    """A process of ours, whatever it is."""

    @property
    def name(self) -> str: ...

    @property
    def ended(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Child:
    """A Django process from the table of processes, logging into the state folder."""

    process: Process
    state: State
    env: Mapping[str, str]
    # The socket that it shares with others of its kind; ours, so that it stays when they end.
    listening: socket.socket | None = None
    number: int = 1
    running: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.process.name if self.number == 1 else f"{self.process.name}-{self.number}"

    @property
    def log(self) -> Path:
        return self.state.logs / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.state.run / f"{self.name}.pid"

    @property
    def ended(self) -> bool:
        return self.running is None or self.running.poll() is not None

    def start(self) -> None:
        """Start; one that an earlier launcher left behind is stopped first, or two would serve."""
        stray = processes.Identity.read(self.pid_file)
        if stray is not None and self.running is None:
            processes.stop_stray(stray, seconds=self.process.stop_seconds)
        if self.running is not None:
            processes.end_group(self.running)
        handed_on = [self.listening.fileno()] if self.listening else []
        with self.log.open("ab") as log:
            self.running = processes.spawn(
                [sys.executable, *self.process.command(listen=f"fd:{handed_on[0]}" if handed_on else "")[1:]],
                env=self.env,
                cwd=CHECKOUT,
                output=log,
                death_signal=self.process.death_signal,
                keep_open=handed_on,
            )
        if (identity := processes.Identity.of(self.running.pid)) is not None:
            identity.write(self.pid_file)

    def stop(self) -> None:
        if self.running is not None:
            processes.stop_child(self.running, seconds=self.process.stop_seconds)
            self.running = None
        self.pid_file.unlink(missing_ok=True)


@dataclass
class LogTail:
    """Shows what a log gained: lines of trouble, or all of them."""

    name: str
    path: Path
    verbose: bool
    offset: int = 0

    def __post_init__(self) -> None:
        if self.path.exists() and self.path.stat().st_size > LOG_BYTES:
            self.path.replace(self.path.with_suffix(".old.log"))
        self.offset = self.path.stat().st_size if self.path.exists() else 0

    def show(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self.offset)
            fresh = file.read()
        # An unfinished line waits for its end.
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if self.verbose or TROUBLE.search(line):
                print(f"{self.name:8} | {line}", flush=True)


@dataclass
class Patience:
    """When an ended process may be started again."""

    started: float
    failures: int = 0
    due: float | None = None

    def note_end(self) -> int:
        """Seconds until the next start."""
        if time.monotonic() - self.started > RECOVERED_SECONDS:
            self.failures = 0
        delay = BACK_OFF_SECONDS[min(self.failures, len(BACK_OFF_SECONDS) - 1)]
        self.failures += 1
        self.due = time.monotonic() + delay
        return delay

    def note_start(self) -> None:
        self.started, self.due = time.monotonic(), None


class Supervisor:
    """Watches services that run already and children that it starts itself."""

    def __init__(self, services: Sequence[Watched], children: Sequence[Watched], tails: Sequence[LogTail]) -> None:
        self.children = children
        self.tails = tails
        self.patience: dict[str, Patience] = {}
        self.watched = [*services, *children]

    def start(self) -> None:
        for child in self.children:
            child.start()
        self.patience = {each.name: Patience(time.monotonic()) for each in self.watched}

    def tick(self) -> None:
        """Show news, restart who ended and has waited long enough."""
        for tail in self.tails:
            tail.show()
        for each in self.watched:
            patience = self.patience[each.name]
            if not each.ended:
                continue
            if patience.due is None:
                print(f"{each.name} ended; it starts again in {patience.note_end()} s", flush=True)
            elif time.monotonic() >= patience.due:
                self._restart(each, patience)

    def _restart(self, each: Watched, patience: Patience) -> None:
        patience.note_start()
        try:
            each.start()
        except LauncherError as error:
            print(f"{each.name}: {error}", flush=True)

    def watch(self) -> None:
        """Until a signal interrupts."""
        while True:
            self.tick()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        for child in self.children:
            child.stop()
