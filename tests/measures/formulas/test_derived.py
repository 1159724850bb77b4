"""Domain 6.1, 6.2, 6.7, 6.8 and 6.12: exit run-rate, carry-over, variance, leakage, sustain checks and payback."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from cat4.fiscal import month_range
from hierarchy.thresholds import Thresholds
from measures.formulas.facts import Group, LineFacts, MeasureFacts, NamedLeakage, RateMissing
from measures.formulas.leakage import leakage, leakage_of_month
from measures.formulas.money import work_out_line
from measures.formulas.phasing import spread
from measures.formulas.sustain import SustainState, sustain_checks
from measures.formulas.totals import totals_of, variance_in_year
from measures.formulas.variance import VarianceSplit
from tests.measures.formulas.make import (
    APRIL,
    D,
    every_month,
    line,
    measure,
    milestone,
    month,
    organization,
    phased,
    with_months,
)

TWO_MONTHS_LATE = milestone("Contract signed", date(2026, 4, 20), actual_on=date(2026, 6, 3), is_effect_start=True)
STEEL = uuid4()


def locked(first: int, last: int, year: int = 2026) -> frozenset[date]:
    return frozenset(month_range(month(first, year), month(last, year)))


# Example 1 of the domain: 1,200 from April over three months ---------------------------------------


def test_the_example_of_phasing_carries_400_over() -> None:
    totals = totals_of(measure(phased()))
    assert (totals.plan_in_year, totals.plan_carry_over, totals.plan_exit_run_rate) == (D(800), D(400), D(1200))
    assert (totals.fac_in_year, totals.carry_over, totals.exit_run_rate) == (D(800), D(400), D(1200))


def test_the_example_slipped_by_two_months_loses_200_in_year_and_carries_200_more_over() -> None:
    totals = totals_of(measure(phased(), milestones=(TWO_MONTHS_LATE,)))
    assert (totals.plan_in_year, totals.fac_in_year) == (D(800), D(600))
    assert (totals.plan_run_rate, totals.forecast_run_rate) == (D(1200), D(1200))
    assert (totals.plan_carry_over, totals.carry_over) == (D(400), D(600))
    assert (totals.plan_exit_run_rate, totals.exit_run_rate) == (D(1200), D(1200))


def test_the_example_slipped_with_nine_tenths_of_its_size_splits_into_200_and_60() -> None:
    known = every_month(phased(start=month(6)), "forecast", "0.9", month(6), month(12))
    plan = {when: {"plan": amount} for when, amount in phased().plan.items()}
    zero = {month(4): {"forecast": D(0)}, month(5): {"forecast": D(0)}}
    facts = measure(with_months(with_months(known, plan), zero), milestones=(TWO_MONTHS_LATE,))
    totals = totals_of(facts)
    assert (totals.timing_loss, totals.magnitude_loss, totals.cancelled_loss, totals.on_hold_loss) == (200, 60, 0, 0)
    assert totals.plan_in_year - totals.fac_in_year == D(260)


def test_a_line_that_follows_another_milestone_moves_with_that_one() -> None:
    other = milestone("Plant moved", date(2026, 4, 20), actual_on=date(2026, 5, 4), id=uuid4())
    facts = measure(replace(phased(), follows=other.id), milestones=(TWO_MONTHS_LATE, other))
    assert variance_in_year(facts) == VarianceSplit(timing=D(100))


# Exit run-rate and carry-over ----------------------------------------------------------------------


def test_an_exit_run_rate_is_that_of_the_years_last_month() -> None:
    climbing = phased("1200", month(11), ramp=4)
    totals = totals_of(measure(climbing))
    assert totals.plan_exit_run_rate == D(600)
    assert totals.plan_run_rate == D(1200)


def test_the_cents_of_phasing_are_in_no_exit_run_rate() -> None:
    assert totals_of(measure(phased("1000", ramp=0))).plan_exit_run_rate == D(1000)


def test_what_ended_before_the_year_does_has_no_exit_run_rate_and_a_negative_carry_over() -> None:
    totals = totals_of(measure(line({month(number): D(100) for number in range(4, 8)})))
    assert (totals.plan_exit_run_rate, totals.plan_carry_over) == (D(0), D(-400))


def test_a_one_off_neither_exits_nor_carries_over() -> None:
    totals = totals_of(measure(line({month(12): D(50), month(1, 2027): D(70)}, is_recurring=False)))
    assert (totals.plan_exit_run_rate, totals.plan_carry_over, totals.carry_over) == (D(0), D(0), D(0))


def test_in_a_fiscal_year_from_july_the_year_ends_with_june() -> None:
    facts = measure(phased(), organization=organization(fiscal_year_start=7))
    totals = totals_of(facts)
    assert (totals.plan_in_year, totals.plan_carry_over, totals.plan_exit_run_rate) == (D(1200), D(0), D(1200))
    late = measure(phased(start=month(3, 2027)), organization=organization(fiscal_year_start=7))
    assert totals_of(late).plan_carry_over == D(900)  # March to June bring 33.33 + 66.67 + 100 + 100


def test_on_hold_expects_neither_exit_nor_carry_over() -> None:
    totals = totals_of(measure(phased(), is_on_hold=True))
    assert (totals.plan_exit_run_rate, totals.exit_run_rate, totals.carry_over) == (D(1200), D(0), D(0))
    assert (totals.on_hold_loss, totals.magnitude_loss) == (D(800), D(0))


def test_the_next_year_is_compared_at_this_years_plan_rate() -> None:
    facts = measure(phased(currency="USD"), organization=organization(rates={("USD", 2026): D("0.9")}))
    assert totals_of(facts).plan_carry_over == D(360)


# Leakage -------------------------------------------------------------------------------------------


def booked(amounts: dict[int, str], **changes: Any) -> LineFacts:
    """100 a month from April, with these months validated."""
    months = {month(number): {"validated": D(amount)} for number, amount in amounts.items()}
    return with_months(phased(ramp=0, id=STEEL, **changes), months)


def leaking(known: LineFacts, *, until: int = 8, **changes: Any) -> MeasureFacts:
    return measure(known, organization=organization(locked=locked(1, until)), **changes)


def test_what_was_planned_for_a_locked_month_and_never_validated_is_not_booked() -> None:
    assert leakage(leaking(booked({4: "100", 5: "100", 6: "100", 7: "100"}))) == {"not_booked": D(100)}


def test_a_month_that_is_open_leaks_nothing() -> None:
    assert leakage(leaking(booked({4: "100", 5: "90"}), until=5)) == {"magnitude": D(10)}


def test_what_the_moved_plan_brings_later_is_timing() -> None:
    known = booked({6: "100", 7: "80"})
    found = leakage(leaking(known, until=7, milestones=(TWO_MONTHS_LATE,)))
    assert found == {"timing": D(200), "magnitude": D(20)}


@pytest.mark.parametrize(("stopped", "cause"), [("is_cancelled", "cancelled"), ("is_on_hold", "on_hold")])
def test_what_a_stopped_measure_misses_goes_to_that_cause(stopped: str, cause: str) -> None:
    facts = leaking(booked({4: "100", 5: "60"}), until=6, **{stopped: True})
    assert leakage(facts) == {cause: D(140)}


def test_after_closing_a_shortfall_is_a_reversal() -> None:
    facts = leaking(booked({4: "100", 5: "90", 6: "70"}), until=6, doi=5, closed_on=date(2026, 5, 20))
    assert leakage(facts) == {"magnitude": D(10), "reversal": D(30)}


def test_a_named_cause_comes_before_the_computed_ones() -> None:
    named = (NamedLeakage(STEEL, month(5), "price", D(25)),)
    facts = leaking(booked({4: "100", 5: "60"}), until=5, named_leakage=named)
    assert leakage(facts) == {"price": D(25), "magnitude": D(15)}
    assert leakage_of_month(facts, work_out_line(facts, facts.lines[0]), month(5)) == {
        "price": D(25),
        "magnitude": D(15),
    }


def test_a_named_cause_takes_from_what_comes_later_and_turns_no_part_negative() -> None:
    named = (NamedLeakage(STEEL, month(4), "scope", D(40)),)
    facts = leaking(booked({}), until=4, named_leakage=named, milestones=(TWO_MONTHS_LATE,))
    assert leakage(facts) == {"scope": D(40), "timing": D(60)}


def test_a_named_cause_is_cut_to_what_is_missing_by_now() -> None:
    named = (NamedLeakage(STEEL, month(5), "price", D(25)), NamedLeakage(STEEL, month(5), "volume", D(15)))
    facts = leaking(booked({4: "100", 5: "70"}), until=5, named_leakage=named)
    assert leakage(facts) == {"price": D(25), "volume": D(5)}


def test_what_came_on_top_counts_against_the_size() -> None:
    assert leakage(leaking(booked({4: "100", 5: "130"}), until=5)) == {"magnitude": D(-30)}


def test_a_planned_loss_that_did_not_come_goes_to_the_same_cause_as_the_gain_beside_it() -> None:
    gain, loss = (
        booked({}),
        replace(booked({}), months=tuple(replace(entry, plan=D(-20)) for entry in booked({}).months)),
    )
    known = measure(gain, loss, organization=organization(locked=locked(8, 8)))
    (planned,) = {entry.plan for entry in gain.months if entry.month == month(8)}
    assert planned is not None
    assert leakage(known) == {"not_booked": planned - 20}
    assert leakage(replace(known, is_cancelled=True)) == {"cancelled": planned - 20}
    assert leakage(replace(known, is_on_hold=True)) == {"on_hold": planned - 20}


def test_before_the_plan_is_frozen_nothing_can_leak() -> None:
    assert leakage(leaking(booked({}), doi=2)) == {}


def test_only_hard_effects_leak_at_the_plan_rate_of_their_month() -> None:
    soft = line({month(4): D(9)}, group=Group.SOFT)
    dollars = with_months(phased(ramp=0, currency="USD"), {})
    rated = organization(locked=locked(4, 4), rates={("USD", 2026): D("0.9")})
    assert leakage(measure(soft, dollars, organization=rated)) == {"not_booked": D(90)}
    with pytest.raises(RateMissing):
        leakage(measure(dollars, organization=replace(rated, rates={})))


def test_leakage_of_a_span_of_months() -> None:
    facts = leaking(booked({4: "90", 5: "80", 6: "70"}), until=6)
    assert leakage(facts, first=month(5), last=month(5)) == {"magnitude": D(20)}


# Sustain checks ------------------------------------------------------------------------------------


def closed(amounts: dict[date, str], until: date, **changes: Any) -> MeasureFacts:
    """Closed in October 2025 with 1,200."""
    known = with_months(phased(ramp=0, start=month(1, 2025)), {at: {"validated": D(v)} for at, v in amounts.items()})
    facts = organization(locked=frozenset(month_range(month(1, 2025), until)))
    given = {"doi": 5, "closed_on": date(2025, 10, 9), "closed_run_rate": D(1200), "organization": facts, **changes}
    return measure(known, **given)


def test_a_check_is_upcoming_until_its_month_is_locked() -> None:
    first, second = sustain_checks(closed({}, month(3)))
    assert (first.months_after, first.due_month, first.state) == (6, month(4), SustainState.UPCOMING)
    assert first.sentence == "The check 6 months after closing waits for the lock of Apr 2026."
    assert second.sentence == "The check 12 months after closing is due with Oct 2026."
    assert (first.run_rate, first.needed) == (None, D(1080))


def test_an_effect_holds_from_nine_tenths_of_what_it_was_closed_with() -> None:
    months = {month(2): "90", month(3): "90", month(4): "90"}
    check = sustain_checks(closed(months, month(4)))[0]
    assert (check.state, check.run_rate) == (SustainState.HELD, D(1080))
    assert check.sentence == (
        "6 months after closing the effect holds: the run-rate is EUR 1,080, 10% below the closed run-rate."
    )


def test_below_that_it_has_reversed() -> None:
    months = {month(2): "90", month(3): "90", month(4): "89.99"}
    check = sustain_checks(closed(months, month(4)))[0]
    assert (check.state, check.run_rate) == (SustainState.REVERSAL, D("1079.96"))
    assert check.sentence.startswith("6 months after closing the effect has reversed: the run-rate is EUR 1,080")


def test_a_check_looks_at_the_three_months_up_to_its_own() -> None:
    months = {month(1): "0", month(2): "100", month(3): "100", month(4): "100", month(5): "0"}
    assert sustain_checks(closed(months, month(5)))[0].run_rate == D(1200)


def test_a_month_that_was_never_validated_counts_as_nothing() -> None:
    assert sustain_checks(closed({month(4): "100"}, month(4)))[0].run_rate == D(400)


def test_who_is_not_closed_or_was_reopened_has_no_sustain_check() -> None:
    assert sustain_checks(measure(phased(), doi=4)) == ()
    assert sustain_checks(closed({}, month(4), doi=4)) == ()


def test_an_organization_sets_when_and_how_much_has_to_last() -> None:
    stricter = Thresholds(sustain_months=3, sustain_share=D("0.95"))
    facts = closed({month(11, 2025): "95", month(12, 2025): "95", month(1): "95"}, month(1))
    first, second = sustain_checks(replace(facts, organization=replace(facts.organization, thresholds=stricter)))
    assert (first.due_month, second.due_month) == (month(1), month(4))
    assert (first.state, first.needed) == (SustainState.HELD, D(1140))


# Payback and spreading -----------------------------------------------------------------------------


def test_payback_counts_recurring_and_one_off_effects_against_cost_and_capex() -> None:
    cost = line({month(3): D(-120)}, group=Group.COST)
    capex = line({month(4): D(-200)}, group=Group.COST, is_recurring=False)
    one_off = line({month(7): D(20)}, is_recurring=False)
    facts = measure(phased(ramp=0), cost, capex, one_off)
    assert totals_of(facts).payback_month == month(7)  # -120, -220, -120, -20, +100
    assert totals_of(measure(phased(ramp=0), cost, capex)).payback_month == month(7)
    soft = measure(line({month(1): D(999)}, group=Group.SOFT), cost)
    assert totals_of(soft).payback_month is None


def test_a_slip_puts_payback_off() -> None:
    cost = line({month(3): D(-120)}, group=Group.COST)
    assert totals_of(measure(phased(ramp=0), cost)).payback_month == month(5)
    late = measure(phased(ramp=0), cost, milestones=(TWO_MONTHS_LATE,))
    assert totals_of(late).payback_month == month(7)


def test_an_amount_is_spread_to_the_cent() -> None:
    months = [APRIL, month(5), month(6)]
    assert spread(D(100), months) == {APRIL: D("33.33"), month(5): D("33.34"), month(6): D("33.33")}
    assert sum(spread(Decimal("-0.05"), months).values()) == D("-0.05")
    assert spread(D(5), []) == {}
