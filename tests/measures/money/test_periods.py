"""Quarters, fiscal years, units and bound milestones: inputs that aren't a typed month."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from cat4.audit.models import AuditEntry
from cat4.errors import NotAllowed, StaleVersion
from cat4.tenancy.models import Organization
from measures.facts.calendar import calendar
from measures.models import EffectLine, EffectMonth, EffectPeriod, ForecastRevision
from measures.money.actions.effects import add_effect_line, edit_effect_line, move_bound_lines
from measures.money.actions.forecasts import revise_forecast
from measures.money.actions.periods import set_period_amounts
from measures.money.actions.plans import set_plan_months
from measures.money.selectors.periods import period_lines
from measures.schedule.actions.milestones import edit_milestone
from tests.measures.money.test_money import line_facts, plan_of
from tests.measures.steps import AUG, NOV, OCT, SEP, D, invalid, last_entry, line_for, milestone_of, month_of, refused
from tests.world import World, lock_months

JAN, APR, JUL = (date(2026, number, 1) for number in (1, 4, 7))
DEC = date(2026, 12, 1)


def shown(line: EffectLine) -> list[tuple[str, Decimal]]:
    return [(row.text, row.difference) for row in period_lines(line, line.months.all(), calendar())]


def forecast_of(line: EffectLine) -> dict[date, Decimal | None]:
    return {entry.month: entry.forecast for entry in line.months.all()}


def enter(world: World, line: EffectLine, persona: str = "owner", **changes: Any) -> EffectLine:
    facts: dict[str, Any] = {"series": "plan", "cadence": "quarterly", "amounts": {APR: D(300)}}
    return set_period_amounts(world.actor(persona), line.pk, **{**facts, **changes})


# Quarters and fiscal years -----------------------------------------------------------------------


def test_a_quarter_is_spread_evenly_over_its_months_and_says_so(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)))
        assert plan_of(line) == {date(2026, number, 1): D(100) for number in (4, 5, 6)}
        assert shown(line) == [("phased from Q2 2026: 300 = 3 x 100", D(0))]
        assert "phased from Q2 2026: 300 = 3 x 100" in last_entry(world.actor("owner")).summary


def test_a_quarter_is_spread_to_the_cent(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)), amounts={APR: D(100)})
        assert list(plan_of(line).values()) == [D("33.33"), D("33.34"), D("33.33")]
        assert shown(line) == [("phased from Q2 2026: 100 = 100 over 3 months", D(0))]


def test_a_fiscal_year_is_spread_over_twelve_months(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)), cadence="annual", amounts={JAN: D(1200)})
        assert list(plan_of(line).values()) == [D(100)] * 12
        assert shown(line) == [("phased from 2026: 1,200 = 12 x 100", D(0))]


def test_quarters_follow_a_fiscal_year_that_starts_in_april(world: World) -> None:
    Organization.objects.filter(pk=world.organization.pk).update(fiscal_year_start=4)
    with world.inside():
        line = line_for(world, world.measure(doi=2))
        enter(world, line)
        assert shown(line) == [("phased from Q1 2027: 300 = 3 x 100", D(0))]
        enter(world, line, cadence="annual", amounts={APR: D(1200)})
        assert max(plan_of(line)) == date(2027, 3, 1)
        with invalid("amounts", "No fiscal year begins in Jan 2026."):
            enter(world, line, cadence="annual", amounts={JAN: D(1200)})


def test_a_month_typed_afterwards_shows_as_a_difference_to_its_quarter(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)))
        set_plan_months(world.actor("owner"), line.pk, months={APR: D(80)})
        assert shown(line) == [("phased from Q2 2026: 300 = 3 x 100", D(-20))]


def test_a_quarter_replaces_the_fiscal_year_that_it_is_part_of(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)), cadence="annual", amounts={JAN: D(1200)})
        enter(world, line, amounts={APR: D(600)})
        assert [(period.first_month, period.months) for period in EffectPeriod.objects.all()] == [(APR, 3)]
        assert [plan_of(line)[month] for month in (date(2026, 3, 1), APR)] == [D(100), D(200)]


def test_entering_the_same_quarter_again_changes_nothing(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2)))
        before = last_entry().pk
        assert enter(world, line).version == line.version
        assert last_entry().pk == before


def test_a_forecast_quarter_takes_off_what_is_booked_and_spreads_the_rest_over_open_months(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        month_of(line, JUL, plan=D(100), reported=D(70), reported_by=world.people["owner"])
        month_of(line, AUG, plan=D(100))
        lock_months(JUL)
        enter(world, line, series="forecast", amounts={JUL: D(270)}, reason="Ramp is slower")
        assert forecast_of(line) == {JUL: None, AUG: D(100), SEP: D(100)}
        assert shown(line) == [("phased from Q3 2026: 270 = 70 booked + 2 x 100", D(0))]
        assert [
            (revision.month, revision.before, revision.after) for revision in ForecastRevision.objects.order_by("month")
        ] == [
            (AUG, None, D(100)),
            (SEP, None, D(100)),
        ]


def test_a_locked_month_without_an_actual_booked_nothing(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        lock_months(JUL, AUG)
        enter(world, line, series="forecast", amounts={JUL: D(270)}, reason="Late")
        assert forecast_of(line) == {SEP: D(270)}


def test_a_quarter_without_an_open_month_takes_no_forecast(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        lock_months(JUL, AUG, SEP)
        with invalid("amounts", "Every month of Q3 2026 is locked or reported."):
            enter(world, line, series="forecast", amounts={JUL: D(270)}, reason="Late")
        assert not EffectMonth.objects.exists()


def test_a_changed_forecast_needs_a_reason_also_by_quarter(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        with invalid("reason", "This is needed."):
            enter(world, line, series="forecast", amounts={OCT: D(300)})


def test_heads_are_there_in_each_month_of_a_quarter(world: World) -> None:
    with world.inside():
        line = enter(world, line_for(world, world.measure(doi=2), kind="fte", unit="FTE"), amounts={APR: D("7.5")})
        assert list(plan_of(line).values()) == [D("7.5")] * 3
        assert shown(line) == [("phased from Q2 2026: 7.50 in each month", D(0))]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"amounts": {date(2026, 5, 1): D(1)}}, "amounts", "No quarter begins in May 2026."),
        ({"amounts": {date(2031, 1, 1): D(1)}}, "amounts", "outside the fiscal calendar"),
        ({"amounts": {}}, "amounts", "Name at least one month."),
        ({"amounts": {APR: D("0.001")}}, "amounts", "Apr 2026: at most two decimals."),
        ({"cadence": "monthly"}, "cadence", "Choose one of: By quarter, By fiscal year."),
        ({"series": "actual"}, "series", "Choose one of: Plan, Forecast."),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(world: World, changes: dict[str, Any], field: str, said: str) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=2))
        with invalid(field, said):
            enter(world, line, **changes)
        assert not EffectMonth.objects.exists()
        assert not EffectPeriod.objects.exists()


def test_a_one_off_effect_is_entered_month_by_month(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=2), recurrence="one_off")
        with invalid("cadence", "A one-off effect falls in named months."):
            enter(world, line)


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "member", "reader", "admin"])
@pytest.mark.parametrize(("series", "doi"), [("plan", 2), ("forecast", 3)])
def test_periods_are_entered_by_the_owner_or_the_portfolio_manager(
    world: World, persona: str, series: str, doi: int
) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=doi))
        with refused(NotAllowed, "Only the owner Owner Alder or the portfolio manager may change the"):
            enter(world, line, persona, series=series, reason="Because")
        assert not EffectPeriod.objects.exists()


def test_a_frozen_plan_takes_no_quarter_and_an_open_one_no_forecast(world: World) -> None:
    with world.inside():
        with refused(NotAllowed, "The plan is frozen"):
            enter(world, line_for(world, world.measure(doi=3)))
        with refused(NotAllowed, "There is a forecast from DoI 3 on."):
            enter(world, line_for(world, world.measure("M-2", doi=2)), series="forecast", reason="Because")


def test_a_line_that_moved_on_or_is_foreign_takes_no_period(world: World, twin: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=2))
        with refused(StaleVersion):
            enter(world, line, expected_version=7)
        with pytest.raises(Http404):
            set_period_amounts(world.actor("owner"), uuid4(), series="plan", cadence="annual", amounts={JAN: D(1)})
    with twin.inside(), pytest.raises(Http404):
        enter(twin, line)


# Units -------------------------------------------------------------------------------------------


def test_a_non_financial_line_needs_its_unit(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        with invalid("unit", "Name the unit that is counted"):
            add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, kind="non_financial"))
        facts = line_facts(world, kind="non_financial", unit="tCO2e", months={APR: D(50)})
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        assert line.measured_in == "tCO2e"
        assert "planned with 50 tCO2e over 1 month" in last_entry().summary


def test_money_has_no_unit_and_heads_are_counted_in_fte(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        with invalid("unit", "counted in its currency"):
            add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, unit="kg"))
        facts = line_facts(world, kind="fte", annual_amount=D(12), start_month=APR, ramp_months=3)
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        assert line.measured_in == "FTE"
        assert list(plan_of(line).values())[:4] == [D(4), D(8), D(12), D(12)]


def test_what_tells_lines_apart_is_kept_and_checked(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        facts = line_facts(world, supplier="Voest", cost_centre="4711", product="Coils", cadence="quarterly")
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        assert (line.supplier, line.cost_centre, line.product, line.cadence) == ("Voest", "4711", "Coils", "quarterly")
        with invalid("cost_centre", "At most 40 characters."):
            edit_effect_line(world.actor("owner"), line.pk, cost_centre="9" * 41)


# Bound to a milestone ----------------------------------------------------------------------------


def test_a_bound_line_starts_some_months_after_its_milestone(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        milestone = milestone_of(measure, day=date(2026, 2, 20))
        facts = line_facts(world, milestone_id=milestone.pk, offset_months=2, annual_amount=D(1200), ramp_months=3)
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        assert line.start_month == APR
        assert list(plan_of(line).values())[:3] == [D("33.33"), D("66.67"), D(100)]
        edit_effect_line(world.actor("owner"), line.pk, offset_months=4)
        assert min(plan_of(line)) == date(2026, 6, 1)


def test_a_moved_milestone_moves_the_plan_of_its_lines_and_no_amount(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        milestone = milestone_of(measure, day=date(2026, 2, 20))
        bound = line_for(world, measure, milestone=milestone, offset_months=2, annual_amount=D(1200), start_month=APR)
        edit_effect_line(world.actor("owner"), bound.pk, ramp_months=3)
        typed = line_for(world, measure, milestone=milestone)
        month_of(typed, SEP, plan=D(5))
        milestone.baseline_on = date(2026, 4, 3)
        milestone.save()
        assert {line.pk for line in move_bound_lines(milestone, by_months=2)} == {bound.pk, typed.pk}
        plan = plan_of(EffectLine.objects.get(pk=bound.pk))
        assert list(plan.items())[:3] == [(date(2026, 6, 1), D("33.33")), (JUL, D("66.67")), (AUG, D(100))]
        assert plan_of(typed) == {NOV: D(5)}


def test_editing_the_baseline_date_of_a_milestone_moves_what_is_bound_to_it(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        milestone = milestone_of(measure, day=date(2026, 2, 20))
        facts = line_facts(world, milestone_id=milestone.pk, offset_months=2, annual_amount=D(1200))
        line = add_effect_line(world.actor("owner"), measure.pk, **facts)
        edit_milestone(world.actor("owner"), milestone.pk, baseline_on=date(2026, 4, 3))
        assert min(plan_of(line)) == date(2026, 6, 1)
        summary = AuditEntry.objects.get(verb="milestone.edited").summary
        assert summary.endswith("from 20 Feb 2026 to 3 Apr 2026, and the plan of Steel price with it")


def test_a_line_follows_only_a_milestone_of_its_measure(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        other = milestone_of(world.measure("M-2"))
        for milestone_id in (other.pk, uuid4()):
            with invalid("milestone_id", "Choose a milestone of this measure."):
                add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, milestone_id=milestone_id))
        with invalid("milestone_id", "Name the milestone"):
            add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, offset_months=2))
        with invalid("offset_months", "Enter a number of months"):
            add_effect_line(world.actor("owner"), measure.pk, **line_facts(world, offset_months=999))


def test_every_changed_forecast_month_leaves_its_revision(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        month_of(line, DEC, plan=D(100), forecast=D(100))
        actor = world.actor("owner")
        months = {NOV: D(90), DEC: D(100)}
        revise_forecast(actor, line.measure_id, line_id=line.pk, months=months, reason="Key account left")
        (row,) = ForecastRevision.objects.all()
        assert (row.month, row.before, row.after, row.reason) == (NOV, None, D(90), "Key account left")
        assert row.author_id == actor.user_id
