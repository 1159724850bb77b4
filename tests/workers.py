"""Pytest plugin: real Celery workers and a broker of its own that a test may kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from celery import Celery

from cat4.launcher import processes, roles
from cat4.launcher.broker import Broker
from cat4.launcher.state import CHECKOUT, State
from tests import databases

READY_SECONDS = 60
STOP_SECONDS = 20


@dataclass
class CeleryWorker:
    """`celery -A cat4 worker` against this process' test database."""

    broker_url: str
    log: Path
    name: str = field(default_factory=lambda: f"test-{uuid4().hex[:8]}@localhost")
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when the worker answers a ping."""
        arguments = ["worker", "--concurrency=1", "--prefetch-multiplier=1", "--loglevel=INFO"]
        database = roles.replace_in_url(os.environ["DATABASE_URL"], database=databases.database_name())
        with self.log.open("ab") as log:
            self.process = processes.spawn(
                [sys.executable, "-m", "celery", "-A", "cat4.celery:app", *arguments, *self._alone],
                env=os.environ | {"DATABASE_URL": database, "REDIS_URL": self.broker_url},
                cwd=CHECKOUT,
                output=log,
                death_signal=signal.SIGKILL,
            )
        if not processes.wait_until(lambda: self._ended() or self.answers(), seconds=READY_SECONDS):
            self.kill()
        assert not self._ended(), f"the worker didn't start:\n{self.log.read_text()}"

    def answers(self) -> bool:
        """Whether the worker answers a ping sent through its broker."""
        # Not the current application, which shared tasks of this process are sent through.
        with Celery(broker=self.broker_url, set_as_current=False) as asking:
            replies = asking.control.ping(destination=[self.name], timeout=0.5)
        return bool(replies)

    def has_done(self, task_id: str) -> bool:
        """Whether the task came to its end. A queue is empty already while its last task is being handed over."""
        return f"[{task_id}] succeeded" in self.log.read_text()

    def kill(self) -> None:
        """SIGKILL to the worker and its children, in the midst of whatever they do."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Let the running task end, then stop."""
        if self.process is not None:
            processes.stop_child(self.process, seconds=STOP_SECONDS)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def _alone(self) -> tuple[str, ...]:
        return (f"--hostname={self.name}", "--without-mingle")

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


@pytest.fixture
def start_celery_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., CeleryWorker]]:
    """A function that starts a worker, on the run's broker or on the one whose URL it is given."""
    started: list[CeleryWorker] = []

    def start(broker_url: str = "") -> CeleryWorker:
        worker = CeleryWorker(broker_url or os.environ["REDIS_URL"], tmp_path / f"worker-{len(started)}.log")
        started.append(worker)
        worker.start()
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def celery_worker_process(start_celery_worker: Callable[..., CeleryWorker], empty_broker: redis.Redis) -> CeleryWorker:
    """A worker that answers: `kill()` it with SIGKILL, `restart()` it, read its `log`."""
    return start_celery_worker()


@pytest.fixture
def empty_broker() -> Iterator[redis.Redis]:
    """A client of this process' broker database, emptied of what earlier tests published."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()
        yield client


@pytest.fixture
def state() -> Iterator[State]:
    """A state folder of this test alone, which the services' user can reach (pytest's tmp_path it can't)."""
    folder = Path(os.environ["CAT4_TEST_SLOT"]) / f"state-{uuid4().hex[:8]}"
    folder.mkdir()
    yield State(folder)
    shutil.rmtree(folder)


@pytest.fixture
def broker_process(state: State) -> Iterator[Broker]:
    """A broker of this test alone, running: `url`, `stop()`, `start()` on the same port with its queue kept."""
    broker = Broker(state)
    broker.start()
    yield broker
    broker.stop()
