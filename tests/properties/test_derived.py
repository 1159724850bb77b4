"""What must hold of variance, leakage, carry-over and spread amounts for any numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from cat4.fiscal import add_months, fiscal_year_bounds, month_range
from measures.constants import LeakageCause
from measures.formulas.facts import Group, LineFacts, MeasureFacts, MilestoneFacts, MonthFacts, NamedLeakage
from measures.formulas.leakage import leakage, missing_in
from measures.formulas.phasing import cents, phase, spread, sum_between
from measures.formulas.totals import totals_of
from tests.measures.formulas.make import D, line, measure, milestone, month, organization

money = st.decimals("-1000000", "1000000", places=2, allow_nan=False, allow_infinity=False)
maybe = st.none() | money
months = st.builds(
    MonthFacts,
    month=st.sampled_from(list(month_range(month(1), month(12, 2027)))),
    plan=maybe,
    forecast=maybe,
    reported=maybe,
    validated=maybe,
)
series = st.lists(months, max_size=10, unique_by=lambda entry: entry.month)
causes = st.sampled_from(LeakageCause.values)
starts = st.integers(1, 12)
rates = {("USD", year): D(rate) for year, rate in ((2026, "0.913257"), (2027, "0.871"), (2028, "0.9"))}


@st.composite
def portfolios(draw: st.DrawFn) -> MeasureFacts:
    """A decided measure of up to three lines in two currencies, one late milestone and named causes."""
    late = milestone("Late", date(2026, 4, 20), actual_on=add_months(date(2026, 4, 1), draw(st.integers(0, 7))))
    late = replace(late, id=uuid4(), is_effect_start=draw(st.booleans()))
    lines = tuple(_line(draw, late) for _ in range(draw(st.integers(0, 3))))
    last = draw(st.integers(0, 12))
    named = tuple(
        NamedLeakage(effect_line.id, known.month, draw(causes), abs(draw(money)))
        for effect_line in lines
        for known in effect_line.months
        if effect_line.id and draw(st.booleans())
    )
    return measure(
        *lines,
        doi=draw(st.integers(2, 5)),
        is_cancelled=draw(st.booleans()),
        is_on_hold=draw(st.booleans()),
        milestones=(late,),
        named_leakage=named,
        closed_on=draw(st.none() | st.just(date(2026, 6, 9))),
        organization=organization(
            fiscal_year_start=draw(starts), rates=rates, locked=frozenset(month_range(month(1), month(1 + last % 12)))
        ),
    )


def _line(draw: st.DrawFn, late: MilestoneFacts) -> LineFacts:
    return line(
        months=tuple(sorted(draw(series), key=lambda entry: entry.month)),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        group=draw(st.sampled_from([Group.HARD, Group.HARD, Group.SOFT, Group.COST])),
        is_recurring=draw(st.booleans()),
        follows=draw(st.sampled_from([None, late.id])),
        id=uuid4(),
    )


@settings(max_examples=60)
@given(portfolios())
def test_the_parts_of_the_variance_add_up_to_plan_minus_forecast_at_completion(facts: MeasureFacts) -> None:
    totals = totals_of(facts)
    parts = totals.timing_loss + totals.magnitude_loss + totals.cancelled_loss + totals.on_hold_loss
    assert parts == totals.plan_in_year - totals.fac_in_year


@settings(max_examples=60)
@given(portfolios())
def test_the_causes_of_leakage_add_up_to_plan_minus_validated_of_locked_months(facts: MeasureFacts) -> None:
    home = facts.organization
    missing = sum(
        (
            home.at_plan_rate(missing_in(effect_line, known.month), effect_line.currency, home.year_of(known.month))
            for effect_line in facts.lines_of(Group.HARD)
            for known in effect_line.months
            if known.month in home.locked
        ),
        D(0),
    )
    found = leakage(facts)
    assert sum(found.values(), D(0)) == (cents(missing) if facts.doi >= 3 else D(0))
    assert set(found) <= set(LeakageCause.values)


@settings(max_examples=60)
@given(portfolios(), st.randoms())
def test_no_order_of_lines_or_months_changes_a_total(facts: MeasureFacts, shuffled: object) -> None:
    lines = list(facts.lines)
    shuffled.shuffle(lines)  # type: ignore[attr-defined]  # a random.Random
    turned = tuple(replace(effect_line, months=tuple(reversed(effect_line.months))) for effect_line in lines)
    assert totals_of(replace(facts, lines=turned)) == totals_of(facts)


@given(series, st.integers(0, 10))
def test_a_line_split_in_two_brings_what_it_brought_whole(known: list[MonthFacts], cut: int) -> None:
    whole = sorted(known, key=lambda entry: entry.month)
    parts = (line(months=tuple(whole[:cut])), line(months=tuple(whole[cut:])))
    together, apart = totals_of(measure(line(months=tuple(whole)))), totals_of(measure(*parts))
    for name in ("plan_in_year", "fac_in_year", "plan_carry_over", "carry_over", "plan_to_date", "payback_month"):
        assert getattr(together, name) == getattr(apart, name)


@given(money, st.integers(0, 12), st.integers(0, 11), st.integers(-3, 6))
def test_a_moved_milestone_re_phases_and_keeps_the_annual_effect(
    annual: Decimal, ramp: int, slip: int, offset: int
) -> None:
    last = date(2040, 12, 1)
    start = add_months(month(4), offset)
    before, after = (phase(annual, at, None, ramp, last) for at in (start, add_months(start, slip)))
    assert sum(list(before.values())[-12:], D(0)) == sum(list(after.values())[-12:], D(0)) == annual
    assert list(after.values()) == list(before.values())[: len(after)]


@given(money, st.integers(0, 6), starts)
def test_what_a_slip_takes_from_the_year_comes_back_as_carry_over(annual: Decimal, slip: int, first: int) -> None:
    begins, ends = fiscal_year_bounds(2027, first)
    plan = phase(annual, begins, None, 1, month(12, 2029))
    at = milestone("Start", begins, actual_on=add_months(begins, slip), is_effect_start=True)
    today = replace(organization(fiscal_year_start=first), today=ends)
    totals = totals_of(measure(line(plan), milestones=(at,), organization=today))
    assert totals.plan_in_year - totals.fac_in_year == totals.timing_loss
    assert totals.carry_over - totals.plan_carry_over == totals.timing_loss + _next_year(plan, slip, ends)


def _next_year(plan: dict[date, Decimal], slip: int, ends: date) -> Decimal:
    """What moving changes in the year after: whole cents of phasing only."""
    first, last = add_months(ends, 1), add_months(ends, 12)
    late = {add_months(at, slip): amount for at, amount in plan.items()}
    return sum_between(late, first, last) - sum_between(plan, first, last)


@given(money, st.integers(1, 12))
def test_a_spread_amount_adds_up_and_is_even_to_the_cent(amount: Decimal, count: int) -> None:
    parts = spread(amount, list(month_range(month(1), month(count))))
    assert sum(parts.values(), D(0)) == amount
    assert max(parts.values()) - min(parts.values()) <= D("0.01")
