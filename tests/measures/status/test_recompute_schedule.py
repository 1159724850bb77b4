"""What sets every measure off: a new day in each organization, thresholds, rates."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cat4 import clock
from cat4.accounts.selectors import organization_ids
from cat4.duties.tasks import run_duty
from cat4.outbox.actions import drain, publish
from cat4.outbox.models import OutboxRow
from cat4.tenancy.models import Organization
from hierarchy.constants import Topic as HierarchyTopic
from hierarchy.models import OrganizationSettings
from measures.constants import Topic
from measures.models import MeasureTotals
from tests.world import World


def recompute_dated() -> int:
    return sum(run_duty(pk, "measures.recompute_dated") for pk in organization_ids())


def settle(world: World) -> None:
    drain(world.organization.pk)


def test_each_organizations_measures_are_recomputed_once_a_day(world: World, twin: World) -> None:
    for each_world in (world, twin):
        with each_world.inside():
            each_world.measure()
    assert recompute_dated() == 2
    settle(world)
    settle(twin)
    assert recompute_dated() == 0
    with clock.at(date(2026, 10, 16)):
        assert recompute_dated() == 2
        settle(world)
    with twin.inside():
        assert MeasureTotals.objects.get().as_of == date(2026, 10, 15)
    with world.inside():
        assert MeasureTotals.objects.get().as_of == date(2026, 10, 16)


def test_an_hour_later_nothing_is_marked_again_while_the_worker_is_away(world: World) -> None:
    with world.inside():
        world.measure()
    assert recompute_dated() == 1
    with clock.at(datetime(2026, 10, 15, 10, tzinfo=UTC)):
        assert recompute_dated() == 0
    with world.inside():
        assert OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED).count() == 1


def test_missed_days_are_caught_up_in_one_go(world: World) -> None:
    with world.inside():
        world.measure()
    recompute_dated()
    settle(world)
    with clock.at(date(2026, 11, 2)):
        assert recompute_dated() == 1
        settle(world)
        with world.inside():
            assert MeasureTotals.objects.get().as_of == date(2026, 11, 2)


def test_a_day_begins_when_it_begins_in_the_time_zone_of_the_organization(world: World, twin: World) -> None:
    Organization.objects.filter(pk=twin.organization.pk).update(time_zone="America/New_York")
    for each_world in (world, twin):
        with each_world.inside():
            each_world.measure()
    recompute_dated()
    settle(world)
    settle(twin)
    with clock.at(datetime(2026, 10, 15, 22, 30, tzinfo=UTC)):
        assert recompute_dated() == 1
    with world.inside():
        assert OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED).count() == 1


def test_changed_settings_recompute_every_measure(world: World) -> None:
    with world.inside():
        for code in ("M-1", "M-2"):
            world.measure(code)
        publish(HierarchyTopic.SETTINGS_CHANGED, OrganizationSettings.objects.get().pk)
    settle(world)
    with world.inside():
        assert MeasureTotals.objects.count() == 2
        assert not OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED).exists()
