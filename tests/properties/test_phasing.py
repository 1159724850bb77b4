"""Phasing for any amount, start, end and ramp: sums are exact to the cent."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cat4.fiscal import add_months
from measures.formulas.money import planned_run_rate
from measures.formulas.phasing import moved, phase, sum_between

D = Decimal

START = date(2026, 4, 1)
amounts = st.decimals("-1000000000000", "1000000000000", places=2, allow_nan=False, allow_infinity=False)
ramps = st.integers(0, 36)
lengths = st.integers(1, 84)


def exact_cents(amount: Fraction) -> D:
    """Rounded half away from zero, without the arithmetic that is under test."""
    doubled = abs(amount) * 200
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    return D(whole if amount > 0 else -whole).scaleb(-2)


def formula(annual: D, ramp: int, months: int) -> Fraction:
    """Domain 6.1, literally."""
    return sum(
        (Fraction(annual) / 12 * min(Fraction(1), Fraction(i + 1, max(ramp, 1))) for i in range(months)), Fraction(0)
    )


@given(amounts, ramps, lengths)
def test_the_months_up_to_any_one_add_up_to_the_rounded_exact_sum(annual: D, ramp: int, length: int) -> None:
    months = phase(annual, START, add_months(START, length - 1), ramp, date(2040, 12, 1))
    assert len(months) == length
    for count in (1, length // 2 + 1, length):
        reached = sum_between(months, START, add_months(START, count - 1))
        assert reached == exact_cents(formula(annual, ramp, count))


@given(amounts, ramps, lengths)
def test_each_month_is_within_a_cent_of_the_formula(annual: D, ramp: int, length: int) -> None:
    months = phase(annual, START, add_months(START, length - 1), ramp, date(2040, 12, 1))
    for index, amount in enumerate(months.values()):
        exact = Fraction(annual) / 12 * min(Fraction(1), Fraction(index + 1, max(ramp, 1)))
        assert abs(Fraction(amount) - exact) <= Fraction(1, 100)
        assert amount == amount.quantize(D("0.01"), ROUND_HALF_UP)


@given(amounts, ramps)
def test_twelve_full_months_and_the_run_rate_are_the_annual_amount(annual: D, ramp: int) -> None:
    months = phase(annual, START, None, ramp, date(2040, 12, 1))
    assert sum(list(months.values())[-12:], D(0)) == annual
    assert planned_run_rate(months) == annual


@given(amounts, ramps, st.integers(0, 24))
def test_moving_a_plan_changes_its_dates_and_no_amount(annual: D, ramp: int, slip: int) -> None:
    months = phase(annual, START, add_months(START, 23), ramp, date(2040, 12, 1))
    late = moved(months, slip, date(2040, 12, 1))
    assert list(late.values()) == list(months.values())
    assert min(late) == add_months(START, slip)
