"""Starting processes that can't outlive us, and recognising those that once were ours."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from cat4.launcher.account import Account

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Loaded before any fork: loading a library between fork and exec may deadlock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Identity:
    """A process by number and start time, so that a reused number isn't taken for ours."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        """The identity of a living process, None when there is none (a zombie counts as none)."""
        started = _start_time(pid)
        return None if started is None else cls(pid, started)

    @property
    def alive(self) -> bool:
        return Identity.of(self.pid) == self

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Identity | None:
        """What a pid file says; None without a file or with one that was cut short."""
        try:
            return cls(**json.loads(path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes] | int,
    errors: IO[bytes] | int = subprocess.STDOUT,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process in its own group; the kernel sends it death_signal when we die, however we die.

    It inherits the open files `keep_open`, such as a listening socket, under the same numbers.

    Only Linux can do the latter; elsewhere the pid files tell the next start what was left behind.
    """
    child = None
    # What arrived during a fork would be raised in one of Python's own hooks around it, and be lost there.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        child = subprocess.Popen(
            list(argv),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            # Own session: Ctrl-C in the terminal reaches only the supervisor, which stops in order.
            start_new_session=True,
            pass_fds=tuple(keep_open),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_begin(before, _die_with_parent(death_signal)),  # noqa: PLW1509
        )
        return child
    finally:
        _let_signals_through(before, child)


def _let_signals_through(before: set[Any], child: subprocess.Popen[bytes] | None) -> None:
    """Signals that waited are raised here; the child that nobody will hear of then is ended."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    except BaseException:
        if child is not None:
            child.kill()
            child.wait()
        raise


def _begin(mask: set[Any], arm: Callable[[], None] | None) -> Callable[[], None]:
    """What a child does before it becomes another program: it takes signals as we did before the fork."""

    def begin() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if arm is not None:
            arm()

    return begin


def die_with_parent() -> None:
    """Let the kernel send SIGTERM to this very process when its parent ends. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    prctl, parent, number = _LIBC.prctl, os.getpid(), int(death_signal)

    def arm() -> None:
        # Runs after the change of user, which would clear the setting.
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Ask until the condition holds; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def stop_child(child: subprocess.Popen[bytes], *, seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask a child to end, then insist; nothing of its group is left afterwards."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            child.send_signal(first)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
    end_group(child)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever an ended child left in its group: children of its own outlive a killed one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def stop_stray(stray: Identity, *, seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
    """End a process that an earlier start left behind."""
    for number in (first, signal.SIGKILL):
        if not stray.alive:
            return
        with suppress(ProcessLookupError):
            os.kill(stray.pid, number)
        wait_until(lambda: not stray.alive, seconds=seconds)


def command_line(pid: int) -> str:
    """The command of a living process, empty when it ended."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.parent.parent.joinpath("self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return _ps(pid, "command")


def _start_time(pid: int) -> str | None:
    if not Path("/proc/self").exists():
        return _ps(pid, "lstart") or None
    try:
        # The name in brackets may hold spaces: count from behind it. Field 3 is the state, 22 the start.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _ps(pid: int, column: str) -> str:
    found = subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()
