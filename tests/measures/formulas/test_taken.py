"""What a resolved overlap takes out (domain section 11)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from measures.formulas.facts import MonthFacts
from measures.formulas.taken import Taking, taken_months, taken_plan
from tests.measures.formulas.make import D, month

AMOUNTS = st.decimals(min_value=-1000, max_value=1000, places=2)
SHARES = st.decimals(min_value=1, max_value=99, places=2)


def test_of_120_and_80_split_60_to_40_stay_88_and_32() -> None:
    first, second = (Taking(D(60), is_first=is_first) for is_first in (True, False))
    assert 120 + first.of(D(120), D(80)) == 88
    assert 80 + second.of(D(80), D(120)) == 32


@given(AMOUNTS, AMOUNTS, SHARES)
def test_together_both_bring_what_the_larger_alone_would(one: Decimal, two: Decimal, share: Decimal) -> None:
    first, second = (Taking(share, is_first=is_first) for is_first in (True, False))
    kept = one + first.of(one, two) + two + second.of(two, one)
    assert kept == (max(one, two, key=abs) if one * two > 0 else one + two)


def test_a_merge_leaves_one_plan() -> None:
    assert taken_plan({month(1): D(120)}, {month(1): D(80)}, Taking(None, is_first=True)) == {month(1): D(-120)}
    assert taken_plan({month(1): D(80)}, {month(1): D(120)}, Taking(None, is_first=False)) == {}


def test_forecast_and_actual_follow_both_lines_and_the_plan_stays_as_it_was_kept() -> None:
    mine = {month(1): MonthFacts(month(1), D(120), D(100), D(90)), month(2): MonthFacts(month(2), D(120))}
    other = {month(1): MonthFacts(month(1), D(80), D(60)), month(2): MonthFacts(month(2), D(999))}
    taken = taken_months(mine, other, {month(1): D(-32), month(2): D(-32)}, Taking(D(60), is_first=True))
    assert taken == (MonthFacts(month(1), D(-32), D(-24), D(-24)), MonthFacts(month(2), D(-32)))
