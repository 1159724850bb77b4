"""/metrics: who has the token reads how the installation does; to everybody else there is no such page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cat4 import clock, health
from cat4.launcher import ports, probe
from cat4.metrics import gauges
from cat4.metrics.requests import BUCKETS, RequestCounts
from cat4.metrics.samples import Family, Sample, text_of
from cat4.metrics.scrape import KEPT_SECONDS, Shared
from cat4.outbox.models import OutboxRow
from governance.models import LedgerVerification
from governance.proofs.actions.verifying import verify_now
from tests.world import World

TOKEN = "token-of-the-scraper"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Numbers = dict[str, str]


@pytest.fixture(autouse=True)
def fresh_broker_connection() -> Iterator[None]:
    health.broker.cache_clear()
    yield
    health.broker.cache_clear()


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> RequestCounts:
    """Counts that begin at zero, in place of the process' own."""
    fresh = RequestCounts()
    monkeypatch.setattr("cat4.web.access.REQUESTS", fresh)
    monkeypatch.setattr("cat4.metrics.scrape.REQUESTS", fresh)
    return fresh


def numbers(text: str) -> Numbers:
    """Each sample by its name and labels, the process left out."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    pairs = [re.sub(r',?process="[^"]+"', "", line).rsplit(" ", 1) for line in lines]
    return {name.replace("{}", ""): value for name, value in pairs}


def scrape(**headers: str) -> tuple[int, str]:
    """A scrape of a new process, which has kept nothing yet."""
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = Client(headers=headers or BEARER).get("/metrics")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN} "[:-2]},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer schlüssel"},
        {"X-Other": "none"},
    ],
)
def test_without_the_token_there_is_no_such_page(db: None, headers: dict[str, str]) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        refused, other = Client(headers=headers).get("/metrics"), Client(headers=headers).get("/metrica")
    assert (refused.status_code, other.status_code) == (404, 404)
    assert refused.content.replace(b"metrics", b"metrica") == other.content


@pytest.mark.parametrize("headers", [BEARER, {"Authorization": "Bearer "}, {"X-Other": "none"}])
def test_where_no_token_is_set_nobody_reads_it(db: None, headers: dict[str, str]) -> None:
    assert settings.METRICS_TOKEN == ""
    assert Client(headers=headers).get("/metrics").status_code == 404


def test_it_is_read_and_nothing_else(db: None) -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        assert Client(headers=BEARER).post("/metrics").status_code == 404


def test_a_scraper_asks_by_address_and_without_tls(db: None, empty_broker: redis.Redis) -> None:
    with override_settings(METRICS_TOKEN=TOKEN, SECURE_SSL_REDIRECT=True):
        answer = Client(headers=BEARER).get("/metrics", headers={"Host": "172.18.0.5:8000"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"


def test_requests_are_counted_by_route_and_status(client: Client, world: World, counts: RequestCounts) -> None:
    client.force_login(world.people["pmo"])
    for path in ("/members/", "/members/", f"/measures/{UUID(int=1)}/", f"/measures/{UUID(int=2)}/", "/no/such/"):
        client.get(world.url(path))
    client.get("/no-such/")
    assert {
        (sample.labels["route"], sample.labels["status"]): sample.value for sample in counts.families()[0].samples
    } == {
        ("none", "404"): 2,
        ("o/<slug>/members/", "200"): 2,
        ("o/<slug>/measures/<uuid:pk>/", "404"): 2,
    }


def test_a_visitor_can_make_no_label(client: Client, db: None, counts: RequestCounts) -> None:
    """However many addresses are tried, the page doesn't grow."""
    for number in range(30):
        client.get(f"/o/guess-{number}/x/")
        client.generic(f"VERB{number}", f"/guess-{number}")
        client.get("/accounts/invitation/" + "s" * number + "x/", headers={"User-Agent": f"agent {number}"})
    answers, durations = counts.families()
    assert {sample.labels["route"] for sample in (*answers.samples, *durations.samples)} == {
        "none",
        "accounts/invitation/<str:secret>/",
    }
    assert len(answers.samples) <= 4


def test_durations_are_counted_below_their_ends() -> None:
    counts = RequestCounts()
    for seconds in (0.05, 0.06, 0.3, 99.0):
        counts.observe("r", 200, seconds)
    found = numbers(text_of(counts.families()))
    name = "cat4_request_duration_seconds"
    assert [found[f'{name}_bucket{{route="r",le="{end:g}"}}'] for end in BUCKETS] == list("12233333")
    assert found[f'{name}_bucket{{route="r",le="+Inf"}}'] == "4"
    assert (found[f'{name}_count{{route="r"}}'], found[f'{name}_sum{{route="r"}}']) == ("4", "99.41")
    assert found['cat4_requests_total{route="r",status="200"}'] == "4"


def test_every_sample_of_requests_names_its_process() -> None:
    counts = RequestCounts()
    counts.observe("r", 200, 0.1)
    for family in counts.families():
        assert all(re.fullmatch(r".+-\d+", sample.labels["process"]) for sample in family.samples)


def test_labels_are_escaped() -> None:
    family = Family("n", "gauge", "What it is.", [Sample({"route": '^a\\d"\n$'}, 1)])
    assert text_of([family]) == '# HELP n What it is.\n# TYPE n gauge\nn{route="^a\\\\d\\"\\n$"} 1\n'


def test_a_number_without_labels_stands_alone_and_an_empty_family_is_left_out() -> None:
    assert text_of([Family("a", "gauge", "A."), Family("n", "gauge", "N.", [Sample({}, 12345678901)])]) == (
        "# HELP n N.\n# TYPE n gauge\nn 1.23456789e+10\n"
    )


def fact(age: timedelta, *, parked: bool = False) -> None:
    row = OutboxRow.objects.create(topic="t", object_id=UUID(int=1), parked_at=timezone.now() if parked else None)
    OutboxRow.objects.filter(pk=row.pk).update(created_at=timezone.now() - age)


def test_what_waits_and_what_is_parked_is_told_by_organization(
    world: World, twin: World, empty_broker: redis.Redis
) -> None:
    with world.inside():
        OutboxRow.objects.all().delete()
        fact(timedelta(minutes=5))
        fact(timedelta(minutes=1))
        fact(timedelta(days=2), parked=True)
    with twin.inside():
        OutboxRow.objects.all().delete()
    code, text = scrape()
    found = numbers(text)
    assert code == 200
    assert {name: value for name, value in found.items() if name.startswith("cat4_outbox_rows")} == {
        'cat4_outbox_rows{organization="alder",state="waiting"}': "2",
        'cat4_outbox_rows{organization="alder",state="parked"}': "1",
        'cat4_outbox_rows{organization="twin",state="waiting"}': "0",
        'cat4_outbox_rows{organization="twin",state="parked"}': "0",
    }
    assert 300 <= float(found['cat4_outbox_oldest_age_seconds{organization="alder"}']) < 330
    assert found['cat4_outbox_oldest_age_seconds{organization="twin"}'] == "0"


def test_how_long_ago_a_ledger_was_verified_and_whether_it_held_is_told(
    world: World, twin: World, empty_broker: redis.Redis
) -> None:
    now = clock.now()
    with world.inside(), clock.at(now - timedelta(hours=30)):
        verify_now()
    found = numbers(scrape()[1])
    assert {name: value for name, value in found.items() if name.startswith("cat4_ledger")} == {
        'cat4_ledger_verification_age_seconds{organization="alder"}': "108000",
        'cat4_ledger_intact{organization="alder"}': "1",
    }
    with world.inside():
        LedgerVerification.objects.create(at=now, entries=3, broken_sequence=2, problem="it was changed")
    found = numbers(scrape()[1])
    assert found['cat4_ledger_intact{organization="alder"}'] == "0"
    assert found['cat4_ledger_verification_age_seconds{organization="alder"}'] == "0"


def test_the_length_of_the_queue_and_which_parts_live_is_told(db: None, empty_broker: redis.Redis) -> None:
    empty_broker.rpush(settings.CELERY_TASK_DEFAULT_QUEUE, "a", "b", "c")
    empty_broker.set(probe.WORKER_KEY, 1, ex=5)
    found = numbers(scrape()[1])
    assert found["cat4_queue_length"] == "3"
    assert [found[f'cat4_up{{part="{part}"}}'] for part in ("database", "broker", "worker")] == ["1", "1", "1"]


def test_a_broker_that_is_away_is_said_to_be(world: World) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{ports.free_port()}/0"):
        code, text = scrape()
    found = numbers(text)
    assert (code, found['cat4_up{part="broker"}'], found['cat4_up{part="database"}']) == (200, "0", "1")
    assert "cat4_queue_length" not in found
    assert 'cat4_up{part="worker"}' not in found
    assert 'cat4_outbox_rows{organization="alder",state="waiting"}' in found


def test_a_database_that_is_away_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, empty_broker: redis.Redis, counts: RequestCounts
) -> None:
    def fails() -> list[UUID]:
        raise OperationalError from psycopg.OperationalError("it is away")

    closed = []
    monkeypatch.setattr(gauges, "organization_ids", fails)
    monkeypatch.setattr("cat4.metrics.scrape.connection", type("", (), {"close": lambda self: closed.append(True)})())
    counts.observe("r", 200, 0.1)
    code, text = scrape()
    found = numbers(text)
    assert (code, found['cat4_up{part="database"}'], found['cat4_up{part="broker"}']) == (200, "0", "1")
    assert found['cat4_requests_total{route="r",status="200"}'] == "1"
    assert closed == [True]


def test_numbers_of_the_database_are_read_once_in_a_while(
    world: World, empty_broker: redis.Redis, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = [1000.0]
    shared = Shared(lambda: now[0])
    first = shared.families()
    with django_assert_num_queries(0):
        now[0] += KEPT_SECONDS - 0.1
        assert shared.families() is first
    now[0] += 0.2
    assert shared.families() is not first


def test_a_gauge_has_its_name_alone() -> None:
    with pytest.raises(ValueError, match="Two gauges are named cat4_outbox_rows"):
        gauges.gauge("cat4_outbox_rows", "")(dict)


def test_each_number_is_explained(world: World, empty_broker: redis.Redis, counts: RequestCounts) -> None:
    counts.observe("r", 200, 0.1)
    with world.inside():
        verify_now()
    text = scrape()[1]
    named = {
        re.sub(r"_(bucket|sum|count)$", "", re.split(r"[{ ]", line)[0]) for line in text.splitlines() if line[0] != "#"
    }
    helped = set(re.findall(r"^# HELP (\w+) .+\.$", text, re.MULTILINE))
    assert named == helped == set(re.findall(r"^# TYPE (\w+) (?:counter|gauge|histogram)$", text, re.MULTILINE))
