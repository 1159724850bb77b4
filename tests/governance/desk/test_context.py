"""The shell shows what waits, and when the ledger was last found intact."""

import re
from dataclasses import asdict

from django.core.cache import cache
from django.test import Client, RequestFactory

from cat4.audit.actions import record
from governance.desk.navigation import NavCounts, navigation
from governance.proofs.actions.verifying import verify_now
from governance.proofs.tasks import verify_ledgers
from tests.governance.deviating import decided, forecast, look
from tests.world import World


def shown(world: World, persona: str) -> dict[str, object]:
    request = RequestFactory().get("/")
    request.actor = world.actor(persona)  # type: ignore[attr-defined]
    return navigation(request)


def test_a_person_without_duties_has_nothing_waiting(world: World) -> None:
    cache.clear()
    with world.inside():
        world.measure()
        assert shown(world, "reader")["nav_counts"] == asdict(NavCounts(0, 0, 0, 0, ledger=True))


def test_my_work_counts_deviations_at_once(world: World, client: Client) -> None:
    """The page that lists what waits is never late, though the counts are remembered elsewhere."""
    cache.clear()
    client.force_login(world.people["owner"])

    def things() -> int:
        page = client.get(world.url("/my-work/")).content.decode()
        found = re.search(r"(\d+) things? to do", page)
        return int(found[1]) if found else 0

    with world.inside():
        measure = decided(world)
    before = things()
    with world.inside():
        forecast(measure, "50.00")
        assert len(look(measure)) == 1
    assert things() == before + 1


def test_outside_an_organization_nothing_is_counted() -> None:
    assert navigation(RequestFactory().get("/")) == {}


def test_the_ledger_line_tells_the_last_verification(world: World) -> None:
    cache.clear()
    with world.inside():
        assert str(shown(world, "pmo")["ledger_line"]) == ""
        record(world.actor("pmo"), "test.done", world.measure(), summary="tested", ledger=True)
        verify_now()
        cache.clear()
        line = str(shown(world, "pmo")["ledger_line"])
    assert line.startswith("Ledger intact. 1 entries, checked 15 Oct 2026")


def test_the_daily_walk_counts_broken_chains(world: World, twin: World) -> None:
    with world.inside():
        record(world.actor("pmo"), "test.done", world.measure(), summary="tested", ledger=True)
    assert verify_ledgers() == 0
