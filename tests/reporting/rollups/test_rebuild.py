"""A full rebuild: who may ask for it, how far it is, and that it is made once."""

from datetime import timedelta

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, NotAllowed
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from reporting.constants import Topic, Verb
from reporting.models import NodeCell, RebuildRun
from reporting.rollups.actions import rebuild, rollup
from reporting.rollups.actions.rebuild import begin, run_rebuild, start_rebuild
from reporting.rollups.selectors import last_rebuild
from tests.reporting.portfolio import node_below, rated
from tests.world import PERSONAS, World


def test_an_administrator_has_every_report_computed_anew_by_a_worker(world: World) -> None:
    with world.inside():
        run = start_rebuild(world.actor("admin"))
        assert last_rebuild() == run
        assert (run.requested_by, run.started_at, run.finished_at) == (world.people["admin"], None, None)
        assert AuditEntry.objects.get().verb == Verb.REBUILD_STARTED
        assert OutboxRow.objects.get(topic=Topic.REBUILD_ASKED).object_id == run.pk


@pytest.mark.parametrize("persona", sorted(PERSONAS.keys() - {"admin"}))
def test_nobody_else_may(world: World, persona: str) -> None:
    with world.inside():
        with pytest.raises(NotAllowed, match="Only an administrator of the organization may compute reports anew"):
            start_rebuild(world.actor(persona))
        assert not RebuildRun.objects.exists()
        assert not OutboxRow.objects.exists()
        assert not AuditEntry.objects.exists()


def test_one_rebuild_runs_at_a_time_until_it_has_been_silent_for_long(world: World) -> None:
    with world.inside():
        first = start_rebuild(world.actor("admin"))
        with pytest.raises(Conflict, match="Reports are being computed anew already"):
            start_rebuild(world.actor("admin"))
        assert RebuildRun.objects.count() == 1
        with clock.at(clock.now() + rebuild.SILENCE + timedelta(seconds=1)):
            assert start_rebuild(world.actor("admin")) != first


def test_a_run_says_how_far_it_is_and_is_made_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "PART", 1)
    with world.inside():
        node_below(world.nodes[Level.PROJECT], "Second package")
        rated(world, "M-1", plan=100)
        run = begin()
    assert run_rebuild(world.organization.pk, run.pk) == len(Level) + 1
    with world.inside():
        run.refresh_from_db()
        assert (run.done, run.total, run.step, run.error) == (6, 6, "The organization", "")
        assert run.started_at == run.finished_at == clock.now()
        assert NodeCell.objects.get(node=world.nodes[Level.ORGANIZATION]).plan_run_rate == 100
        NodeCell.objects.all().delete()
    assert run_rebuild(world.organization.pk, run.pk) == 0
    with world.inside():
        assert not NodeCell.objects.exists()


def test_a_run_of_another_organization_is_not_there(world: World, twin: World) -> None:
    with world.inside():
        run = begin()
    assert run_rebuild(twin.organization.pk, run.pk) == 0
    with world.inside():
        run.refresh_from_db()
        assert run.started_at is None


def test_a_climb_between_two_parts_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "PART", 1)
    with world.inside():
        second = node_below(world.nodes[Level.PROJECT], "Second package")
        rated(world, "M-1", plan=100)
        first, *others = rebuild.parts()
        first.run()
        rated(world, "M-2", plan=7, package=second)
        rated(world, "M-3", plan=5)
        for package in (world.package, second):
            rollup.roll_up_package(package.pk)
        for part in others:
            part.run()
        assert sum(cell.plan_run_rate for cell in NodeCell.objects.filter(node=world.nodes[Level.PORTFOLIO])) == 112
