"""A real worker that is killed in the middle, a broker that goes away: every status is right in the end, once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
import redis
from django.db import connection, connections

from cat4.audit.models import AuditEntry
from cat4.celery import app
from cat4.launcher import processes
from cat4.launcher.broker import Broker
from cat4.outbox.actions import publish
from cat4.outbox.models import OutboxRow
from cat4.outbox.tasks import sweep
from measures.constants import StatusKind, Topic
from measures.models import EffectMonth, Measure, MeasureStatus, MeasureTotals, StatusChange
from measures.status.actions.recompute import mark_changed, recompute_measure
from tests.measures.amounts import effect_line, fill
from tests.workers import CeleryWorker
from tests.world import TODAY, World

pytestmark = pytest.mark.worker

PATIENCE = 60
JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def workers_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers' today is that of the tests."""
    monkeypatch.setenv("CAT4_CLOCK", TODAY.isoformat())


@pytest.fixture
def world(transactional_db: None, world: World) -> Iterator[World]:
    """A world that other processes see."""
    yield world
    connections.close_all()


@contextmanager
def broker_of_this_process(url: str) -> Iterator[None]:
    """Within the block, what this process publishes goes to the broker at `url`."""
    before = app.conf.broker_url
    for now in (url, before):
        app.conf.broker_url = now
        app._pool = app.amqp._producer_pool = None
        if now == url:
            yield


def measures_at_plan(world: World, count: int) -> list[Measure]:
    """Computed measures whose money is green."""
    with world.inside():
        measures = [world.measure(f"M-{number}", doi=2) for number in range(count)]
        for measure in measures:
            line = effect_line(world, measure)
            fill(line, JANUARY, DECEMBER, plan=Decimal(100_000))
            recompute_measure(measure.pk)
        OutboxRow.objects.all().delete()
        assert values(measures) == ["g"] * count
    return measures


def lose_the_money(measures: list[Measure]) -> None:
    """What the owner reports is far below plan: each potential must become red, once."""
    EffectMonth.objects.filter(measure__in=measures).update(reported=Decimal(10_000))
    for measure in measures:
        publish(Topic.MEASURE_CHANGED, measure.pk)


def values(measures: list[Measure]) -> list[str]:
    rows = MeasureStatus.objects.filter(measure__in=measures, kind=StatusKind.POTENTIAL)
    return list(rows.order_by("measure__code").values_list("value", flat=True))


def assert_settled_once(world: World, measures: list[Measure]) -> None:
    """Every potential is red, told once in history and audit, and no fact is left."""
    assert processes.wait_until(lambda: outbox(world) == 0, seconds=PATIENCE), f"{outbox(world)} facts left"
    with world.inside():
        assert values(measures) == ["r"] * len(measures)
        for measure in measures:
            changes = StatusChange.objects.filter(measure=measure, kind=StatusKind.POTENTIAL).order_by("id")
            assert [(change.before, change.after) for change in changes] == [("", "g"), ("g", "r")]
            assert AuditEntry.objects.filter(measure_id=measure.pk, verb="status.changed").count() == 1
            assert MeasureTotals.objects.get(measure=measure).fac_in_year == Decimal(120_000)


def outbox(world: World) -> int:
    with world.inside():
        return OutboxRow.objects.count()


def backends_behind_this_one() -> int:
    """How many sessions wait for a lock of this one, directly or behind another that does."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE waiting (pid) AS (
                SELECT pg_backend_pid()
                UNION
                SELECT locks.pid FROM pg_locks AS locks, waiting
                 WHERE NOT locks.granted AND waiting.pid = ANY (pg_blocking_pids(locks.pid))
            )
            SELECT count(*) - 1 FROM waiting
            """
        )
        return int(cursor.fetchone()[0])


def other_backends() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """
        )
        return int(cursor.fetchone()[0])


def in_another_session(act: Callable[[], None]) -> None:
    """Do something that commits while this session holds its locks."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result(timeout=PATIENCE)


def wait_for_backends(count: int) -> None:
    assert processes.wait_until(lambda: backends_behind_this_one() == count, seconds=PATIENCE)


def test_a_worker_killed_in_the_middle_of_its_work_loses_nothing_and_does_nothing_twice(
    world: World, empty_broker: redis.Redis, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    measures = measures_at_plan(world, 2)
    with world.inside():
        lose_the_money(measures)
    with world.inside():
        Measure.objects.select_for_update().get(pk=measures[1].pk)
        worker = start_celery_worker()
        # The worker has settled the first measure and is at the second one when it dies.
        wait_for_backends(1)
        worker.kill()
    assert processes.wait_until(lambda: other_backends() == 0, seconds=PATIENCE)
    with world.inside():
        assert values(measures) == ["r", "g"]
        assert [row.object_id for row in OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED)] == [measures[1].pk]
        assert not AuditEntry.objects.filter(measure_id=measures[1].pk).exists()

    worker.restart()
    sweep.delay()
    assert_settled_once(world, measures)
    # The broker hands the lost worker's message out again: there is nothing left to do.
    sweep.delay()
    assert_settled_once(world, measures)


def test_while_the_broker_is_away_people_go_on_and_nothing_is_lost(
    world: World, broker_process: Broker, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    measures = measures_at_plan(world, 2)
    start_celery_worker(broker_process.url)
    with broker_of_this_process(broker_process.url):
        broker_process.stop()
        with world.inside():
            lose_the_money(measures)
        assert outbox(world) == 2
        broker_process.start()
        sweep.delay()
        assert_settled_once(world, measures)


def test_two_workers_on_the_same_measure_take_turns(
    world: World, empty_broker: redis.Redis, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    measures = measures_at_plan(world, 1)
    with world.inside():
        lose_the_money(measures)
    with world.inside():
        Measure.objects.select_for_update().get(pk=measures[0].pk)
        start_celery_worker()
        wait_for_backends(1)
        start_celery_worker()
        in_another_session(lambda: mark_once_more(world, measures))
        # Whether or not its nudge came through on a busy machine.
        sweep.delay()
        wait_for_backends(2)
    assert_settled_once(world, measures)


def mark_once_more(world: World, measures: list[Measure]) -> None:
    """A fact that a worker holds already doesn't count as waiting."""
    with world.inside():
        assert mark_changed([measure.pk for measure in measures]) == len(measures)


def test_what_this_process_publishes_goes_through_the_projects_application() -> None:
    asked = "import django; django.setup(); from cat4.outbox.tasks import drain; print(drain.app.main)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cat4.settings"}
    answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "cat4"
