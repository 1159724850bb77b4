"""The ground the other tests stand on: the role, the separation, the clean-up, the worker."""

from __future__ import annotations

import os

import psycopg
import pytest
import redis
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, connections

from cat4.launcher.broker import Broker
from tests import databases
from tests.workers import CeleryWorker


@pytest.mark.django_db
def test_tests_run_as_the_serving_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_user, session_user, rolsuper, rolbypassrls, current_database(),
                   EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user)
              FROM pg_roles WHERE rolname = current_user
            """
        )
        row = cursor.fetchone()
    assert row == ("cat4_app", "cat4_app", False, False, databases.database_name(), False)


@pytest.mark.django_db
def test_the_serving_role_can_neither_truncate_nor_change_the_schema() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        cursor.execute("TRUNCATE django_content_type CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repetition", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(repetition: int) -> None:
    assert not ContentType.objects.filter(app_label="left over").exists()
    # Rows which migrations made are there again: a flush would have lost them.
    assert ContentType.objects.exists()
    ContentType.objects.create(app_label="left over", model="x")


def test_each_process_has_its_own_broker_database() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    expected = int(worker.removeprefix("gw")) + 1 if worker else 0
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.client_info()["db"] == expected


def test_the_servers_refuse_a_login_without_password() -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(os.environ["DATABASE_URL"].replace("cat4_app:", "cat4_app:wrong"))


@pytest.mark.worker
def test_a_killed_worker_can_be_started_again(celery_worker_process: CeleryWorker) -> None:
    celery_worker_process.kill()
    assert not celery_worker_process.answers()
    celery_worker_process.restart()
    assert celery_worker_process.answers()
    connections.close_all()


@pytest.mark.worker
def test_a_broker_keeps_its_queue_over_a_restart(broker_process: Broker) -> None:
    with redis.Redis.from_url(broker_process.url) as client:
        client.rpush("queue", "task")
        broker_process.stop()
        broker_process.start()
        assert client.lrange("queue", 0, -1) == [b"task"]
