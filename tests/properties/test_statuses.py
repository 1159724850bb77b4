"""What must hold of forecasts and statuses for any numbers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hierarchy.thresholds import Thresholds
from measures.formulas.facts import MonthFacts
from measures.formulas.implementation import implementation_status
from measures.formulas.lights import Light
from measures.formulas.money import Fac, fac
from measures.formulas.outcome import outcome_of
from measures.formulas.potential import achieved, potential_of_sums
from measures.formulas.totals import totals_of
from measures.formulas.variance import price_volume_fx, variance_split
from tests.measures.formulas.make import TODAY, D, line, measure, milestone, month

ORDER = [Light.GREEN, Light.AMBER, Light.RED]
money = st.decimals("-1000000000", "1000000000", places=2, allow_nan=False, allow_infinity=False)
maybe = st.none() | money
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
months = st.builds(
    MonthFacts,
    month=st.sampled_from([month(number, year) for year in (2026, 2027) for number in range(1, 13)]),
    plan=maybe,
    forecast=maybe,
    reported=maybe,
    validated=maybe,
)
series = st.lists(months, max_size=12, unique_by=lambda entry: entry.month)


@given(money, money, money, money)
def test_the_shares_of_a_forecast_add_up_to_exactly_one(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    parts = Fac(a, b, c, d)
    if parts.shares is None:
        assert not (a or b or c or d)
        return
    assert sum(parts.shares.values(), D(0)) == D(1)
    assert all(D(0) <= share <= D(1) for share in parts.shares.values())


@given(series, st.integers(0, 5), st.booleans(), st.booleans())
def test_the_parts_add_up_to_the_forecast_at_completion(
    known: list[MonthFacts], doi: int, is_cancelled: bool, is_on_hold: bool
) -> None:
    facts = measure(replace(line(), months=tuple(known)), doi=doi, is_cancelled=is_cancelled, is_on_hold=is_on_hold)
    totals = totals_of(facts)
    parts = totals.validated_in_year + totals.reported_in_year + totals.forecast_in_year + totals.assumed_in_year
    assert totals.fac_in_year == parts


@given(days, days, days, st.booleans())
def test_a_later_forecast_never_improves_the_dates(baseline: date, first: date, other: date, is_critical: bool) -> None:
    early, late = (
        implementation_status(measure(milestones=(milestone("M1", baseline, forecast, is_critical=is_critical),)))
        for forecast in sorted([max(first, TODAY), max(other, TODAY)])
    )
    assert ORDER.index(early.value) <= ORDER.index(late.value)


@given(days, st.integers(0, 400), st.booleans())
def test_a_milestone_that_stays_open_never_improves_by_waiting(planned: date, wait: int, is_critical: bool) -> None:
    facts = measure(milestones=(milestone("M1", planned, is_critical=is_critical),), implement_by=planned)
    later = replace(facts, organization=replace(facts.organization, today=TODAY + timedelta(days=wait)))
    assert ORDER.index(implementation_status(facts).value) <= ORDER.index(implementation_status(later).value)


@given(money, money, money, money, money)
def test_more_money_never_makes_the_potential_worse(
    plan: Decimal, first: Decimal, other: Decimal, plan_run_rate: Decimal, run_rate: Decimal
) -> None:
    less, more = (
        potential_of_sums(
            plan_in_year=plan,
            fac_in_year=amount,
            plan_run_rate=plan_run_rate,
            forecast_run_rate=run_rate,
            thresholds=Thresholds(),
            currency="EUR",
        )
        for amount in sorted([first, other])
    )
    assert ORDER.index(more.value) <= ORDER.index(less.value)
    assert more.reasons
    assert less.reasons


gains = st.decimals("0", "1000000", places=2, allow_nan=False, allow_infinity=False)
gainful = st.lists(
    st.builds(
        MonthFacts,
        month=st.sampled_from([month(number) for number in range(1, 13)]),
        plan=gains,
        forecast=gains,
        reported=st.none() | gains,
        validated=st.none() | gains,
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda entry: entry.month,
)


@given(gainful, gains, gains)
def test_cancelling_never_improves_the_ratio_of_a_total(
    known: list[MonthFacts], other_plan: Decimal, other_fac: Decimal
) -> None:
    facts = measure(replace(line(), months=tuple(known)))
    before, after = totals_of(facts), totals_of(replace(facts, is_cancelled=True))
    assert after.plan_in_year == before.plan_in_year
    assert after.plan_run_rate == before.plan_run_rate
    plan = before.plan_in_year + other_plan
    if plan:
        assert achieved(after.fac_in_year + other_fac, plan) <= achieved(before.fac_in_year + other_fac, plan)


@given(gainful, st.booleans(), st.integers(0, 5))
def test_every_status_gives_its_reasons_as_sentences(known: list[MonthFacts], is_on_hold: bool, doi: int) -> None:
    outcome = outcome_of(measure(replace(line(), months=tuple(known)), is_on_hold=is_on_hold, doi=doi))
    for status in (outcome.implementation, outcome.potential, outcome.cost):
        assert status.reasons
        assert all(reason.endswith(".") and reason[0].isupper() for reason in status.reasons)


@given(money, money, money, st.booleans(), st.booleans())
def test_a_variance_splits_without_a_remainder(
    plan: Decimal, moved_plan: Decimal, forecast: Decimal, is_cancelled: bool, is_on_hold: bool
) -> None:
    split = variance_split(plan, moved_plan, forecast, is_cancelled=is_cancelled, is_on_hold=is_on_hold)
    assert split.total == plan - forecast


small = st.decimals("0", "9999", places=2, allow_nan=False, allow_infinity=False)


@given(st.tuples(small, small, small), st.tuples(small, small, small))
def test_price_volume_and_currency_leave_no_remainder(
    before: tuple[Decimal, Decimal, Decimal], after: tuple[Decimal, Decimal, Decimal]
) -> None:
    (p0, v0, x0), (p1, v1, x1) = before, after
    assert price_volume_fx(before, after).total == p0 * v0 * x0 - p1 * v1 * x1


def test_nothing_expected_is_a_forecast_of_nothing() -> None:
    assert fac([]) == Fac()
