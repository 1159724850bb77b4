"""The money of a ripple by quarter (domain section 8)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from measures.formulas.facts import (
    Group,
    LineFacts,
    MeasureFacts,
    MilestoneFacts,
    MonthFacts,
    OrganizationFacts,
    RateMissing,
)
from measures.formulas.phasing import phase
from measures.formulas.ripple import QuarterMoney, quarters_moved

D = Decimal
START, LIVE = UUID(int=1), UUID(int=2)
MARCH_31, MAY_29 = date(2026, 3, 31), date(2026, 5, 29)
ORGANIZATION = OrganizationFacts(today=date(2026, 2, 1), last_month=date(2028, 12, 1))


def line(amount: str = "1200", **changes: object) -> LineFacts:
    """Example 1 of the domain: full annual effect 1,200 from April, three months of ramp."""
    plan = phase(D(amount), date(2026, 4, 1), None, 3, date(2028, 12, 1))
    months = tuple(MonthFacts(month, plan=value) for month, value in plan.items())
    facts: dict[str, object] = {"name": "Steel", "group": Group.HARD, "currency": "EUR", "months": months}
    return LineFacts(**{**facts, **changes})  # type: ignore[arg-type]


def measure(*lines: LineFacts, doi: int = 3) -> MeasureFacts:
    start = MilestoneFacts("Live", MARCH_31, MARCH_31, is_effect_start=True, id=START)
    other = MilestoneFacts("Second plant", MARCH_31, MARCH_31, id=LIVE)
    return MeasureFacts(organization=ORGANIZATION, doi=doi, lines=lines or (line(),), milestones=(start, other))


def slipped(facts: MeasureFacts, key: UUID = START) -> tuple[QuarterMoney, ...]:
    """Two months later."""
    return quarters_moved(facts, {key: MARCH_31}, {key: MAY_29})


def in_year(quarters: tuple[QuarterMoney, ...], year: int) -> Decimal:
    return sum((quarter.amount for quarter in quarters if quarter.fiscal_year == year), D(0))


def test_example_1_slipped_by_two_months_loses_200_in_year_and_nothing_of_the_run_rate() -> None:
    quarters = slipped(measure())
    # April to June 33.33, 66.67, 100 come in June to August: the second quarter loses 166.67, the third 33.33.
    assert [(quarter.fiscal_year, quarter.quarter, quarter.amount) for quarter in quarters] == [
        (2026, 2, D("-166.67")),
        (2026, 3, D("-33.33")),
    ]
    assert in_year(quarters, 2026) == D("-200.00")
    assert in_year(quarters, 2027) - in_year(quarters, 2026) == D("200.00")
    assert sum((quarter.exit_run_rate or D(0) for quarter in quarters), D(0)) == D(0)


def test_an_early_start_brings_no_money_by_itself_but_a_slip_taken_back_does() -> None:
    assert quarters_moved(measure(), {START: MARCH_31}, {START: date(2026, 2, 27)}) == ()
    back = quarters_moved(measure(), {START: MAY_29}, {START: MARCH_31})
    assert in_year(back, 2026) == D("200.00")


def test_a_line_follows_the_milestone_that_it_is_bound_to() -> None:
    facts = measure(line(follows=LIVE))
    assert slipped(facts) == ()
    assert in_year(slipped(facts, LIVE), 2026) == D("-200.00")


def test_months_that_the_owner_forecast_move_with_their_milestone() -> None:
    forecast = tuple(replace(month, forecast=month.plan) for month in line().months)
    quarters = slipped(measure(line(months=forecast)))
    assert in_year(quarters, 2026) == D("-200.00")
    assert in_year(quarters, 2027) == D("0")


def test_what_is_booked_stays_where_it_is() -> None:
    months = tuple(
        replace(month, reported=month.plan, forecast=month.plan) if month.month.month == 4 else month
        for month in line().months
    )
    assert in_year(slipped(measure(line(months=months))), 2026) == D("-166.67")


def test_an_effect_that_ends_comes_whole_only_later() -> None:
    plan = phase(D(1200), date(2026, 4, 1), date(2027, 3, 1), 0, date(2028, 12, 1))
    months = tuple(MonthFacts(month, plan=value) for month, value in plan.items())
    quarters = slipped(measure(line(months=months)))
    assert (in_year(quarters, 2026), in_year(quarters, 2027)) == (D("-200.00"), D("200.00"))


def test_a_slip_over_the_year_end_lowers_the_exit_run_rate_of_the_year() -> None:
    november = date(2026, 12, 31)
    quarters = quarters_moved(measure(), {START: MARCH_31}, {START: november})
    assert in_year(quarters, 2026) == D("-800.00")
    assert [quarter.exit_run_rate for quarter in quarters if quarter.quarter == 4 and quarter.fiscal_year == 2026] == [
        D("-1200.00")
    ]
    assert in_year(quarters, 2027) == D("-100.00")


def test_quarters_are_those_of_the_fiscal_year() -> None:
    facts = measure()
    april = replace(facts, organization=replace(ORGANIZATION, fiscal_year_start=4))
    quarters = slipped(april)
    assert [(quarter.fiscal_year, quarter.quarter) for quarter in quarters] == [(2027, 1), (2027, 2)]


def test_foreign_money_counts_at_plan_rate_or_not_at_all() -> None:
    facts = measure(line(currency="USD"))
    with pytest.raises(RateMissing, match="USD to EUR"):
        slipped(facts)
    rated = replace(facts, organization=replace(ORGANIZATION, rates={("USD", 2026): D("0.5")}))
    assert [quarter.amount for quarter in slipped(rated)] == [D("-83.34"), D("-16.66")]


@pytest.mark.parametrize("standing", [{"is_cancelled": True}, {"is_on_hold": True}])
def test_what_is_given_up_or_rests_loses_nothing_more(standing: dict[str, Any]) -> None:
    assert slipped(replace(measure(), **standing)) == ()


def test_a_forecast_that_was_stated_early_moves_although_the_plan_does_not() -> None:
    months = tuple(
        MonthFacts(date(2026, number, 1), plan=D(100) if number >= 4 else None, forecast=D(100))
        for number in range(2, 13)
    )
    facts = measure(line(months=months, forecast_stands_on=date(2026, 2, 27)))
    quarters = quarters_moved(facts, {START: date(2026, 2, 27)}, {START: MARCH_31})
    assert [(quarter.fiscal_year, quarter.quarter, quarter.amount) for quarter in quarters] == [
        (2026, 1, D("-100.00")),
        (2027, 1, D("100.00")),
    ]


def test_the_cents_that_phasing_spreads_change_no_run_rate() -> None:
    # 1,000 a year are 83.33 and 83.34 by turns: a month later, December has the other of the two.
    plan = phase(D(1000), date(2026, 4, 1), None, 0, date(2028, 12, 1))
    facts = measure(line(months=tuple(MonthFacts(month, plan=value) for month, value in plan.items())))
    quarters = quarters_moved(facts, {START: MARCH_31}, {START: date(2026, 4, 30)})
    assert in_year(quarters, 2026) == D("-83.33")
    # Nine months and eight of them have means that differ by a thousandth.
    assert [(quarter.fiscal_year, quarter.exit_run_rate) for quarter in quarters if quarter.exit_run_rate] == [
        (2026, D("0.01"))
    ]
