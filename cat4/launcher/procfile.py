"""The processes of an installation: the same commands here, in docker-compose.yml and in production."""

from __future__ import annotations

import signal
from dataclasses import dataclass

CELERY = ("-A", "cat4.celery:app")
# Workers don't need to know each other: nothing is revoked, and a start needn't wait for neighbours.
QUIET = ("--without-gossip", "--without-mingle")


@dataclass(frozen=True)
class Process:
    """One long-running process: a Python module and its arguments."""

    name: str
    program: str
    arguments: tuple[str, ...]
    stop_seconds: float
    # One that listens is given its socket, and as many of it share that one as WEB_CONCURRENCY says.
    listens: bool = False
    # What the kernel sends when the launcher was killed. The worker would finish its task, against a
    # database that is stopping too: its tasks are acknowledged late, so it may just end.
    death_signal: signal.Signals = signal.SIGTERM

    def command(self, **values: str) -> list[str]:
        """Program and arguments, with {listen} filled in."""
        return ["python", "-m", self.program, *(argument.format(**values) for argument in self.arguments)]


# In the order in which they are stopped: first no more requests, then no more schedules, then no more work.
PROCESSES = (
    Process(
        "web",
        "cat4.server",
        ("--listen={listen}",),
        stop_seconds=15,
        listens=True,
    ),
    Process("beat", "celery", (*CELERY, "beat", "--loglevel=INFO"), stop_seconds=10),
    Process(
        "worker",
        "celery",
        (*CELERY, "worker", "--loglevel=INFO", "--concurrency=2", "--prefetch-multiplier=1", *QUIET),
        stop_seconds=30,
        death_signal=signal.SIGKILL,
    ),
)

# Once at every start, in this order; the first two with the owner's login.
PREPARATIONS = (
    ("owner", ("migrate", "--no-input")),
    ("owner", ("grant_app_role",)),
    ("app", ("keep_past_acts",)),
    ("app", ("collectstatic", "--no-input", "--clear")),
)


def demo_preparations(*, small: bool = False) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same with the demo's data; `small` leaves out the organization that takes a minute to build."""
    return (*PREPARATIONS, ("app", ("load_demo", *(["--small"] if small else []))))
