"""Locking a month, the nodes' figures made from it, reading as of it and comparing, against BENCH_MEASURES."""

import os
import time
from datetime import date

import pytest
from django.db.models import F
from django.test import Client

from cat4.outbox.models import OutboxRow
from governance.months.actions.lock import lock_period
from measures.models import LockedStanding, MeasureTotals
from reporting.rollups.actions.past_figures import keep_figures
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.performance.bench_rollup import tell
from tests.performance.portfolio import analyze, fill, unguarded
from tests.world import World, build_world

MEASURES = int(os.environ.get("BENCH_MEASURES", "10000"))


@pytest.fixture
def large(transactional_db: None) -> World:
    world = build_world("large")
    with unguarded(), world.inside():
        fill(world, MEASURES)
    with world.inside():
        rebuild_reports()
    analyze()
    return world


def test_a_lock_by_size(large: World) -> None:
    tell(f"\n| work | {MEASURES:,} measures |\n| --- | --- |")
    for month in (date(2026, 8, 1), date(2026, 9, 1)):
        with large.inside():
            started = time.perf_counter()
            period = lock_period(large.actor("pmo"), month=month, reason="Bench")
            locked = time.perf_counter()
            nodes = keep_figures(period.pk)
            tell(f"| lock of {month:%b %Y}, every measure kept | {(locked - started) * 1000:.0f} ms |")
            tell(f"| figures of {nodes:,} nodes made from it | {(time.perf_counter() - locked) * 1000:.0f} ms |")
            assert LockedStanding.objects.filter(month=month).count() == MEASURES
            MeasureTotals.objects.filter(measure__code__endswith="7").update(
                forecast_run_rate=F("forecast_run_rate") - 1
            )
            # That every measure is computed anew afterwards is work of its own, which the next lock would wait for.
            OutboxRow.objects.all().delete()
    client = Client()
    client.force_login(large.people["pmo"])
    for path in ("/?asof=2026-09", "/explorer/?asof=2026-09", "/explorer/?asof=2026-09&sort=against-plan",
                 "/?compare=2026-08",
                 "/comparison/?from=2026-08&to=2026-09", "/comparison/?from=2026-08"):  # fmt: skip
        started = time.perf_counter()
        assert client.get(large.url(path)).status_code == 200
        tell(f"| {path} | {(time.perf_counter() - started) * 1000:.0f} ms |")
