"""A measure month by month and by fiscal year, as roll-ups add it up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from measures.formulas.facts import Group, MonthFacts, RateMissing
from measures.formulas.outcome import outcome_of
from measures.formulas.series import Series, month_series
from measures.formulas.totals import totals_of
from measures.formulas.years import YearSums, year_sums
from tests.measures.formulas.make import line, measure, milestone, month, organization, phased, with_months

D = Decimal


def test_a_series_holds_every_column_in_cents_from_its_first_month_without_a_gap() -> None:
    steel = with_months(
        line({month(2): D(10), month(5): D("20.50")}),
        {
            month(2): {"forecast": D(9), "reported": D(7), "validated": D("7.01")},
            month(4): {"reported": D(3)},
        },
    )
    assert month_series(measure(steel)) == Series(
        month(2),
        plan=(1000, 0, 0, 2050),
        forecast=(701, 0, 300, 2050),
        reported=(0, 0, 300, 0),
        validated=(701, 0, 0, 0),
    )


def test_only_recurring_hard_effects_are_in_a_series() -> None:
    plan = {month(1): D(100)}
    others = (
        line(plan, is_recurring=False),
        line(plan, group=Group.SOFT),
        line(plan, group=Group.COST),
        line(plan, group=Group.OTHER),
    )
    assert month_series(measure(*others)) == Series()
    assert month_series(measure(line(plan), *others)).plan == (10_000,)


def test_a_series_goes_on_where_a_late_start_moves_the_plan() -> None:
    late = milestone(baseline=date(2026, 10, 20), forecast=date(2026, 12, 2), is_effect_start=True)
    series = month_series(measure(line({month(10): D(1), month(11): D(2)}), milestones=(late,)))
    assert series.plan == (100, 200, 0, 0)
    assert series.forecast == (0, 0, 100, 200)


def test_months_are_converted_at_the_plan_rate_of_their_own_year_and_rounded_once() -> None:
    rates = {("USD", 2026): D("0.5"), ("USD", 2027): D("0.333")}
    dollars = line({month(12): D("0.01"), month(1, 2027): D(1)}, currency="USD")
    series = month_series(measure(dollars, dollars, organization=organization(rates=rates)))
    assert series.plan == (1, 67)


def test_without_a_rate_of_a_later_year_its_months_stay_out_and_the_sums_of_this_year_hold() -> None:
    dollars = line({month(12): D(1), month(1, 2027): D(1)}, currency="USD")
    facts = measure(dollars, organization=organization(rates={("USD", 2026): D(2)}))
    with pytest.raises(RateMissing, match="USD to EUR for fiscal year 2027"):
        month_series(facts)
    outcome = outcome_of(facts)
    assert (outcome.series.plan, outcome.missing_rates) == ((200, 0), ("USD 2027",))
    assert outcome.totals.plan_in_year == D(2)
    assert [(sums.fiscal_year, sums.plan) for sums in outcome.years] == [(2026, D("2.00"))]


def test_without_a_rate_of_this_year_a_measure_brings_nothing() -> None:
    outcome = outcome_of(measure(line({month(12): D(1)}, currency="USD")))
    assert (outcome.years, outcome.totals.plan_in_year, sum(outcome.series.plan)) == ((), D(0), 0)


def test_the_example_of_the_domain_brings_800_then_1200_and_exits_at_1200() -> None:
    line_ = phased(kind="ebitda_cost", certainty="hard")
    first, second, *_ = year_sums(measure(line_))
    assert first == YearSums(
        "ebitda_cost", "hard", 2026, plan=D(800), fac=D(800), assumed=D(800), plan_exit_run_rate=D(1200),
        exit_run_rate=D(1200),
    )  # fmt: skip
    assert (second.fiscal_year, second.plan, second.fac) == (2027, D(1200), D(1200))


def test_a_year_says_what_its_forecast_rests_on_and_the_parts_add_up() -> None:
    known = {
        month(1): {"reported": D(90), "validated": D(80)},
        month(2): {"reported": D(70)},
        month(3): {"forecast": D(60)},
    }
    facts = measure(with_months(line({month(n): D(100) for n in range(1, 5)}, kind="ebitda_cost"), known))
    (sums,) = year_sums(facts)
    assert (sums.validated, sums.reported, sums.forecast, sums.assumed, sums.fac) == (80, 70, 60, 100, 310)
    assert sums.fac == totals_of(facts).fac_in_year


def test_kinds_and_certainties_are_apart_and_lines_of_one_are_together() -> None:
    plan = {month(12): D(10)}
    facts = measure(
        line(plan, kind="ebitda_cost", certainty="hard"),
        line(plan, kind="ebitda_cost", certainty="hard"),
        line(plan, kind="ebitda_cost", certainty="soft", group=Group.SOFT),
        line(plan, kind="capex", certainty="hard", group=Group.COST, is_recurring=False),
    )
    found = [(sums.kind, sums.certainty, sums.plan, sums.plan_exit_run_rate) for sums in year_sums(facts)]
    assert found == [
        ("capex", "hard", D(10), D(0)),
        ("ebitda_cost", "hard", D(20), D(240)),
        ("ebitda_cost", "soft", D(10), D(120)),
    ]


def test_heads_are_the_mean_of_the_year_and_those_of_its_last_month() -> None:
    heads = {month(n): D(6) for n in range(7, 13)}
    fte = line(heads, kind="fte", group=Group.OTHER, is_fte=True, is_money=False, currency="USD")
    (sums,) = year_sums(measure(fte))
    assert (sums.plan, sums.fac, sums.assumed, sums.plan_exit_run_rate, sums.exit_run_rate) == (3, 3, 3, 6, 6)


def test_units_other_than_heads_are_left_out() -> None:
    assert year_sums(measure(line({month(1): D(5)}, kind="non_financial", is_money=False))) == ()


def test_a_year_is_the_fiscal_year() -> None:
    facts = measure(
        line({month(3): D(1), month(4): D(2)}, kind="ebitda_cost"), organization=organization(fiscal_year_start=4)
    )
    assert [(sums.fiscal_year, sums.plan, sums.plan_exit_run_rate) for sums in year_sums(facts)] == [
        (2026, D(1), D(12)),
        (2027, D(2), D(0)),
    ]


def test_cancelled_stays_in_the_plan_and_on_hold_keeps_what_was_booked() -> None:
    steel = replace(
        line(kind="ebitda_cost"),
        months=(MonthFacts(month(1), plan=D(10), reported=D(4)), MonthFacts(month(2), plan=D(10), forecast=D(9))),
    )
    for facts, expected in (
        (replace(measure(steel), is_cancelled=True), (0, 0)),
        (replace(measure(steel), is_on_hold=True), (4, 0)),
    ):
        (sums,) = year_sums(facts)
        assert (sums.plan, sums.fac) == (D(20), D(expected[0]))
        series = month_series(facts)
        assert series.plan == (1000, 1000)
        assert series.forecast == (100 * expected[0], 0)
