"""A worker killed in the middle of a ripple's money: right in the end, and written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
import redis
from django.db import connections

from cat4.launcher import processes
from cat4.outbox.models import OutboxRow
from cat4.outbox.tasks import sweep
from measures.constants import Topic
from measures.models import Ripple, RippleMoney
from measures.schedule.actions.milestones import revise_milestone
from tests.measures.amounts import effect_line, fill
from tests.measures.chains import NOV_2, link, milestone
from tests.worker.test_recovery import PATIENCE, other_backends, wait_for_backends
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


def money(world: World) -> list[tuple[int, int, Decimal]]:
    with world.inside():
        return list(RippleMoney.objects.values_list("fiscal_year", "quarter", "amount"))


def left(world: World) -> int:
    with world.inside():
        return OutboxRow.objects.count()


def test_a_worker_killed_while_it_settles_a_ripple_loses_nothing_and_writes_nothing_twice(
    world: World, empty_broker: redis.Redis, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    with world.inside():
        giver, taker = world.measure("M-1", doi=3), world.measure("M-2", doi=3)
        signed = milestone(giver, "Signed", NOV_2)
        live = milestone(taker, "Live", NOV_2, is_effect_start=True)
        link(signed, live)
        fill(effect_line(world, taker), date(2026, 11, 1), date(2026, 12, 1), plan=Decimal(100))
        revise_milestone(world.actor("owner"), signed.pk, forecast_on=date(2027, 1, 11), reason="Later")
        ripple = Ripple.objects.get()
        # Only the ripple is left to be settled, so that the worker stops at its money.
        OutboxRow.objects.exclude(topic=Topic.RIPPLE_STORED).delete()
    with world.inside():
        Ripple.objects.select_for_update().get(pk=ripple.pk)
        worker = start_celery_worker()
        sweep.delay()
        wait_for_backends(1)
        worker.kill()
    assert processes.wait_until(lambda: other_backends() == 0, seconds=PATIENCE)
    assert money(world) == []
    assert left(world) == 1

    worker.restart()
    for _ in range(2):
        sweep.delay()
        assert processes.wait_until(lambda: left(world) == 0, seconds=PATIENCE)
        assert money(world) == [(2026, 4, Decimal("-200.00")), (2027, 1, Decimal("200.00"))]
