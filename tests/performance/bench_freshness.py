"""The ranking of unconfirmed money against the size of the portfolio. BENCH_MEASURES sets the larger size.

A tenth of the measures is looked back at in every month of a year, which is what a large portfolio at DoI 4 has.
"""

import os
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from cat4.tenancy.context import current_organization_id
from measures.models import ForecastCheck
from reporting.figures.selectors.unconfirmed import By, unconfirmed, waiting_measures
from tests.performance.bench_rollup import seconds, tell
from tests.performance.portfolio import analyze, fill, unguarded
from tests.world import World, build_world

SMALL = 1_000
LARGE = int(os.environ.get("BENCH_MEASURES", "10000"))
_CHECKS = """
INSERT INTO measures_forecastcheck
    (id, organization_id, measure_id, month, owner_id, business_unit_id, legal_entity_id, stated, validated)
SELECT gen_random_uuid(), m.organization_id, m.id, month, m.owner_id, m.business_unit_id, m.legal_entity_id, 110, 100
  FROM measures_measure m, generate_series(date '2025-10-01', date '2026-09-01', interval '1 month') AS month
 WHERE m.organization_id = %s AND m.doi = 4 AND m.code LIKE '%%2_'
"""


@pytest.fixture
def sizes(transactional_db: None) -> tuple[World, World]:
    """A small and a large portfolio."""
    worlds = build_world("small"), build_world("large")
    with unguarded():
        for world, size in zip(worlds, (SMALL, LARGE), strict=True):
            with world.inside():
                fill(world, size, sums_only=True)
                with connection.cursor() as cursor:
                    cursor.execute(_CHECKS, [current_organization_id()])
    analyze()
    return worlds


def test_the_ranking_by_size(sizes: tuple[World, World]) -> None:
    for world in sizes:
        with world.inside():
            _measure(world)


def _measure(world: World) -> None:
    actor, checks = world.actor("pmo"), ForecastCheck.objects.count()
    taken = [f"by {by.value} {seconds(partial(unconfirmed, actor, by=by), 3) * 1000:.0f} ms" for by in By]
    listed = seconds(partial(waiting_measures, actor, by=By.UNIT, of=None), 3)
    assert unconfirmed(actor).whole.stated == Decimal(110) * checks
    said = ", ".join(taken)
    tell(f"{world.organization.slug}, {checks} checks: {said}; the longest unconfirmed {listed * 1000:.0f} ms")
