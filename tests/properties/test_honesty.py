"""Forecast honesty for any two sums (domain section 14)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from measures.formulas.honesty import haircut_of, honesty_of

D = Decimal
cents = st.integers(-(10**14), 10**14).map(lambda number: D(number) / 100)


@given(cents, cents)
def test_honesty_and_bias_are_the_formula_and_its_sign(stated: D, validated: D) -> None:
    found = honesty_of(stated, validated)
    if not validated:
        assert found is None
        return
    assert found is not None
    assert found.share == 1 - abs(stated - validated) / abs(validated) or abs(found.share - 1 + abs(found.bias)) == 0
    assert found.share <= 1
    assert (found.bias > 0) == (stated > validated)
    assert (found.bias < 0) == (stated < validated)
    assert (found.share == 1) == (stated == validated)


@given(st.integers(0, 10**14), st.integers(1, 10**14))
def test_a_haircut_makes_a_forecast_that_was_too_high_right(came: int, missed: int) -> None:
    stated, validated = D(came + missed) / 100, D(came) / 100
    left = stated * (1 - haircut_of(stated, validated))
    assert abs(left - validated) < D("0.005")


@given(cents, cents)
def test_nothing_comes_off_what_held_and_never_more_than_all(stated: D, validated: D) -> None:
    haircut = haircut_of(stated, validated)
    assert 0 <= haircut <= 1
    if stated <= 0 or validated >= stated:
        assert haircut == 0


def test_the_worked_example() -> None:
    found = honesty_of(D(120), D(100))
    assert found is not None
    assert (found.share, found.bias) == (D("0.8"), D("0.2"))
    assert round(found.haircut, 4) == D("0.1667")
    low = honesty_of(D(-120), D(-100))
    assert low is not None
    assert (low.share, low.bias, low.haircut) == (D("0.8"), D("-0.2"), D(0))
