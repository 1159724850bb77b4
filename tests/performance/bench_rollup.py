"""Roll-ups, cockpit and explorer against the size of the portfolio. BENCH_MEASURES sets the larger size.

Twenty organizations, one of them large, one of 1,000 measures, the others of 100; 36 months each.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cat4.launcher import roles
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import Level
from measures.models import EffectMonth, Measure
from measures.status.actions.recompute import recompute_measure
from reporting.models import NodeCell, NodeLeakage, NodeMonth, NodeStatus, NodeYear, PackageShare
from reporting.rollups.actions.rebuild import rebuild_reports
from reporting.rollups.actions.rollup import roll_up_package
from tests.performance.portfolio import analyze, fill, unguarded
from tests.world import World, build_world

SMALL = 1_000
LARGE = int(os.environ.get("BENCH_MEASURES", "10000"))
OTHERS = 18
_ROUNDS = 9
# It begins, enters the organization, and ends.
_OF_THE_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config(")
REBUILD = "full rebuild, every row right already"
AFRESH = "full rebuild from empty tables"
# What a rebuild is held against: the same months summed by every node, and, beside it, by packages alone.
FLOOR = "floor: plan, forecast and actual by node in one GROUP BY of the effect months"
LOWER = "the same by package, every node above left out"
RECOMPUTE = "one forecast changed: the measure recomputed"
CLIMB = "one forecast changed: climb to the root"
MEMORY = "peak memory of a process that rebuilds, MB"


def seconds(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """The fastest of some rounds: what the work costs when nothing else interferes."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def tell(line: str) -> None:
    """A line of docs/performance.md."""
    print(line, flush=True)  # noqa: T201


def floor() -> None:
    """Plan, forecast and actual of every node, from the packages up to the organization."""
    _group(
        """
        SELECT above.id, sum(e.plan), sum(e.forecast), sum(COALESCE(e.validated, e.reported))
          FROM measures_effectmonth e
          JOIN measures_measure m ON m.id = e.measure_id
          JOIN hierarchy_node n ON n.id = m.package_id
         CROSS JOIN LATERAL unnest(n.path) AS above (id)
         WHERE e.organization_id = %(organization)s AND m.organization_id = %(organization)s
         GROUP BY above.id"""
    )


def floor_of_packages() -> None:
    """The least that anything which starts from effect months must read."""
    _group(
        """
        SELECT m.package_id, sum(e.plan), sum(e.forecast), sum(COALESCE(e.validated, e.reported))
          FROM measures_effectmonth e JOIN measures_measure m ON m.id = e.measure_id
         WHERE e.organization_id = %(organization)s AND m.organization_id = %(organization)s
         GROUP BY m.package_id"""
    )


def _group(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"organization": current_organization_id()})
        cursor.fetchall()


@pytest.fixture
def sizes(transactional_db: None) -> tuple[World, World]:
    """A small and a large portfolio, among organizations of their own."""
    started = time.perf_counter()
    worlds = {name: build_world(name) for name in ("small", "large", *(f"other-{n}" for n in range(OTHERS)))}
    with unguarded():
        for name, world in worlds.items():
            with world.inside():
                fill(world, {"small": SMALL, "large": LARGE}.get(name, 100))
    tell(f"\nFilled in {time.perf_counter() - started:.0f} s")
    analyze()
    for world in worlds.values():
        with world.inside():
            rebuild_reports()
    analyze()
    tell(f"Ready in {time.perf_counter() - started:.0f} s")
    return worlds["small"], worlds["large"]


def test_roll_ups_cockpit_and_explorer_by_size(sizes: tuple[World, World]) -> None:
    timings = [_measure(world) for world in sizes]
    tell(f"\n| work | {SMALL:,} measures | {LARGE:,} measures | ratio |\n| --- | --- | --- | --- |")
    for what, small in timings[0].items():
        large = timings[1][what]
        tell(f"| {what} | {small * 1000:.1f} ms | {large * 1000:.1f} ms | {large / small:.2f} |")
    tell(f"| {MEMORY} | {_peak_megabytes(sizes[0])} | {_peak_megabytes(sizes[1])} | |")
    for world, timing in zip(sizes, timings, strict=True):
        for name in (FLOOR, LOWER):
            ratios = ", ".join(f"{what} {timing[what] / timing[name]:.2f} x" for what in (REBUILD, AFRESH))
            tell(f"{world.organization.slug}, against {name}: {ratios}")
        with world.inside():
            cells = NodeCell.objects.filter(node=world.nodes[Level.ORGANIZATION])
            # Degree 0 brings no money: four fifths of the measures do.
            assert sum(cell.plan_run_rate for cell in cells) > Decimal(0)
            assert sum(cell.measures for cell in cells) == Measure.objects.count()


def _measure(world: World) -> dict[str, float]:
    client = Client()
    client.force_login(world.people["pmo"])
    with world.inside():
        timings = {
            FLOOR: seconds(floor, 3),
            LOWER: seconds(floor_of_packages, 3),
            REBUILD: seconds(rebuild_reports, 3),
            **_forecast_changed(world),
        }
    for name, address in (
        ("cockpit", "/"),
        ("explorer", "/explorer/"),
        ("explorer, flat list", "/explorer/?sort=against-plan"),
    ):
        timings[f"{name}, whole request"] = seconds(lambda address=address: client.get(world.url(address)))  # type: ignore[misc]
        tell(f"{world.organization.slug}: {name} asks {_queries(client, world.url(address))} queries")
    with world.inside():
        timings[AFRESH] = _afresh()
    return timings


def _forecast_changed(world: World) -> dict[str, float]:
    """The time of both steps, each with something to do, and the root right afterwards."""
    measure = Measure.objects.filter(doi=3, code__startswith="B-").order_by("pk")[0]
    root = NodeMonth.objects.filter(node=world.nodes[Level.ORGANIZATION])
    month = EffectMonth.objects.filter(measure=measure).latest("month")
    recompute, climb = float("inf"), float("inf")
    for _ in range(_ROUNDS):
        before = root.get(month=month.month).forecast
        month.forecast = (month.forecast or Decimal(0)) + 1
        month.save(update_fields=["forecast"])
        recompute = min(recompute, seconds(lambda: recompute_measure(measure.pk), 1))
        climb = min(climb, seconds(lambda: roll_up_package(measure.package_id), 1))
        assert root.get(month=month.month).forecast == before + 1
    return {RECOMPUTE: recompute, CLIMB: climb, "one forecast changed: both": recompute + climb}


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    asked = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(_OF_THE_TRANSACTION)]
    assert not any("effectmonth" in statement for statement in asked)
    return len(asked)


def _afresh() -> float:
    for model in (NodeCell, NodeMonth, NodeYear, NodeLeakage, NodeStatus, PackageShare):
        model._default_manager.all().delete()
    return seconds(rebuild_reports, 1)


def _peak_megabytes(world: World) -> int:
    """Of a process of its own, as a worker is one; what getrusage says of it would begin with our own size."""
    work = (
        "import pathlib, django; django.setup(); from django.core.management import call_command;"
        f"call_command('rebuild_reports', organization={world.organization.slug!r});"
        "status = pathlib.Path('/proc/self/status').read_text();"
        "print(status.partition('VmHWM:')[2].split()[0])"
    )
    url = roles.replace_in_url(os.environ["DATABASE_URL"], database=connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", work],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1]) // 1024
