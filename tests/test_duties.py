"""The hourly round: every organization's duties on its own day, whatever happens to the others'."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection

from cat4 import clock
from cat4.duties import registry
from cat4.duties.tasks import run_duties
from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import Organization
from hierarchy.models import LegalEntity
from tests.databases import as_owner
from tests.world import World


@pytest.fixture
def no_duties(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_duties", {})
    yield


def test_each_organization_is_asked_on_its_own_day(no_duties: None, world: World, twin: World) -> None:
    Organization.objects.filter(pk=twin.organization.pk).update(time_zone="Pacific/Auckland")
    days: dict[UUID, date] = {}

    @registry.duty("tests.remember")
    def remember(today: date) -> int:
        days[current_organization_id()] = today
        return 1

    with clock.at(datetime(2026, 10, 15, 12, tzinfo=UTC)):
        assert run_duties() == 2
    assert days == {world.organization.pk: date(2026, 10, 15), twin.organization.pk: date(2026, 10, 16)}


def test_a_duty_that_fails_leaves_nothing_behind_and_the_others_go_on(no_duties: None, world: World) -> None:
    @registry.duty("tests.fail")
    def fail(_today: date) -> int:
        LegalEntity.objects.update(name="half done")
        raise RuntimeError("on purpose")

    @registry.duty("tests.count")
    def count(_today: date) -> int:
        return LegalEntity.objects.filter(name="half done").count() + 10

    assert run_duties() == 10


def test_a_round_beside_another_leaves_its_duty_to_it_and_logs_nothing(
    no_duties: None, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    registry.duty("tests.once")(lambda _today: 1)
    registry.duty("tests.other")(lambda _today: 10)
    held = f"duty:tests.once:{world.organization.pk}"
    with as_owner(str(connection.settings_dict["NAME"])) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [held])
        assert run_duties() == 10
    assert run_duties() == 11
    assert caplog.records == []


def test_two_duties_of_one_name_are_refused(no_duties: None) -> None:
    registry.duty("tests.once")(lambda _today: 0)
    with pytest.raises(ValueError, match=r"Two duties are named tests\.once\."):
        registry.duty("tests.once")(lambda _today: 0)
