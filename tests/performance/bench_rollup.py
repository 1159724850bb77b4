"""Roll-ups and the cockpit against the size of the portfolio. BENCH_MEASURES sets the larger size."""

import os
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from cat4.tenancy.context import current_organization_id
from hierarchy.constants import Level
from measures.actions.recompute import recompute_measure
from measures.models import Measure
from reporting.actions.rebuild import rebuild_reports
from reporting.actions.rollup import roll_up_path
from reporting.models import NodeCell
from tests.performance.portfolio import analyze, fill
from tests.world import World, build_world

SMALL = 1_000
LARGE = int(os.environ.get("BENCH_MEASURES", "10000"))
_ROUNDS = 5


def seconds(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """The fastest of some rounds: what the work costs when nothing else interferes."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def tell(what: str, small: float, large: float) -> None:
    """One line of docs/performance.md."""
    print(f"| {what} | {small * 1000:.1f} ms | {large * 1000:.1f} ms | {large / small:.2f} |")  # noqa: T201


def floor() -> None:
    """Plan, forecast and validated by package, from the raw months: the least that any rebuild must read."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.package_id, sum(e.plan), sum(e.forecast), sum(e.validated)
              FROM measures_effectmonth e JOIN measures_measure m ON m.id = e.measure_id
             WHERE e.organization_id = %s AND m.organization_id = %s GROUP BY m.package_id
            """,
            [current_organization_id()] * 2,
        )
        cursor.fetchall()


@pytest.fixture
def sizes(transactional_db: None) -> tuple[World, World]:
    """A small and a large portfolio, in organizations of their own."""
    worlds = build_world("small"), build_world("large")
    for world, measures in zip(worlds, (SMALL, LARGE), strict=True):
        with world.inside():
            fill(world, measures)
        analyze()
        with world.inside():
            rebuild_reports()
    analyze()
    return worlds


def test_roll_ups_and_cockpit_by_size(sizes: tuple[World, World]) -> None:
    print(f"\n| work | {SMALL:,} measures | {LARGE:,} measures | ratio |\n| --- | --- | --- | --- |")  # noqa: T201
    timings = [_measure(world) for world in sizes]
    for what in timings[0]:
        tell(what, timings[0][what], timings[1][what])
    for world, timing in zip(sizes, timings, strict=True):
        ratio = timing["rebuild of every roll-up"] / timing["floor: one GROUP BY of the raw months"]
        print(f"{world.organization.slug}: rebuild is {ratio:.2f} x the floor")  # noqa: T201
        with world.inside():
            cells = NodeCell.objects.filter(node=world.nodes[Level.ORGANIZATION])
            # Degree 0 brings no money: four fifths of the measures do.
            assert sum(cell.plan_run_rate for cell in cells) > Decimal(0)
            assert sum(cell.measures for cell in cells) == Measure.objects.count()


def _measure(world: World) -> dict[str, float]:
    client = Client()
    client.force_login(world.people["pmo"])
    with world.inside():
        measure = Measure.objects.select_related("package").filter(doi=3).latest("code")
        timings = {
            "floor: one GROUP BY of the raw months": seconds(floor),
            "rebuild of every roll-up": seconds(rebuild_reports, 2),
            "one measure recomputed": seconds(lambda: recompute_measure(measure.pk)),
            "climb from its package to the root": seconds(lambda: roll_up_path(measure.package_id)),
        }
    timings["cockpit, whole request"] = seconds(lambda: client.get(world.url("/")))
    timings["explorer, whole request"] = seconds(lambda: client.get(world.url("/explorer/")))
    return timings
