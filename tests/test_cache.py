"""The cache holds no code, and what counts there goes on while the broker is away or hangs."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Iterator

import pytest
import redis
from django.core.cache import cache, caches
from django.test import Client, override_settings

from cat4 import circuit
from cat4.cache import SharedCache
from cat4.celery import app
from cat4.circuit import BROKER, REST_SECONDS, Circuit
from cat4.launcher.broker import Broker
from tests.world import PASSWORD, World


@pytest.mark.parametrize("value", [0, 7, -3, "a", "", True, None, ["a", 1], {"a": [1, None]}])
def test_a_plain_value_comes_back_as_it_was(value: object) -> None:
    cache.set("plain", value, 60)
    found = cache.get("plain", "absent")
    assert (found, type(found)) == (value, type(value))


def test_a_value_that_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError):
        cache.set("not plain", object(), 60)


def test_what_somebody_else_wrote_is_never_run_and_counts_as_absent() -> None:
    shared = caches["default"]
    assert isinstance(shared, SharedCache)
    shared._cache.get_client(write=True).set(shared.make_and_validate_key("planted"), pickle.dumps({"a": 1}), ex=60)
    assert cache.get("planted", "absent") == "absent"
    assert cache.get_many(["planted"]) == {}


def test_workers_take_json_alone() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


def test_a_part_that_is_away_is_asked_again_after_a_while() -> None:
    now = [100.0]
    part = Circuit("a part", now=lambda: now[0])
    assert not part.is_open
    part.trip(OSError("gone"))
    assert part.is_open
    now[0] += REST_SECONDS
    assert not part.is_open


@pytest.fixture(params=["away", "hung"])
def lost_broker(request: pytest.FixtureRequest, broker_process: Broker) -> Iterator[Broker]:
    """A broker that no longer answers: ended, or stopped in the middle."""
    configured = {**caches.settings["default"], "LOCATION": broker_process.url}
    with override_settings(CACHES={"default": configured}):
        cache.set("counter", 4, 60)
        shared = caches["default"]
        assert isinstance(shared, SharedCache)
        shared.own_memory.clear()
        assert broker_process.process is not None
        if request.param == "away":
            broker_process.stop()
        else:
            broker_process.process.send_signal(signal.SIGSTOP)
        yield broker_process
        if broker_process.process is not None:
            broker_process.process.send_signal(signal.SIGCONT)


def test_counting_goes_on_in_the_process_while_the_broker_is_away(lost_broker: Broker) -> None:
    assert cache.get("counter", 0) == 0
    assert BROKER.is_open
    assert cache.add("counter", 0, 60)
    assert [cache.incr("counter"), cache.incr("counter")] == [1, 2]


def test_signing_in_works_without_a_broker(lost_broker: Broker, world: World) -> None:
    client = Client()
    typed = {"login": "reader@alder.example", "password": PASSWORD}
    assert client.post("/accounts/login/", typed).status_code == 302
    assert client.get(world.url("/my-work/")).status_code == 200


def test_only_the_first_waits_for_a_broker_that_hangs(lost_broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    original = redis.Redis.execute_command

    def counted(self: redis.Redis, *arguments: object, **options: object) -> object:
        asked.append(arguments[0])
        return original(self, *arguments, **options)

    monkeypatch.setattr(redis.Redis, "execute_command", counted)
    for _ in range(5):
        cache.get("counter")
    assert asked == ["GET"]


def test_wrong_passwords_are_counted_without_a_broker(lost_broker: Broker, world: World) -> None:
    client, typed = Client(), {"login": "reader@alder.example", "password": "wrong"}
    pages = [client.post("/accounts/login/", typed).content.decode() for _ in range(7)]
    assert "Too many wrong passwords" in pages[-1]


def test_the_names_of_what_is_away_are_those_that_the_libraries_raise() -> None:
    assert issubclass(redis.ConnectionError, circuit.AWAY)
    assert issubclass(redis.TimeoutError, circuit.AWAY)
    assert issubclass(redis.ResponseError, circuit.AWAY)
