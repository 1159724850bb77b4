"""Statuses as pages read them: reasons, overrides, green trap, and how they moved since a lock."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cat4 import clock
from measures.constants import Status, StatusKind
from measures.formulas.lights import Trend
from measures.models import LockedStanding, Measure, MeasureStatus, MeasureTotals, StatusOverride
from measures.status.actions.recompute import recompute_measure
from measures.status.actions.standings import keep_standings
from measures.status.selectors.statuses import (
    Movement,
    attribution_doubtful,
    green_trap,
    movements_of,
    status_map,
    statuses_of,
)
from measures.status.selectors.totals import totals_map
from tests.world import TODAY, World, lock_months


def give(measure: Measure, since: date = TODAY, **values: str) -> None:
    for kind, value in values.items():
        MeasureStatus.objects.create(
            measure=measure, kind=kind, value=value, reasons=["A reason."], since=since, computed_at=clock.now()
        )


def override(world: World, measure: Measure, expires_on: date, value: str = "g", hours: int = 0) -> StatusOverride:
    return StatusOverride.objects.create(
        measure=measure,
        kind=StatusKind.POTENTIAL,
        value=value,
        reason="The customer signed yesterday.",
        author=world.people["owner"],
        created_at=clock.now() + timedelta(hours=hours),
        expires_on=expires_on,
    )


def test_a_measure_that_was_never_computed_is_grey_and_says_so(world: World) -> None:
    with world.inside():
        views = statuses_of(world.measure().pk)
    assert list(views) == list(StatusKind)
    assert {view.value for view in views.values()} == {Status.GREY}
    assert views[StatusKind.COST].reasons == ("Not computed yet.",)


def test_a_status_comes_with_reasons_and_dates(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        recompute_measure(measure.pk)
        view = statuses_of(measure.pk)[StatusKind.IMPLEMENTATION]
    assert (view.value, view.reasons) == (Status.GREY, ("There are no milestones yet.",))
    assert (view.since, view.computed_at) == (TODAY, clock.now())


def test_an_override_is_shown_beside_the_computed_value_until_its_last_day(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, implementation="g", potential="r")
        override(world, measure, date(2026, 10, 20))
        for day, shown in ((TODAY, "g"), (date(2026, 10, 20), "g"), (date(2026, 10, 21), "r")):
            with clock.at(day):
                view = statuses_of(measure.pk)[StatusKind.POTENTIAL]
            assert (view.value, view.shown) == ("r", shown)
        view = statuses_of(measure.pk)[StatusKind.POTENTIAL]
        assert view.override is not None
        assert view.override.author == "Owner Alder"
        assert view.override.reason == "The customer signed yesterday."


def test_the_latest_override_holds(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, potential="r")
        override(world, measure, date(2026, 10, 30), "a", hours=1)
        override(world, measure, date(2026, 10, 20), "g")
        assert statuses_of(measure.pk)[StatusKind.POTENTIAL].shown == "a"


def test_an_override_does_not_talk_a_measure_out_of_the_green_trap(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, implementation="g", potential="r")
        override(world, measure, date(2026, 10, 20))
        assert green_trap(statuses_of(measure.pk))


def test_money_at_risk_while_the_work_is_on_time_is_the_green_trap(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, date(2026, 9, 1), implementation="g")
        give(measure, date(2026, 10, 8), potential="a")
        give(measure, date(2026, 10, 14), cost="r")
        views = statuses_of(measure.pk)
        assert green_trap(views)
        assert not attribution_doubtful(views)


def test_money_that_arrives_without_the_work_is_doubtful(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, implementation="r", potential="g")
        views = statuses_of(measure.pk)
        assert attribution_doubtful(views)
        assert not green_trap(views)


def test_the_statuses_of_many_measures_take_as_many_queries_as_those_of_one(world: World) -> None:
    with world.inside():
        measures = [world.measure(f"M-{number}") for number in range(4)]
        for measure in measures:
            recompute_measure(measure.pk)
        counts = []
        for ids in ([measures[0].pk], [measure.pk for measure in measures]):
            with CaptureQueriesContext(connection) as queries:
                assert set(status_map(ids)) == set(ids)
            counts.append(len(queries))
        assert counts == [3, 3]
        assert set(totals_map(measure.pk for measure in measures)) == {measure.pk for measure in measures}


def test_the_statuses_of_another_organization_are_not_there(world: World, twin: World) -> None:
    with twin.inside():
        measure = twin.measure()
        give(measure, potential="r")
    with world.inside():
        assert statuses_of(measure.pk)[StatusKind.POTENTIAL].value == Status.GREY


AUGUST = date(2026, 8, 1)


def sums(measure: Measure, fac: str, run_rate: str = "1000") -> None:
    """A plan of 1,000 in the year and as run-rate, and what arrives of it."""
    amounts = {"plan_in_year": 1000, "fac_in_year": Decimal(fac), "plan_run_rate": 1000}
    given = {**amounts, "forecast_run_rate": Decimal(run_rate), "as_of": TODAY, "computed_at": clock.now()}
    MeasureTotals.objects.update_or_create(measure=measure, defaults=given)


def movement(measure: Measure) -> Movement:
    return movements_of(status_map([measure.pk]), totals_map([measure.pk]))[measure.pk]


@pytest.mark.parametrize(("before", "trend"), [("r", Trend.UP), ("a", Trend.STEADY), ("g", Trend.DOWN)])
def test_a_trend_is_against_how_the_measure_stood_at_the_last_lock(world: World, before: str, trend: Trend) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, potential=before, cost="r")
        sums(measure, "970", "900")
        lock_months(AUGUST)
        assert keep_standings(AUGUST) == 1
        MeasureStatus.objects.filter(kind="potential").update(value="a")
        sums(measure, "905", "910")
        moved = movement(measure)
        assert moved.trends == {
            StatusKind.IMPLEMENTATION: Trend.STEADY, StatusKind.POTENTIAL: trend, StatusKind.COST: Trend.STEADY
        }  # fmt: skip
        assert (moved.month, moved.share_before, moved.share) == (AUGUST, Decimal("0.9"), Decimal("0.905"))
        assert moved.money == Trend.STEADY
        sums(measure, "890")
        assert movement(measure).money == Trend.DOWN


def test_nothing_is_compared_with_an_older_lock_or_without_one(world: World) -> None:
    with world.inside():
        measure = world.measure()
        give(measure, potential="r")
        sums(measure, "500")
        keep_standings(date(2026, 7, 1))
        MeasureStatus.objects.update(value="g")
        assert movement(measure).month is None
        lock_months(AUGUST)
        moved = movement(measure)
        assert (moved.month, moved.share, moved.share_before) == (None, Decimal("0.5"), None)
        assert {*moved.trends.values(), moved.money} == {Trend.STEADY}


def test_a_lock_keeps_what_was_computed_in_as_many_queries_for_one_as_for_many(world: World, twin: World) -> None:
    with world.inside():
        counts = []
        for number, month in ((1, date(2026, 7, 1)), (5, AUGUST)):
            for _ in range(number):
                sums(world.measure(f"M-{Measure.objects.count()}"), "1000")
            with CaptureQueriesContext(connection) as queries:
                keep_standings(month)
            counts.append(len(queries))
        world.measure("M-never-computed")
        assert counts[0] == counts[1]
        row = LockedStanding.objects.filter(month=AUGUST)[0]
        assert (row.implementation, row.potential, row.cost, row.at) == ("n", "n", "n", clock.now())
        assert LockedStanding.objects.filter(month=AUGUST).count() == 6
    with twin.inside():
        assert not LockedStanding.objects.exists()
