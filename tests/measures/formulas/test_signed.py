"""Domain 4: from DoI 5 on the forecast is the signed run-rate, in the plan's shape."""

from datetime import date
from decimal import Decimal
from typing import Any

from measures.formulas.facts import LineFacts, MeasureFacts
from measures.formulas.money import Expected, Source, expected_months
from measures.formulas.totals import month_sums, totals_of
from tests.measures.formulas.make import APRIL, every_month, line, measure, month, phased

D = Decimal
JUNE, SEPTEMBER, DECEMBER = month(6), month(9), month(12)


def closed(signed: str = "880", **changes: Any) -> tuple[MeasureFacts, LineFacts]:
    """Planned at 950, booked at 900 from June to September, forecast at 950, signed at 880."""
    planned = phased("950", month(1), 0, closed_run_rate=D(signed), **changes)
    booked = every_month(planned, "validated", "0.95", JUNE, SEPTEMBER)
    stated = every_month(booked, "forecast", "1", month(1), month(12, 2029))
    return measure(stated, doi=5, closed_on=date(2026, 10, 9)), stated


def test_the_signed_run_rate_is_the_forecast_run_rate_the_exit_and_each_open_month() -> None:
    facts, known = closed()
    totals = totals_of(facts)
    assert (totals.plan_run_rate, totals.forecast_run_rate, totals.exit_run_rate) == (D(950), D(880), D(880))
    # Months before June nobody booked: they too are expected at what was signed.
    assert totals.forecast_in_year == D("586.67")
    assert totals.carry_over == D("-7.50")
    months = expected_months(facts, known)
    assert months[DECEMBER] == Expected(D(880) / 12, Source.FORECAST)
    assert months[SEPTEMBER].source is Source.VALIDATED
    assert [sums.forecast for sums in month_sums(facts, DECEMBER, DECEMBER)] == [D("73.33")]


def test_without_the_signature_the_owner_s_forecast_counts() -> None:
    facts, _ = closed()
    assert totals_of(facts.as_its_owner_forecast()).forecast_run_rate == D(950)


def test_the_shape_of_the_plan_is_kept() -> None:
    facts, _ = closed()
    seasonal = line({month(10): D(40), month(11): D(20), DECEMBER: D(10)}, closed_run_rate=D(60))
    months = expected_months(facts, seasonal)
    assert [months[month(number)].amount for number in (10, 11, 12)] == [D(20), D(10), D(5)]


def test_a_line_that_was_not_planned_brings_a_twelfth_each_month_from_the_closing_to_its_end() -> None:
    facts, _ = closed()
    months = expected_months(facts, line(closed_run_rate=D(120), end_month=month(2, 2027)))
    assert {when: value.amount for when, value in months.items()} == {
        month(10): D(10), month(11): D(10), DECEMBER: D(10), month(1, 2027): D(10), month(2, 2027): D(10)
    }  # fmt: skip


def test_one_offs_stay_as_they_are_forecast() -> None:
    facts, _ = closed()
    one_off = every_month(line({APRIL: D(50)}, is_recurring=False), "forecast", "0.8", APRIL, APRIL)
    assert expected_months(facts, one_off)[APRIL] == Expected(D("40.0"), Source.FORECAST)
