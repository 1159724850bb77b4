"""Facts become consequences once, after commit, however often something fails in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from kombu.exceptions import OperationalError

from cat4.outbox import actions, registry, tasks
from cat4.outbox.actions import MAX_ATTEMPTS, drain, publish, release_parked
from cat4.outbox.models import OutboxRow
from cat4.outbox.tasks import drain as drain_task
from cat4.outbox.tasks import sweep
from cat4.tenancy.context import NoOrganization, current_organization_id
from cat4.tenancy.ids import new_id
from measures.models import Measure
from tests.world import World

TOPIC = "tests.something_happened"
Consumers = Callable[..., None]


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> Consumers:
    """Sets the only consumers there are for the tests' topic."""

    def register(*functions: Callable[[UUID], None]) -> None:
        monkeypatch.setattr(registry, "_consumers", {TOPIC: list(functions)})

    register()
    return register


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[UUID]]:
    """Which organizations were nudged, in place of a message to the broker."""
    sent: list[UUID] = []
    monkeypatch.setattr(tasks, "nudge", sent.append)
    return sent  # type: ignore[return-value]


def pending() -> list[OutboxRow]:
    return list(OutboxRow.objects.order_by("id"))


@pytest.mark.django_db(transaction=True)
def test_a_fact_reaches_nobody_before_its_change_is_committed(world: World, nudges: list[UUID]) -> None:
    with world.inside():
        publish(TOPIC, new_id())
        assert nudges == []
    assert nudges == [world.organization.pk]
    with world.inside():
        assert len(pending()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_of_a_change_that_is_rolled_back_never_was(world: World, nudges: list[UUID]) -> None:
    with pytest.raises(RuntimeError), world.inside():
        publish(TOPIC, new_id())
        raise RuntimeError
    assert nudges == []
    with world.inside():
        assert pending() == []


def test_publishing_outside_an_organization_is_an_error(world: World) -> None:
    with pytest.raises(NoOrganization):
        publish(TOPIC, new_id())


def test_facts_of_the_same_object_are_settled_in_one_round(world: World, consumers: Consumers) -> None:
    seen: list[UUID] = []
    consumers(seen.append)
    first, second = new_id(), new_id()
    with world.inside():
        for object_id in (first, second, first, first):
            publish(TOPIC, object_id)
    assert drain(world.organization.pk) == 4
    assert seen == [first, second]
    assert drain(world.organization.pk) == 0
    assert seen == [first, second]


def test_a_fact_that_nobody_consumes_is_removed(world: World, consumers: Consumers) -> None:
    with world.inside():
        publish("tests.unheard_of", new_id())
    assert drain(world.organization.pk) == 1
    with world.inside():
        assert pending() == []


def test_consumers_run_in_the_organization_of_the_fact_in_order_of_registration(
    world: World, twin: World, consumers: Consumers
) -> None:
    order: list[tuple[str, UUID]] = []
    consumers(
        lambda _: order.append(("lower", current_organization_id())),
        lambda _: order.append(("higher", current_organization_id())),
    )
    with twin.inside():
        publish(TOPIC, new_id())
    assert drain(world.organization.pk) == 0
    assert drain(twin.organization.pk) == 1
    assert order == [("lower", twin.organization.pk), ("higher", twin.organization.pk)]


def test_a_fact_published_by_a_consumer_is_settled_in_the_same_drain(world: World, consumers: Consumers) -> None:
    seen: list[UUID] = []
    above = new_id()

    def climb(object_id: UUID) -> None:
        seen.append(object_id)
        if object_id != above:
            publish(TOPIC, above)

    consumers(climb)
    below = new_id()
    with world.inside():
        publish(TOPIC, below)
    assert drain(world.organization.pk) == 2
    assert seen == [below, above]


def test_a_consumer_that_fails_leaves_the_fact_and_none_of_its_consequences(world: World, consumers: Consumers) -> None:
    def write(object_id: UUID) -> None:
        world.measure(f"M-{object_id}")

    def fail(object_id: UUID) -> None:
        raise ValueError("no plan rate for USD in 2027")

    consumers(write, fail)
    with world.inside():
        publish(TOPIC, new_id())
    before = timezone.now()
    drain(world.organization.pk)
    with world.inside():
        (row,) = pending()
        assert Measure.objects.count() == 0
    assert (row.attempts, row.error, row.parked_at) == (1, "ValueError: no plan rate for USD in 2027", None)
    assert timedelta(seconds=2) <= row.due_at - before < timedelta(seconds=12)


def test_a_database_error_in_a_consumer_does_not_hold_up_other_objects(world: World, consumers: Consumers) -> None:
    bad, good, settled = new_id(), new_id(), []

    def consume(object_id: UUID) -> None:
        if object_id == bad:
            world.measure("same")
            world.measure("same")
        settled.append(object_id)

    consumers(consume)
    with world.inside():
        publish(TOPIC, bad)
        publish(TOPIC, good)
    drain(world.organization.pk)
    assert settled == [good]
    with world.inside():
        (row,) = pending()
    assert row.object_id == bad
    assert row.error.startswith(IntegrityError.__name__)


def test_a_fact_is_tried_again_later_each_time_then_parked_until_it_is_released(
    world: World, consumers: Consumers
) -> None:
    attempts: list[UUID] = []

    def fail(object_id: UUID) -> None:
        attempts.append(object_id)
        raise ValueError("broken")

    consumers(fail)
    with world.inside():
        publish(TOPIC, new_id())
    waits = []
    for _ in range(MAX_ATTEMPTS + 2):
        before = timezone.now()
        drain(world.organization.pk)
        with world.inside():
            (row,) = pending()
            waits.append(round((row.due_at - before).total_seconds()))
            OutboxRow.objects.update(due_at=before - timedelta(seconds=1))
    assert len(attempts) == MAX_ATTEMPTS
    assert waits[:MAX_ATTEMPTS] == [2, 4, 8, 16, 32, 64]
    assert row.parked_at is not None
    consumers(attempts.append)
    with world.inside():
        assert release_parked() == 1
    assert drain(world.organization.pk) == 1
    assert len(attempts) == MAX_ATTEMPTS + 1


def test_a_fact_that_is_not_due_yet_waits(world: World, consumers: Consumers) -> None:
    with world.inside():
        publish(TOPIC, new_id())
        OutboxRow.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert drain(world.organization.pk) == 0


@pytest.mark.django_db(transaction=True)
def test_rows_that_another_worker_holds_are_skipped(world: World, consumers: Consumers, nudges: list[UUID]) -> None:
    seen: list[UUID] = []
    consumers(seen.append)
    with world.inside():
        publish(TOPIC, new_id())
    own = connection.settings_dict
    login = {"host": own["HOST"], "port": own["PORT"], "dbname": own["NAME"]}
    with psycopg.connect(**login, user=own["USER"], password=own["PASSWORD"]) as other:
        other.execute("SELECT set_config('app.organization_id', %s, true)", [str(world.organization.pk)])
        other.execute("SELECT id FROM outbox_outboxrow FOR UPDATE")
        assert drain(world.organization.pk) == 0
    assert drain(world.organization.pk) == 1
    assert len(seen) == 1


def test_the_sweep_settles_what_no_nudge_reached_in_every_organization(
    world: World, twin: World, consumers: Consumers
) -> None:
    seen: list[UUID] = []
    consumers(lambda _: seen.append(current_organization_id()))
    for each in (world, twin):
        with each.inside():
            publish(TOPIC, new_id())
    assert sweep() == 2
    assert set(seen) == {world.organization.pk, twin.organization.pk}


def test_the_task_takes_the_id_as_text_and_may_run_twice(world: World, consumers: Consumers) -> None:
    seen: list[UUID] = []
    consumers(seen.append)
    with world.inside():
        publish(TOPIC, new_id())
    assert [drain_task(str(world.organization.pk)) for _ in range(2)] == [1, 0]
    assert len(seen) == 1


def changing_view(request: HttpRequest) -> HttpResponse:
    publish(TOPIC, new_id())
    return HttpResponse("saved")


urlpatterns = [path("change/", changing_view)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionError("refused"), TimeoutError()])
def test_a_request_is_answered_and_its_fact_kept_when_there_is_no_broker(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr(drain_task, "apply_async", refuse)
    client.force_login(world.people["pmo"])
    with override_settings(ORGANIZATION_URLCONF=__name__):
        response = client.get(world.url("/change/"))
    assert (response.status_code, response.content) == (200, b"saved")
    with world.inside():
        assert len(pending()) == 1


def test_consequences_and_the_removal_of_the_fact_are_one_transaction(
    world: World, consumers: Consumers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the consumer and before the removal: neither happened."""

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    consumers(lambda object_id: world.measure("M-1") and None)
    with world.inside():
        publish(TOPIC, new_id())
    monkeypatch.setattr(OutboxRow.objects.none().__class__, "delete", die)
    with pytest.raises(Killed), transaction.atomic():
        drain(world.organization.pk)
    monkeypatch.undo()
    with world.inside():
        assert (len(pending()), Measure.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_asks_once_however_much_it_publishes(world: World, nudges: list[UUID]) -> None:
    with world.inside():
        for _ in range(3):
            publish(TOPIC, new_id())
    assert nudges == [world.organization.pk]


def test_objects_are_settled_in_transactions_of_their_own(world: World, consumers: Consumers) -> None:
    """So that a worker holds the locks of one object only, and two workers never wait for each other in a ring."""
    left: list[int] = []
    consumers(lambda _: left.append(OutboxRow.objects.count()))
    with world.inside():
        for _ in range(3):
            publish(TOPIC, new_id())
    assert actions.drain(world.organization.pk) == 3
    assert left == [3, 2, 1]
