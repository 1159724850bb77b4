"""Domain 7, implementation: slips in working days, caps, reasons. Today is Thursday 15 October 2026."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hierarchy.calendar.workdays import add_working_days
from hierarchy.thresholds import Thresholds
from measures.formulas.facts import MilestoneFacts
from measures.formulas.implementation import implementation_status, slip_days
from measures.formulas.lights import Light, StatusResult
from tests.measures.formulas.make import TODAY, measure, milestone, organization

AHEAD = date(2026, 11, 30)


def rated(*milestones: MilestoneFacts, **changes: Any) -> StatusResult:
    return implementation_status(measure(milestones=milestones, **changes))


def ahead(slip: int, **changes: Any) -> MilestoneFacts:
    return milestone("M5", AHEAD, add_working_days(AHEAD, slip), **changes)


def done(name: str, on: date, slip: int = 0) -> MilestoneFacts:
    return milestone(name, on, actual_on=add_working_days(on, slip))


def test_everything_due_is_done() -> None:
    past = [done(f"M{number}", date(2026, number, 2)) for number in range(1, 5)]
    result = rated(*past, milestone("M5", AHEAD))
    assert result == StatusResult(Light.GREEN, ("4 of 4 due milestones are done. M5 is due on 30 Nov 2026.",))


def test_nothing_is_due_yet() -> None:
    assert rated(milestone("M5", AHEAD)).reasons == ("No milestone is due yet. M5 is due on 30 Nov 2026.",)


@pytest.mark.parametrize(("slip", "light"), [(-8, "g"), (0, "g"), (5, "g"), (6, "a"), (20, "a"), (21, "r"), (200, "r")])
def test_the_slip_of_a_milestone_ahead(slip: int, light: str) -> None:
    assert slip_days(ahead(slip), TODAY) == slip
    assert rated(ahead(slip)).value == light


@pytest.mark.parametrize(("slip", "light"), [(5, "g"), (6, "a"), (20, "a"), (21, "r")])
def test_the_slip_of_a_milestone_that_was_done_late(slip: int, light: str) -> None:
    assert rated(done("M1", date(2026, 3, 2), slip)).value == light


def test_lateness_counts_until_a_later_milestone_is_done() -> None:
    late, recovered = done("M1", date(2026, 3, 2), 30), done("M2", date(2026, 6, 1))
    assert rated(late).value == Light.RED
    assert rated(late, milestone("M2", AHEAD)).value == Light.RED
    assert rated(late, recovered).value == Light.GREEN
    assert rated(recovered, late).value == Light.GREEN


def test_what_was_added_after_the_decision_makes_up_for_no_delay() -> None:
    late, small = done("M1", date(2026, 3, 2), 30), done("Cake", date(2026, 6, 1))
    assert rated(late, replace(small, is_planned=False)).value == Light.RED
    assert rated(replace(done("M1", date(2026, 3, 2), 30), is_planned=False)).value == Light.GREEN
    assert rated(replace(milestone("M2", AHEAD, add_working_days(AHEAD, 21)), is_planned=False)).value == Light.RED


def test_a_milestone_reached_out_of_order_is_no_recovery() -> None:
    late = milestone("M1", date(2026, 3, 2), actual_on=date(2026, 9, 1))
    assert rated(late, done("M2", date(2026, 6, 1))).value == Light.RED
    assert rated(done("M2", date(2026, 6, 1)), late).value == Light.RED


def test_a_late_milestone_says_how_late_and_when_it_comes() -> None:
    assert rated(ahead(12)).reasons[0] == "M5 comes 12 working days late, on 16 Dec 2026."


def test_an_overdue_milestone_slips_until_today() -> None:
    overdue = milestone("M4", date(2026, 10, 1))
    result = rated(overdue)
    assert slip_days(overdue, TODAY) == 10
    assert result.value == Light.AMBER
    assert result.reasons == (
        "M4 was due on 1 Oct 2026 and is 10 working days late.",
        "0 of 1 due milestones are done.",
    )


def test_a_milestone_due_today_is_not_overdue() -> None:
    assert rated(milestone("M4", TODAY, is_critical=True)).value == Light.GREEN


def test_a_critical_milestone_overdue_without_a_new_forecast_is_red_at_once() -> None:
    result = rated(milestone("M4", date(2026, 10, 14), is_critical=True))
    assert result.value == Light.RED
    assert result.reasons[0] == "M4 is critical, was due on 14 Oct 2026 and has no new forecast."


def test_a_critical_milestone_with_a_new_forecast_is_rated_by_its_slip() -> None:
    assert rated(milestone("M4", date(2026, 10, 14), date(2026, 10, 16), is_critical=True)).value == Light.GREEN


def test_the_worst_milestone_counts_and_comes_first() -> None:
    result = rated(ahead(7), milestone("M6", AHEAD, add_working_days(AHEAD, 25)), milestone("M7", AHEAD))
    assert result.value == Light.RED
    assert [reason[:2] for reason in result.reasons[:2]] == ["M6", "M5"]


@pytest.mark.parametrize("gate", [(2, "decide_by"), (3, "implement_by"), (4, "close_by")])
@pytest.mark.parametrize(("days", "light"), [(20, "g"), (21, "r")])
def test_a_gate_date_missed_by_more_than_twenty_days(gate: tuple[int, str], days: int, light: str) -> None:
    doi, planned = gate
    result = rated(milestone("M5", AHEAD), doi=doi, **{planned: add_working_days(TODAY, -days)})
    assert result.value == light


def test_a_missed_gate_is_named() -> None:
    reason = rated(milestone("M5", AHEAD), implement_by=date(2026, 9, 1)).reasons[0]
    assert reason == "DoI 4 was planned for 1 Sep 2026, 32 working days ago."


def test_a_gate_that_was_passed_is_not_missed() -> None:
    assert rated(milestone("M5", AHEAD), doi=3, decide_by=date(2026, 1, 1)).value == Light.GREEN


@pytest.mark.parametrize("doi", [0, 1])
def test_below_doi_2_dates_are_not_rated(doi: int) -> None:
    assert rated(ahead(100), doi=doi) == StatusResult(Light.GREY, ("Dates are rated from DoI 2.",))


def test_without_milestones_nothing_is_rated() -> None:
    assert rated() == StatusResult(Light.GREY, ("There are no milestones yet.",))


def test_cancelling_does_not_improve_the_dates() -> None:
    assert rated(milestone("M5", AHEAD), is_cancelled=True) == StatusResult(
        Light.RED, ("Cancelled: 1 milestone will not be reached.", "No milestone is due yet.")
    )
    assert rated(done("M1", date(2026, 3, 2), 30), is_cancelled=True).value == Light.RED


def test_an_organization_sets_its_own_days() -> None:
    strict = organization(thresholds=Thresholds(slip_green_days=0, slip_amber_days=1))
    assert [rated(ahead(slip), organization=strict).value for slip in (0, 1, 2)] == ["g", "a", "r"]


def test_at_most_three_late_milestones_are_told() -> None:
    late = [replace(ahead(10 + number), name=f"M{number}") for number in range(6)]
    assert [reason[:2] for reason in rated(*late).reasons] == ["M5", "M4", "M3", "No"]
