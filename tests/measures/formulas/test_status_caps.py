"""Domain 7: holidays in slips, what waits for an answer, who pushes, and the trend of the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hierarchy.calendar.workdays import WorkCalendar
from measures.formulas.facts import MeasureFacts
from measures.formulas.implementation import implementation_status
from measures.formulas.lights import Light, Trend
from measures.formulas.outcome import outcome_of
from measures.formulas.standing import share_of, share_trend
from measures.formulas.totals import Totals
from tests.measures.formulas.make import D, every_month, measure, milestone, month, organization, phased

# 8 December 2026, a Tuesday, is a day off.
HOLIDAY = WorkCalendar.without({date(2026, 12, 8)})


@pytest.mark.parametrize(
    ("forecast", "without", "with_holiday"),
    [
        (date(2026, 12, 7), "g", "g"),  # 5 working days
        (date(2026, 12, 8), "a", "g"),  # 6, or still 5
        (date(2026, 12, 9), "a", "a"),  # 7, or 6
        (date(2026, 12, 28), "a", "a"),  # 20, or 19
        (date(2026, 12, 29), "r", "a"),  # 21, or 20
        (date(2026, 12, 30), "r", "r"),  # 22, or 21
    ],
)
def test_a_holiday_is_no_working_day_of_a_slip(forecast: date, without: str, with_holiday: str) -> None:
    late = milestone("M5", date(2026, 11, 30), forecast)
    plain = measure(milestones=(late,))
    off = measure(milestones=(late,), organization=organization(calendar=HOLIDAY))
    assert (implementation_status(plain).value, implementation_status(off).value) == (without, with_holiday)


def test_a_gate_date_is_missed_in_working_days_of_the_organization() -> None:
    days_off = WorkCalendar.without({date(2026, 10, 1)})
    missed = measure(milestones=(milestone("M5", date(2026, 11, 30)),), implement_by=date(2026, 9, 16))
    assert implementation_status(missed).reasons[0] == "DoI 4 was planned for 16 Sep 2026, 21 working days ago."
    off = replace(missed, organization=organization(calendar=days_off))
    assert implementation_status(off).value == Light.GREEN


def test_the_predecessor_that_pushes_is_named() -> None:
    pushed = milestone("M5", date(2026, 11, 30), computed_on=date(2026, 12, 16), pushed_by="OPS-021")
    late, due = implementation_status(measure(milestones=(pushed,))).reasons
    assert late == "M5 comes 12 working days late, on 16 Dec 2026, because OPS-021 comes late."
    assert due == "No milestone is due yet. M5 is due on 16 Dec 2026."


def as_planned(**changes: object) -> MeasureFacts:
    known = every_month(phased("120000", month(1), 1), "forecast", "1", month(1), date(2029, 12, 1))
    return measure(known, **changes)


@pytest.mark.parametrize(
    ("slips", "reason"),
    [
        (("OPS-021",), "The slip of OPS-021 moves this measure and is not answered."),
        (("B", "A", "B"), "The slips of A and B move this measure and are not answered."),
    ],
)
def test_a_slip_that_nobody_answered_holds_the_money_at_amber(slips: tuple[str, ...], reason: str) -> None:
    assert outcome_of(as_planned()).potential.value == Light.GREEN
    held = outcome_of(as_planned(unanswered_ripples=slips)).potential
    assert (held.value, held.reasons[-1]) == (Light.AMBER, reason)


def test_an_unanswered_slip_never_lifts_a_red_and_says_nothing_of_a_cancelled_measure() -> None:
    short = every_month(phased("120000", month(1), 1), "forecast", "0.5", month(1), date(2029, 12, 1))
    assert outcome_of(measure(short, unanswered_ripples=("A",))).potential.value == Light.RED
    given_up = outcome_of(as_planned(unanswered_ripples=("A",), is_cancelled=True)).potential
    assert not [reason for reason in given_up.reasons if "slip" in reason]


def test_cancelling_never_improves_a_status() -> None:
    facts = as_planned(milestones=(milestone("M5", date(2026, 11, 30)),))
    before, after = outcome_of(facts), outcome_of(replace(facts, is_cancelled=True))
    assert (before.potential.value, after.potential.value) == (Light.GREEN, Light.RED)
    assert (before.implementation.value, after.implementation.value) == (Light.GREEN, Light.RED)
    assert after.implementation.reasons[0] == "Cancelled: 1 milestone will not be reached."
    assert after.potential.reasons[0] == "Cancelled: the plan stays, its forecast is 0."
    assert after.totals.plan_in_year == before.totals.plan_in_year


def test_the_share_that_arrives_is_the_lower_of_year_and_run_rate() -> None:
    assert share_of(Totals(plan_in_year=D(100), fac_in_year=D(97), plan_run_rate=D(100), forecast_run_rate=D(90))) == (
        D("0.9")
    )
    assert share_of(Totals(plan_in_year=D(100), fac_in_year=D(97))) == D("0.97")
    assert share_of(Totals()) is None


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("0.90", "0.91", Trend.UP), ("0.90", "0.9099", Trend.STEADY), ("0.90", "0.89", Trend.DOWN),
        ("0.90", "0.8901", Trend.STEADY), ("0.90", None, Trend.STEADY), (None, "0.90", Trend.STEADY),
    ],
)  # fmt: skip
def test_a_share_moves_from_a_point_on(before: str | None, now: str | None, expected: Trend) -> None:
    assert share_trend(*(None if share is None else Decimal(share) for share in (before, now))) == expected
