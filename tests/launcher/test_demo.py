"""The whole demo as a person starts it: up, told apart, healed, stopped, started again, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import redis

from cat4.launcher import demo, ports
from cat4.launcher.demo import static_fingerprint
from cat4.launcher.errors import LauncherError
from cat4.launcher.processes import Identity, wait_until
from cat4.launcher.procfile import PROCESSES
from cat4.launcher.state import CHECKOUT, State

START_SECONDS = 300


@dataclass
class Demo:
    """`make demo` without make, with a state folder and a port of its own."""

    state: State
    port: int = field(default_factory=ports.free_port)
    process: subprocess.Popen[bytes] | None = None

    def command(self, name: str) -> subprocess.Popen[bytes]:
        # Only what a login shell has: nothing of the test run's own services.
        env = {
            "PATH": os.environ["PATH"],
            "CAT4_STATE_DIR": str(self.state.root),
            "PORT": str(self.port),
            "DEMO": "small",
        }
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "cat4.launcher", name],
                cwd=CHECKOUT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> Path:
        return self.state.root / "console"

    @property
    def said(self) -> str:
        return self.output.read_text()

    def start(self) -> None:
        self.process = started = self.command("demo")
        ready = wait_until(lambda: "cat4 runs at" in self.said or started.poll() is not None, seconds=START_SECONDS)
        assert ready, self.said
        assert started.poll() is None, self.said

    def run(self, name: str) -> str:
        """A command beside the running demo; what it says."""
        kept = self.said
        assert self.command(name).wait(120) == 0, self.said
        said = self.said
        self.output.write_text(kept)
        return said

    def connections(self) -> dict[str, str]:
        return dict(self.state.record()["environment"])

    def living(self) -> list[str]:
        """Whatever still runs of this state folder, by its command line."""
        marks = [str(self.state.root).encode(), f"127.0.0.1:{self.port}".encode()]
        commands = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = process.read_bytes()
            except OSError:
                continue
            if any(mark in command for mark in marks):
                commands.append(command.decode(errors="replace"))
        return commands


@pytest.fixture
def cat4(state: State) -> Iterator[Demo]:
    # Compressing static files says nothing about the launcher, and takes ten seconds.
    (state.root / "static").mkdir()
    (state.root / "static.sha256").write_text(static_fingerprint())
    running = Demo(state)
    yield running
    if running.process is not None:
        running.process.terminate()
        running.process.wait(120)


def pid_of(state: State, name: str) -> Identity | None:
    return Identity.read(state.run / f"{name}.pid")


def test_the_demo_starts_heals_stops_and_keeps_its_data(cat4: Demo) -> None:
    cat4.start()
    assert f"http://127.0.0.1:{cat4.port}" in cat4.said
    assert "make stop" in cat4.said
    assert "tess@alderbrook.example" in cat4.said
    assert "rita@alderbrook.example" not in cat4.said
    assert demo._healthy(f"http://127.0.0.1:{cat4.port}")
    with urllib.request.urlopen(f"http://127.0.0.1:{cat4.port}/accounts/login/") as page:
        assert page.status == 200

    assert "already" in cat4.run("demo")

    assert "The demo is at Friday 2026-10-16." in cat4.run("day")
    assert Path(cat4.connections()["CAT4_CLOCK"].removeprefix("@")).read_text() == "2026-10-16"

    before = pid_of(cat4.state, "worker")
    assert before is not None
    os.kill(before.pid, signal.SIGKILL)
    assert wait_until(lambda: pid_of(cat4.state, "worker") not in {None, before}, seconds=30)

    with psycopg.connect(cat4.connections()["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    with redis.Redis.from_url(cat4.connections()["REDIS_URL"]) as broker:
        broker.rpush("kept", "task")

    assert "has stopped" in cat4.run("stop")
    assert cat4.process is not None
    assert cat4.process.wait(10) == 0
    assert cat4.living() == []

    cat4.start()
    with psycopg.connect(cat4.connections()["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
    with redis.Redis.from_url(cat4.connections()["REDIS_URL"]) as broker:
        assert broker.lrange("kept", 0, -1) == [b"task"]

    children = [pid_of(cat4.state, process.name) for process in PROCESSES]
    cat4.process.send_signal(signal.SIGKILL)
    # An ending process has lost its command line some time before it is gone.
    assert wait_until(lambda: not any(child.alive for child in children if child), seconds=30)
    assert wait_until(lambda: not cat4.living(), seconds=30), cat4.living()
    assert not cat4.state.locked


def test_an_interrupted_start_leaves_nothing_running(cat4: Demo) -> None:
    cat4.process = cat4.command("demo")
    assert wait_until(lambda: "Migrating" in cat4.said, seconds=60), cat4.said
    cat4.process.send_signal(signal.SIGINT)
    assert cat4.process.wait(60) == 0, cat4.said
    assert "has stopped" in cat4.said
    assert cat4.living() == []


def test_a_taken_port_ends_the_start_before_anything_runs(cat4: Demo) -> None:
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, cat4.port))
        taken.listen()
        assert cat4.command("demo").wait(60) == 1
    assert f"Port {cat4.port} is taken" in cat4.said
    assert "Starting" not in cat4.said


def test_a_demo_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "tiny")
    with pytest.raises(LauncherError, match="DEMO=tiny isn't a demo: full or small"):
        demo._is_small()
