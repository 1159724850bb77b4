"""Domain 6.10: the effect of exchange rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.formulas.facts import AverageRateMissing, Group, LineFacts, MeasureFacts, MonthFacts, RateMissing
from measures.formulas.fx import fx_effect
from measures.formulas.outcome import outcome_of
from tests.measures.formulas.make import line, measure, month, organization

D = Decimal
JANUARY = month(1)
PLAN = {("USD", 2026): D("0.90"), ("GBP", 2026): D("1.15")}
AVERAGE = {
    ("USD", month(1)): D("0.95"),
    ("USD", month(2)): D("0.85"),
    ("USD", month(3)): D("0.80"),
    ("GBP", month(1)): D("1.20"),
}


def facts_of(*lines: LineFacts, **organization_changes: object) -> MeasureFacts:
    home = replace(organization(), **{"rates": PLAN, "average_rates": AVERAGE, **organization_changes})  # type: ignore[arg-type]
    return replace(measure(*lines), organization=home)


def actuals(currency: str, *amounts: str, group: Group = Group.HARD, first: date = JANUARY) -> LineFacts:
    months = tuple(
        MonthFacts(first.replace(month=first.month + index), reported=D(amount)) for index, amount in enumerate(amounts)
    )
    return replace(line(), group=group, currency=currency, months=months)


def test_each_month_counts_its_distance_to_the_plan_rate() -> None:
    # 100 * 0.05 - 200 * 0.05 - 300 * 0.10
    assert fx_effect(facts_of(actuals("USD", "100", "200", "300"))) == D("-35.00")


def test_a_validated_month_replaces_what_was_reported_and_a_forecast_counts_nothing() -> None:
    months = (
        MonthFacts(month(1), reported=D(100), validated=D(40)),
        MonthFacts(month(2), plan=D(100), forecast=D(100)),
    )
    assert fx_effect(facts_of(replace(line(), currency="USD", months=months))) == D("2.00")


def test_only_hard_ebitda_of_this_fiscal_year_counts_one_offs_included() -> None:
    lines = (
        replace(actuals("USD", "100"), is_recurring=False),
        actuals("USD", "100", group=Group.SOFT),
        actuals("USD", "-100", group=Group.COST),
        actuals("USD", "100", first=date(2025, 1, 1)),
        actuals("EUR", "100"),
    )
    assert fx_effect(facts_of(*lines)) == D("5.00")


def test_in_a_year_from_april_the_months_and_the_plan_rate_are_those_of_the_fiscal_year() -> None:
    home = {
        "fiscal_year_start": 4,
        "today": date(2026, 10, 15),
        "rates": {("USD", 2027): D("0.90"), ("USD", 2026): D("0.50")},
        "average_rates": {("USD", month(3)): D("9"), ("USD", month(4)): D("1.00")},
    }
    facts = facts_of(actuals("USD", "1000", "100", first=month(3)), **home)
    assert fx_effect(facts) == D("10.00")


def test_a_missing_average_rate_names_pair_and_month() -> None:
    with pytest.raises(AverageRateMissing, match=r"^There is no average rate USD to EUR for Apr 2026\.$") as missing:
        fx_effect(facts_of(actuals("USD", "1", "1", "1", "1")))
    assert (missing.value.currency, missing.value.home, missing.value.month) == ("USD", "EUR", month(4))


def test_a_missing_plan_rate_names_pair_and_year() -> None:
    with pytest.raises(
        RateMissing, match=r"^There is no plan rate PLN to EUR for fiscal year 2026 \(Jan 2026 to Dec 2026\)\.$"
    ):
        fx_effect(facts_of(actuals("PLN", "1")))


def test_zero_and_unknown_months_need_no_rate() -> None:
    months = (MonthFacts(month(5), reported=D(0)), MonthFacts(month(6), plan=D(10)))
    assert fx_effect(facts_of(replace(line(), currency="PLN", months=months))) == D(0)


def test_a_missing_average_rate_leaves_the_sums_at_plan_rates() -> None:
    known = outcome_of(facts_of(actuals("USD", "100")))
    unknown = outcome_of(facts_of(actuals("USD", "100"), average_rates={}))
    assert unknown.totals.validated_run_rate == known.totals.validated_run_rate
    assert unknown.totals.fac_in_year == known.totals.fac_in_year == D("90.00")


amounts = st.decimals(min_value=-10_000, max_value=10_000, places=2)
rates = st.decimals(min_value=D("0.0001"), max_value=100, places=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(["USD", "GBP"]), st.integers(1, 12), amounts), max_size=12),
    plan=st.tuples(rates, rates),
    average=st.tuples(rates, rates),
)
def test_converting_then_summing_equals_summing_each_currency_then_converting(
    rows: list[tuple[str, int, Decimal]], plan: tuple[Decimal, Decimal], average: tuple[Decimal, Decimal]
) -> None:
    by = {"USD": 0, "GBP": 1}
    lines = [
        replace(line(), currency=currency, months=(MonthFacts(month(number), reported=amount),))
        for currency, number, amount in rows
    ]
    facts = facts_of(
        *lines,
        rates={(currency, 2026): plan[index] for currency, index in by.items()},
        average_rates={(currency, month(m)): average[index] for currency, index in by.items() for m in range(1, 13)},
    )
    summed_first = sum(
        Fraction(sum((amount for other, _, amount in rows if other == currency), D(0)))
        * (Fraction(average[index]) - Fraction(plan[index]))
        for currency, index in by.items()
    )
    # Both are exact until the last step, which rounds to the cent.
    assert abs(Fraction(fx_effect(facts)) - summed_first) <= Fraction(1, 200)
