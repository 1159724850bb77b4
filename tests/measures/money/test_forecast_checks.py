"""Looking back: what was stated three months before a month that is validated now (domain section 14)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cat4 import clock
from cat4.outbox.actions import drain
from measures.models import EffectLine, ForecastCheck, Measure
from measures.money.actions.actuals import report_actuals, return_actuals, validate_actuals
from measures.money.actions.forecast_checks import check_forecasts
from measures.money.actions.forecasts import revise_forecast
from measures.money.actions.plans import freeze_plan
from tests.measures.steps import D, line_for, month_of
from tests.world import World

SEP = date(2026, 9, 1)


def decided(world: World, on: date = date(2026, 3, 1), **facts: Any) -> tuple[Measure, EffectLine]:
    """A measure whose plan of 100 for September was frozen on that day."""
    measure = world.measure(doi=3, **facts)
    line = line_for(world, measure)
    month_of(line, SEP, plan=D(100))
    freeze_plan(measure, reason="Decided", at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC))
    return measure, line


def revise(world: World, measure: Measure, line: EffectLine, on: date, amount: int) -> None:
    with clock.at(on):
        revise_forecast(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(amount)}, reason="News")


def validate(world: World, measure: Measure, line: EffectLine, amount: int) -> None:
    report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(amount)})
    validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP])
    check_forecasts(measure.pk)


def checks() -> list[tuple[date, Decimal, Decimal]]:
    return list(ForecastCheck.objects.order_by("month").values_list("month", "stated", "validated"))


def test_the_last_word_before_the_third_month_was_over_counts(inside: World) -> None:
    measure, line = decided(inside)
    revise(inside, measure, line, date(2026, 5, 4), 110)
    revise(inside, measure, line, date(2026, 6, 30), 120)
    revise(inside, measure, line, date(2026, 7, 1), 70)
    validate(inside, measure, line, 80)
    assert checks() == [(SEP, D(120), D(80))]


def test_a_forecast_that_came_later_leaves_what_the_plan_said(inside: World) -> None:
    measure, line = decided(inside)
    revise(inside, measure, line, date(2026, 8, 3), 70)
    validate(inside, measure, line, 80)
    assert checks() == [(SEP, D(100), D(80))]


def test_a_plan_that_was_frozen_later_had_stated_nothing(inside: World) -> None:
    measure, line = decided(inside, on=date(2026, 7, 6))
    validate(inside, measure, line, 80)
    assert checks() == []


def test_a_month_counts_when_every_line_of_it_is_validated(inside: World) -> None:
    measure, line = decided(inside)
    other = line_for(inside, measure, name="Freight")
    month_of(other, SEP, forecast=D(5))
    validate(inside, measure, line, 80)
    assert checks() == []
    validate(inside, measure, other, 4)
    assert checks() == [(SEP, D(105), D(84))]


def test_returned_actuals_take_their_check_along_and_the_owner_of_then_stays(world: World) -> None:
    with world.inside():
        measure, line = decided(world)
        validate(world, measure, line, 80)
        Measure.objects.filter(pk=measure.pk).update(owner=world.people["pmo"])
        check_forecasts(measure.pk)
        assert ForecastCheck.objects.get().owner == world.people["owner"]
        return_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="Wrong")
    drain(world.organization.pk)
    with world.inside():
        assert checks() == []
