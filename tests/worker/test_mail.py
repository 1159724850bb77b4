"""A real worker mails through a real server what was committed, and nothing that was rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import redis
from django.db import connections

from cat4 import clock
from cat4.launcher import processes
from cat4.notices.actions import notify
from cat4.notices.inbox import save_preferences
from cat4.notices.models import Notice
from tests.notices.smtp import mail_server
from tests.worker.test_recovery import PATIENCE
from tests.workers import CeleryWorker
from tests.world import TODAY, World

pytestmark = pytest.mark.worker


@pytest.fixture
def world(transactional_db: None, world: World) -> Iterator[World]:
    """A world that other processes see."""
    yield world
    connections.close_all()


def tell(world: World, event: str) -> None:
    facts = {"measure": event, "who": "Chair", "reason": "Agreed", "move": "advance", "gate": 3, "number": 1}
    # The workers' clock runs from seven o'clock of the day on.
    with clock.at(datetime(2026, 10, 15, 6, tzinfo=UTC)):
        notify("gate.decided", event=event, people=[world.people["owner"].pk], path="/", facts=facts)


def test_a_worker_mails_what_was_committed_and_nothing_else(
    world: World,
    empty_broker: redis.Redis,
    start_celery_worker: Callable[..., CeleryWorker],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mail_server() as server:
        monkeypatch.setenv("CAT4_CLOCK", TODAY.isoformat())
        monkeypatch.setenv("CAT4_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        monkeypatch.setenv("CAT4_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("CAT4_SMTP_PORT", str(server.port))
        start_celery_worker()
        with world.inside():
            save_preferences(world.actor("owner"), mail="at_once")
        with pytest.raises(RuntimeError), world.inside():
            tell(world, "Undone")
            raise RuntimeError("the action failed after all")
        with world.inside():
            tell(world, "Done")
        assert processes.wait_until(lambda: _mailed(world), seconds=PATIENCE)
    assert [letter["Subject"] for letter in server.letters] == ["[Alder] Done: gate 3 is passed"]


def _mailed(world: World) -> bool:
    with world.inside():
        return Notice.objects.filter(mailed_at__isnull=False).exists()
