"""Domain 6.2 to 6.4, 6.10 and 6.12: run-rates, forecast at completion, rates and payback."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from measures.formulas.facts import Group, LineFacts, RateMissing, TargetFacts
from measures.formulas.money import (
    Expected,
    Fac,
    Source,
    actual_run_rate,
    expected_months,
    forecast_run_rate,
    payback_month,
    planned_run_rate,
)
from measures.formulas.totals import MonthSums, Totals, fac_in_year, month_sums, plan_in_year, totals_of
from tests.measures.formulas.make import (
    LAST,
    TODAY,
    every_month,
    line,
    measure,
    milestone,
    month,
    organization,
    phased,
    with_months,
)

D = Decimal

LATE_START = milestone("Contract signed", date(2026, 4, 20), actual_on=date(2026, 6, 3), is_effect_start=True)


def test_the_planned_run_rate_is_twelve_times_the_last_active_month() -> None:
    assert planned_run_rate({month(1): D(10), month(2): D(50), month(3): D(0)}) == D(600)
    assert planned_run_rate({}) == planned_run_rate({month(1): D(0)}) == D(0)


def test_the_cents_of_phasing_are_not_multiplied_by_twelve() -> None:
    assert planned_run_rate(phased("1000").plan) == D(1000)
    assert planned_run_rate(phased("0.07").plan) == D("0.07")


def test_the_actual_run_rate_is_twelve_times_the_mean_of_three_locked_months() -> None:
    validated = {month(number): D(amount) for number, amount in ((5, 999), (6, 80), (7, 90), (8, 100), (9, 500))}
    assert actual_run_rate(validated, {month(number) for number in range(1, 9)}) == D(1080)


def test_a_locked_month_without_a_validated_value_counts_as_zero_in_the_actual_run_rate() -> None:
    assert actual_run_rate({month(7): D(90)}, {month(6), month(7), month(8)}) == D(360)


def test_there_is_no_actual_run_rate_before_the_first_lock() -> None:
    assert actual_run_rate({month(7): D(90)}, set()) == D(0)


def test_a_month_is_validated_else_reported_else_forecast_else_assumed() -> None:
    known = with_months(
        phased(ramp=0),
        {
            month(4): {"validated": D(95), "reported": D(99), "forecast": D(98)},
            month(5): {"reported": D(94), "forecast": D(98)},
            month(6): {"forecast": D(93)},
        },
    )
    expected = expected_months(measure(known), known)
    assert [expected[month(number)] for number in range(4, 8)] == [
        Expected(D(95), Source.VALIDATED),
        Expected(D(94), Source.REPORTED),
        Expected(D(93), Source.FORECAST),
        Expected(D(100), Source.ASSUMED),
    ]


def test_zero_is_a_value_and_nothing_is_unknown() -> None:
    known = with_months(phased(ramp=0), {month(4): {"validated": D(0)}, month(5): {"forecast": D(0)}})
    expected = expected_months(measure(known), known)
    assert expected[month(4)] == Expected(D(0), Source.VALIDATED)
    assert expected[month(5)] == Expected(D(0), Source.FORECAST)


def test_a_missing_forecast_is_the_plan_moved_by_the_slip_of_the_effect_start() -> None:
    known = phased()
    facts = measure(known, milestones=(LATE_START,))
    assert facts.effect_slip_months == 2
    assert fac_in_year(facts) == Fac(assumed=D(600))
    assert plan_in_year(facts) == D(800)
    assert plan_in_year(facts, slip_months=2) == D(600)
    assert forecast_run_rate(facts, known) == D(1200)


def test_an_effect_start_that_is_overdue_slips_until_today() -> None:
    overdue = milestone("Contract signed", date(2026, 4, 20), date(2026, 4, 20), is_effect_start=True)
    assert measure(milestones=(overdue,)).effect_slip_months == 6


def test_an_effect_that_starts_early_moves_no_money_by_itself() -> None:
    early = milestone("Contract signed", date(2026, 4, 20), actual_on=date(2026, 2, 20), is_effect_start=True)
    assert fac_in_year(measure(phased(), milestones=(early,))) == Fac(assumed=D(800))


def test_before_doi_3_there_is_no_owners_forecast() -> None:
    known = every_month(phased(), "forecast", "0.5", month(4), LAST)
    assert fac_in_year(measure(known, doi=2)) == Fac(assumed=D(800))
    assert fac_in_year(measure(known, doi=3)) == Fac(forecast=D("400.00"))


def test_the_shares_of_a_forecast_at_completion_add_up_to_one() -> None:
    assert Fac(D(100), D(100), D(100), D(0)).shares == {
        Source.VALIDATED: D("0.3333"),
        Source.REPORTED: D("0.3334"),
        Source.FORECAST: D("0.3333"),
        Source.ASSUMED: D("0.0000"),
    }


def test_a_cost_weighs_in_the_shares_by_its_size() -> None:
    shares = Fac(validated=D(-50), forecast=D(150)).shares
    assert shares is not None
    assert shares[Source.VALIDATED] == D("0.25")


def test_a_forecast_of_nothing_has_no_shares() -> None:
    assert Fac().shares is None


def test_an_owner_who_forecasts_zero_from_next_year_has_no_run_rate() -> None:
    known = every_month(phased(), "forecast", "0", month(1, 2027), LAST)
    assert forecast_run_rate(measure(known), known) == D(0)


def test_a_forecast_run_rate_is_annualised_like_the_plan() -> None:
    known = every_month(phased("1000"), "forecast", "0.82", month(4), LAST)
    assert abs(forecast_run_rate(measure(known), known) - D(820)) < D("0.05")


def test_a_line_that_ends_keeps_the_run_rate_of_its_last_month() -> None:
    known = line({month(number): D(100) for number in range(4, 8)})
    assert forecast_run_rate(measure(known, milestones=(LATE_START,)), known) == D(1200)


@pytest.mark.parametrize("said", ["forecast", "reported", "validated"])
def test_a_slip_assumes_nothing_behind_what_was_said_of_the_plans_last_month(said: str) -> None:
    plan = line({month(number): D(100) for number in range(4, 8)})
    known = every_month(plan, said, "0.70", month(4), month(7))
    late = measure(known, milestones=(LATE_START,))
    assert forecast_run_rate(late, known) == forecast_run_rate(measure(known), known) == D(840)
    assert fac_in_year(late).total == D(280)


def test_a_slip_longer_than_the_plan_leaves_a_forecast_of_zero_at_zero() -> None:
    plan = line({month(4): D(100), month(5): D(100)})
    known = with_months(plan, {month(4): {"forecast": D(50)}, month(5): {"forecast": D(0)}})
    assert forecast_run_rate(measure(known, milestones=(LATE_START,)), known) == D(0)


def test_before_doi_3_a_forecast_leaves_the_moved_plan_alone() -> None:
    plan = line({month(number): D(100) for number in range(4, 8)})
    known = every_month(plan, "forecast", "0.70", month(4), month(7))
    assert fac_in_year(measure(known, doi=2, milestones=(LATE_START,))) == Fac(assumed=D(400))


def test_on_hold_leaves_the_forecast_and_keeps_what_was_booked() -> None:
    known = with_months(phased(), {month(4): {"validated": D(30)}, month(12): {"forecast": D(100)}})
    totals = totals_of(measure(known, is_on_hold=True))
    assert (totals.fac_in_year, totals.validated_in_year, totals.forecast_run_rate) == (D(30), D(30), D(0))
    assert (totals.plan_in_year, totals.plan_run_rate) == (D(800), D(1200))


def test_cancelled_has_a_forecast_of_zero_and_stays_in_the_plan() -> None:
    known = with_months(phased(), {month(4): {"validated": D(30)}})
    totals = totals_of(measure(known, is_cancelled=True))
    assert (totals.fac_in_year, totals.validated_in_year, totals.forecast_run_rate) == (D(0), D(0), D(0))
    assert (totals.plan_in_year, totals.plan_run_rate, totals.validated_to_date) == (D(800), D(1200), D(30))


def test_every_total_of_a_measure() -> None:
    effect = with_months(
        phased(),
        {
            month(7): {"validated": D(90), "reported": D(90)},
            month(8): {"validated": D(96), "reported": D(96)},
            month(9): {"reported": D(98)},
            month(10): {"forecast": D(97)},
        },
    )
    one_off = line({month(11): D(50)}, is_recurring=False)
    soft = line({month(12): D(7)}, group=Group.SOFT)
    cost = with_months(
        line({month(3): D(-120), month(12): D(-80)}, group=Group.COST, is_recurring=False),
        {month(3): {"validated": D(-130), "reported": D(-130)}},
    )
    working_capital = line({month(5): D(9999)}, group=Group.OTHER)
    locked = frozenset(month(number) for number in range(1, 9))
    facts = measure(effect, one_off, soft, cost, working_capital, organization=organization(locked=locked))
    assert totals_of(facts) == Totals(
        plan_run_rate=D(1200),
        forecast_run_rate=D(1200),
        validated_run_rate=D(744),  # 12 x (0 + 90 + 96) / 3
        plan_in_year=D(850),
        fac_in_year=D(831),
        validated_in_year=D(186),
        reported_in_year=D(98),
        forecast_in_year=D(97),
        assumed_in_year=D(450),  # April 33.33, May 66.67, June 100, November 150, December 100
        plan_to_date=D(500),
        validated_to_date=D(186),
        actual_to_date=D(284),
        one_time_plan=D(-200),
        one_time_forecast=D(-210),
        one_time_actual=D(-130),
        soft_run_rate=D(84),
        plan_exit_run_rate=D(1200),
        exit_run_rate=D(1200),
        plan_carry_over=D(400),  # 1,200 - 800: the one-off 50 doesn't come again
        carry_over=D(419),
        magnitude_loss=D(19),
        leakage={"magnitude": "14.00", "not_booked": "200.00"},  # 10 + 4; April to June
        payback_month=month(6),  # -130 + 33.33 + 66.67 + 100
    )


def test_one_off_effects_never_enter_a_run_rate() -> None:
    totals = totals_of(measure(line({month(11): D(50)}, is_recurring=False)))
    assert (totals.plan_in_year, totals.plan_run_rate, totals.forecast_run_rate) == (D(50), D(0), D(0))


def test_cost_stays_where_it_is_planned_when_the_effect_slips() -> None:
    cost = line({date(2029, 12, 1): D(-80)}, group=Group.COST, is_recurring=False)
    assert totals_of(measure(cost, milestones=(LATE_START,))).one_time_forecast == D(-80)


@pytest.mark.parametrize("stopped", [{"is_cancelled": True}, {"is_on_hold": True}])
def test_a_stopped_measure_costs_what_was_spent(stopped: dict[str, bool]) -> None:
    cost = with_months(
        line({month(3): D(-120), month(12): D(-80)}, group=Group.COST), {month(3): {"validated": D(-130)}}
    )
    assert totals_of(measure(cost, **stopped)).one_time_forecast == D(-130)


def test_in_year_follows_a_fiscal_year_that_starts_in_july() -> None:
    facts = measure(phased(), organization=organization(fiscal_year_start=7))
    assert facts.organization.year == 2027
    assert plan_in_year(facts) == D(1200)
    assert totals_of(facts).plan_to_date == D(300)


def dollars() -> LineFacts:
    return line({month(12): D(100), month(1, 2027): D(100)}, currency="USD")


def test_months_convert_at_the_plan_rate_of_their_fiscal_year() -> None:
    rates = {("USD", 2026): D("0.9"), ("USD", 2027): D("0.8")}
    facts = measure(dollars(), organization=organization(rates=rates))
    assert plan_in_year(facts) == D(90)
    assert month_sums(facts, month(12), month(1, 2027)) == [
        MonthSums(month(12), plan=D(90), forecast=D(90), unconfirmed=D(90)),
        MonthSums(month(1, 2027), plan=D(80), forecast=D(80), unconfirmed=D(80)),
    ]


def test_run_rates_convert_at_the_plan_rate_of_this_fiscal_year() -> None:
    facts = measure(dollars(), organization=organization(rates={("USD", 2026): D("0.9")}))
    totals = totals_of(facts)
    assert (totals.plan_run_rate, totals.forecast_run_rate) == (D(1080), D(1080))


def test_a_missing_rate_is_an_error_that_names_pair_and_year() -> None:
    with pytest.raises(
        RateMissing, match=r"^There is no plan rate USD to EUR for fiscal year 2026 \(Jan 2026 to Dec 2026\)\.$"
    ):
        totals_of(measure(dollars()))


def test_zero_needs_no_rate() -> None:
    assert totals_of(measure(line({month(12): D(0)}, currency="USD"))) == Totals()


def test_a_returned_actual_counts_nowhere() -> None:
    """Reported 27 over a forecast of 28, returned: 28 (domain 6.3)."""
    unforecast = line({month(9): D(30)})
    returned = with_months(unforecast, {month(9): {"forecast": D(28)}})
    reported = with_months(returned, {month(9): {"reported": D(27)}})
    assert [fac_in_year(measure(known)) for known in (reported, returned)] == [Fac(reported=D(27)), Fac(forecast=D(28))]
    assert fac_in_year(measure(unforecast)) == Fac(assumed=D(30))


def test_unconfirmed_is_what_rests_on_a_stale_forecast_or_on_none_and_never_what_is_reported() -> None:
    known = with_months(
        line({month(number): D(100) for number in (1, 2, 3, 4)}),
        {month(1): {"validated": D(100)}, month(2): {"reported": D(100)}, month(3): {"forecast": D(100)}},
    )
    fresh = fac_in_year(measure(known))
    assert (fresh.stale, fresh.unconfirmed) == (0, D("0.25"))
    late = measure(known, confirmed_on=TODAY - timedelta(days=63))
    assert (fac_in_year(late).stale, fac_in_year(late).unconfirmed) == (100, D("0.5"))
    assert totals_of(late).stale_in_year == 100
    assert fac_in_year(measure(known, confirmed_on=TODAY - timedelta(days=62))).unconfirmed == D("0.25")
    assert fac_in_year(replace(late, is_on_hold=True)).unconfirmed == 0
    assert Fac().unconfirmed is None


def test_month_sums_tell_reported_from_validated() -> None:
    known = with_months(
        line({month(8): D(100), month(9): D(100)}),
        {month(8): {"reported": D(90), "validated": D(88)}, month(9): {"reported": D(95)}},
    )
    assert month_sums(measure(known), month(1), month(12)) == [
        MonthSums(month(8), plan=D(100), forecast=D(88), validated=D(88)),
        MonthSums(month(9), plan=D(100), forecast=D(95), reported=D(95)),
    ]


@pytest.mark.parametrize(
    ("nets", "payback"),
    [
        ((-250, 100, 100, 100), 4),
        ((50, -100, 60), 3),
        ((-100, 120, -30, 50), 4),
        ((10, -100, 20), None),
        ((-250, 100), None),
    ],
)
def test_payback_is_the_first_month_from_which_the_cumulative_net_stays_at_or_above_zero(
    nets: tuple[int, ...], payback: int | None
) -> None:
    found = payback_month({month(number): D(net) for number, net in enumerate(nets, start=1)})
    assert found == (month(payback) if payback else None)


PROMISED = TargetFacts(D(1500), "EUR")


def test_until_the_plan_is_frozen_the_target_is_the_planned_run_rate() -> None:
    totals = totals_of(measure(phased(), doi=2, target=PROMISED))
    assert (totals.plan_run_rate, totals.forecast_run_rate) == (D(1500), D(1200))


def test_a_frozen_plan_replaces_the_target() -> None:
    totals = totals_of(measure(phased(), doi=3, target=PROMISED))
    assert (totals.plan_run_rate, totals.forecast_run_rate) == (D(1200), D(1200))


def test_before_anything_is_planned_the_target_is_what_is_expected() -> None:
    totals = totals_of(measure(doi=1, target=PROMISED))
    assert (totals.plan_run_rate, totals.forecast_run_rate, totals.plan_in_year) == (D(1500), D(1500), D(0))


@pytest.mark.parametrize("stopped", [{"is_cancelled": True}, {"is_on_hold": True}])
def test_a_stopped_measure_expects_nothing_of_its_target(stopped: dict[str, bool]) -> None:
    totals = totals_of(measure(doi=1, target=PROMISED, **stopped))
    assert (totals.plan_run_rate, totals.forecast_run_rate) == (D(1500), D(0))


def test_a_target_converts_at_the_plan_rate_of_this_fiscal_year() -> None:
    facts = measure(doi=1, target=TargetFacts(D(100), "USD"))
    rated = replace(facts, organization=organization(rates={("USD", 2026): D("0.9")}))
    assert totals_of(rated).plan_run_rate == D(90)
    with pytest.raises(RateMissing):
        totals_of(facts)
