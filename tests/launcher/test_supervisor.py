"""Restarts with back-off, shows trouble, stops in order, leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cat4.launcher import processes
from cat4.launcher.errors import LauncherError
from cat4.launcher.procfile import Process
from cat4.launcher.state import State
from cat4.launcher.supervisor import Child, LogTail, Supervisor


@dataclass
class Fake:
    name: str
    journal: list[str]
    ended: bool = False
    trouble: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.journal.append(f"start {self.name}")
        if self.trouble:
            raise LauncherError(self.trouble.pop())
        self.ended = False

    def stop(self) -> None:
        self.journal.append(f"stop {self.name}")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The supervisor's clock, set by the test."""
    now = [0.0]
    monkeypatch.setattr("cat4.launcher.supervisor.time.monotonic", lambda: now[0])
    return now


def test_children_start_and_stop_in_the_order_of_the_table() -> None:
    journal: list[str] = []
    watching = Supervisor([], [Fake("web", journal), Fake("beat", journal), Fake("worker", journal)], [])
    watching.start()
    watching.stop()
    assert journal == ["start web", "start beat", "start worker", "stop web", "stop beat", "stop worker"]


def test_who_ends_again_and_again_is_started_less_and_less_often(clock: list[float]) -> None:
    journal: list[str] = []
    child = Fake("web", journal)
    watching = Supervisor([], [child], [])
    watching.start()
    starts = []
    for second in range(70):
        clock[0] = float(second)
        child.ended = True
        before = len(journal)
        watching.tick()
        if len(journal) > before:
            starts.append(second)
    assert starts == [1, 4, 9, 18, 35, 66]


def test_who_had_recovered_is_restarted_at_once_again(clock: list[float]) -> None:
    child = Fake("web", [])
    watching = Supervisor([], [child], [])
    watching.start()
    watching.patience["web"].failures = 5
    clock[0], child.ended = 100.0, True
    watching.tick()
    clock[0] = 101.0
    watching.tick()
    assert not child.ended


def test_a_service_that_fails_to_start_again_is_tried_later(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    service = Fake("database", [], ended=True, trouble=["no space left"])
    watching = Supervisor([service], [], [])
    watching.start()
    for second in range(5):
        clock[0] = float(second)
        watching.tick()
    assert not service.ended
    assert "database: no space left" in capsys.readouterr().out


def test_only_trouble_reaches_the_console_unless_asked_for_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "web.log"
    log.write_text("ERROR of yesterday\n")
    tails = [LogTail("web", log, verbose=False), LogTail("all", log, verbose=True)]
    with log.open("a") as file:
        file.write("fine\nERROR django.request Service Unavailable: /healthz\nERROR it broke\nERROR half a li")
    for tail in tails:
        tail.show()
    assert capsys.readouterr().out.splitlines() == [
        "web      | ERROR it broke",
        "all      | fine",
        "all      | ERROR django.request Service Unavailable: /healthz",
        "all      | ERROR it broke",
    ]


def child_of(state: State, *arguments: str) -> Child:
    return Child(Process("sleeper", "timeit", arguments, stop_seconds=5), state, os.environ)


def test_a_child_left_behind_is_stopped_before_it_is_started_anew(tmp_path: Path) -> None:
    state = State(tmp_path)
    arguments = ("-n", "1", "import time; time.sleep(60)")
    left, fresh = child_of(state, *arguments), child_of(state, *arguments)
    left.start()
    assert left.running is not None
    identity = processes.Identity.of(left.running.pid)
    try:
        fresh.start()
        assert identity is not None
        assert not identity.alive
        assert not fresh.ended
    finally:
        fresh.stop()
        left.stop()
    assert not fresh.pid_file.exists()


def test_a_reused_process_number_is_not_taken_for_ours(tmp_path: Path) -> None:
    ours = processes.Identity.of(os.getpid())
    assert ours is not None
    assert ours.alive
    another = processes.Identity(os.getpid(), "long ago")
    assert not another.alive
    # It would end this process if it took it for its own.
    processes.stop_stray(another, seconds=1)


def test_children_die_with_a_killed_parent() -> None:
    program = """
import pathlib, subprocess, sys, time
from cat4.launcher.processes import spawn
child = spawn(["sleep", "60"], env={"PATH": "/usr/bin:/bin"}, cwd=pathlib.Path("/"), output=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = processes.Identity.of(int(parent.stdout.readline()))
        assert child is not None
        assert child.alive
        parent.send_signal(signal.SIGKILL)
    assert processes.wait_until(lambda: not child.alive, seconds=10)
