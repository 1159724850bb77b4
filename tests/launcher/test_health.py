"""/healthz tells the truth about each part, quickly, to whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from cat4 import health
from cat4.launcher import ports, probe
from cat4.launcher.processes import wait_until
from tests.workers import CeleryWorker


@pytest.fixture(autouse=True)
def _fresh_connection() -> Iterator[None]:
    health.broker.cache_clear()
    yield
    health.broker.cache_clear()


def ask() -> tuple[int, dict[str, object]]:
    response = health.healthz(RequestFactory().get("/healthz"))
    assert "no-store" in response["Cache-Control"]
    return response.status_code, json.loads(response.content)


@pytest.mark.django_db
def test_all_alive_is_200(empty_broker: redis.Redis) -> None:
    empty_broker.set(probe.WORKER_KEY, 1, ex=5)
    assert ask() == (200, {"web": True, "database": True, "broker": True, "worker": True, "dead": []})


@pytest.mark.django_db
def test_a_worker_that_stopped_beating_is_named(empty_broker: redis.Redis) -> None:
    code, said = ask()
    assert (code, said["dead"]) == (503, ["worker"])


@pytest.mark.django_db
def test_a_dead_broker_is_named(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{ports.free_port()}/0"
    code, said = ask()
    assert (code, said["dead"]) == (503, ["broker", "worker"])


def test_a_dead_database_is_named(empty_broker: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        def cursor(self) -> None:
            raise OperationalError

        def close(self) -> None:
            pass

    monkeypatch.setattr(health, "connection", Dead())
    empty_broker.set(probe.WORKER_KEY, 1, ex=5)
    code, said = ask()
    assert (code, said["dead"]) == (503, ["database"])


def test_only_reading_is_allowed() -> None:
    assert health.healthz(RequestFactory().post("/healthz")).status_code == 405


@pytest.mark.django_db
def test_a_checker_may_ask_by_any_address(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code in {200, 503}
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_other_addresses_pass_the_middleware() -> None:
    answer = health.answer_health_checks(lambda request: HttpResponse("page"))
    assert answer(RequestFactory().get("/healthz/x")).content == b"page"


@pytest.mark.worker
def test_a_killed_worker_is_known_within_fifteen_seconds(
    celery_worker_process: CeleryWorker, empty_broker: redis.Redis
) -> None:
    assert wait_until(lambda: ask()[1]["worker"] is True, seconds=10)
    assert probe.worker_is_alive(celery_worker_process.broker_url)
    celery_worker_process.kill()
    assert 0 < empty_broker.ttl(probe.WORKER_KEY) <= health.EXPIRY_SECONDS < 15


def test_beat_is_alive_while_it_writes_its_schedule(tmp_path: Path) -> None:
    assert not probe.beat_is_alive(tmp_path)
    (tmp_path / "celerybeat-schedule.dat").touch()
    assert probe.beat_is_alive(tmp_path)


def test_a_web_process_that_does_not_answer_is_dead() -> None:
    assert not probe.web_is_alive(f"http://127.0.0.1:{ports.free_port()}/healthz")
