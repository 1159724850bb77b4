"""A proof pack built by a real worker, asked for over the outbox, verifies with Python alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import redis
from django.db import connections

from cat4.launcher import processes
from cat4.outbox.tasks import sweep
from governance.months.actions.lock import lock_period
from governance.proofs.actions.packs import ask_for_proof, download_proof
from governance.proofs.actions.past_acts import keep_past_acts
from governance.proofs.models import ProofPack
from tests.governance.proofs.test_proof_packs import verify
from tests.governance.ready import ready_measure
from tests.worker.test_recovery import PATIENCE
from tests.workers import CeleryWorker
from tests.world import TODAY, World

pytestmark = pytest.mark.worker


@pytest.fixture(autouse=True)
def workers_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers' today is that of the tests."""
    monkeypatch.setenv("CAT4_CLOCK", TODAY.isoformat())


@pytest.fixture
def world(transactional_db: None, world: World) -> Iterator[World]:
    """A world that other processes see."""
    yield world
    connections.close_all()


def test_a_worker_builds_the_pack_that_was_asked_for(
    world: World, empty_broker: redis.Redis, start_celery_worker: Callable[..., CeleryWorker], tmp_path: Path
) -> None:
    with world.inside():
        ready_measure(world, doi=4)
        keep_past_acts()
        lock_period(world.actor("controller"), month=date(2026, 9, 1))
        pack = ask_for_proof(world.actor("reader"))
    start_celery_worker()
    sweep.delay()

    def is_ready() -> bool:
        with world.inside():
            return ProofPack.objects.get(pk=pack.pk).state == "ready"

    assert processes.wait_until(is_ready, seconds=PATIENCE)
    with world.inside():
        _, content = download_proof(world.actor("reader"), pack.pk)
    path = tmp_path / "proof.zip"
    with content:
        path.write_bytes(content.read())
    code, words = verify(path)
    assert code == 0, words
    assert "1 snapshots" in words
