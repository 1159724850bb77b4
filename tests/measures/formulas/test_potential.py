"""Domain 7, potential, cost, trend and the green trap."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hierarchy.thresholds import Thresholds
from measures.constants import Status
from measures.formulas.facts import Group, MeasureFacts
from measures.formulas.lights import Light, StatusResult, Trend, is_attribution_doubtful, is_green_trap, trend
from measures.formulas.outcome import outcome_of
from measures.formulas.potential import potential_of_sums
from tests.measures.formulas.make import (
    LAST,
    TODAY,
    D,
    every_month,
    line,
    measure,
    month,
    organization,
    phased,
    with_months,
)

YEAR = {month(number): D("400000") for number in range(1, 13)}
ZERO = D(0)


def sums(plan: str, fac: str, plan_run_rate: str = "0", run_rate: str = "0", **thresholds: Any) -> StatusResult:
    return potential_of_sums(
        plan_in_year=D(plan),
        fac_in_year=D(fac),
        plan_run_rate=D(plan_run_rate),
        forecast_run_rate=D(run_rate),
        thresholds=Thresholds(**thresholds),
        currency="EUR",
    )


def potential(facts: MeasureFacts) -> StatusResult:
    return outcome_of(facts).potential


def cost(facts: MeasureFacts) -> StatusResult:
    return outcome_of(facts).cost


@pytest.mark.parametrize(
    ("fac", "light"),
    [("9500", "g"), ("9499.99", "a"), ("8000", "a"), ("7999.99", "r"), ("12000", "g"), ("-1", "r")],
)
def test_the_share_of_the_plan_that_arrives(fac: str, light: str) -> None:
    assert sums("10000", fac).value == light


def test_the_lower_of_year_and_run_rate_counts() -> None:
    assert sums("10000", "10000", "12000", "10000").value == Light.AMBER
    assert sums("10000", "7000", "12000", "12000").value == Light.RED


def test_a_larger_loss_than_planned_is_not_an_overachievement() -> None:
    assert sums("-10000", "-10000").value == Light.GREEN
    assert sums("-10000", "-12000").value == Light.AMBER
    assert sums("-10000", "-12001").value == Light.RED
    assert sums("-10000", "-5000").value == Light.GREEN


def test_a_plan_of_zero_has_an_absolute_tolerance() -> None:
    assert sums("0", "-1000").value == Light.GREEN
    assert sums("0", "-1000.01").value == Light.RED
    assert sums("0", "-1000.01", potential_zero_tolerance=D(2000)).value == Light.GREEN


def test_in_a_year_without_a_plan_the_run_rate_alone_rates() -> None:
    assert sums("0", "-5000", "12000", "12000") == StatusResult(Light.GREEN, ("Forecast run-rate 12 kEUR is at plan.",))
    assert sums("0", "0", "12000", "9000").value == Light.RED


@pytest.mark.parametrize("doi", [0, 1])
def test_below_doi_2_no_money_is_rated(doi: int) -> None:
    assert potential(measure(phased(), doi=doi)) == StatusResult(Light.GREY, ("Money is rated from DoI 2.",))
    assert potential(measure(phased(start=month(1, 2027)), doi=2)).value == Light.GREEN


def test_the_reasons_in_the_words_of_the_prototype() -> None:
    assert sums("4800000", "3936000").reasons == ("Forecast at completion 3,936 kEUR is 18% below plan.",)
    assert sums("4800000", "4800000").reasons == ("Forecast at completion 4,800 kEUR is at plan.",)
    assert sums("4800000", "4900000").reasons == ("Forecast at completion 4,900 kEUR is 2% above plan.",)
    assert sums("4800000", "4799000").reasons == ("Forecast at completion 4,799 kEUR is less than 1% below plan.",)
    assert sums("8000", "4000").reasons == ("Forecast at completion EUR 4,000 is 50% below plan.",)
    assert sums("80000", "-4000").reasons == ("Forecast at completion EUR −4,000 is 105% below plan.",)


def test_the_deciding_reason_comes_first() -> None:
    assert sums("10000", "9000", "12000", "6000").reasons == (
        "Forecast run-rate EUR 6,000 is 50% below plan.",
        "Forecast at completion EUR 9,000 is 10% below plan.",
    )


def test_an_actual_to_date_below_plan_is_told() -> None:
    known = every_month(line(YEAR), "forecast", "0.82", month(1), month(12))
    known = every_month(known, "reported", "0.75", month(1), month(9))
    assert potential(measure(known)).reasons[-1] == "Actual to date 2,700 kEUR is 900 below plan."


def test_a_locked_month_without_a_validated_actual_caps_at_amber() -> None:
    locked = organization(locked=frozenset({month(8)}))
    result = potential(measure(line(YEAR), organization=locked))
    assert result.value == Light.AMBER
    assert "Aug 2026 is locked without a validated actual." in result.reasons


def test_reported_is_not_validated() -> None:
    known = every_month(line(YEAR), "reported", "1", month(7), month(8))
    locked = organization(locked=frozenset({month(7), month(8)}))
    result = potential(measure(known, organization=locked))
    assert result.value == Light.AMBER
    assert result.reasons[-1] == "2 locked months have no validated actual, the first is Jul 2026."


def test_validated_months_and_months_without_an_effect_are_no_reason() -> None:
    amounts = {when: amount for when, amount in YEAR.items() if when >= month(8)}
    known = every_month(line({month(7): ZERO, **amounts}), "validated", "1", month(8), month(8))
    locked = organization(locked=frozenset({month(6), month(7), month(8)}))
    result = potential(measure(known, organization=locked))
    assert result == StatusResult(
        Light.GREEN,
        ("Forecast at completion 2,000 kEUR is at plan.", "Actual to date 400 kEUR is 400 below plan."),
    )


@pytest.mark.parametrize(("age", "light"), [(62, "g"), (63, "a")])
def test_a_forecast_older_than_two_cadences_caps_at_amber(age: int, light: str) -> None:
    assert potential(measure(phased(), confirmed_on=TODAY - timedelta(days=age))).value == light


def test_a_stale_forecast_says_since_when() -> None:
    stale = measure(phased(), confirmed_on=date(2026, 8, 3))
    assert potential(stale).reasons[-1] == "The forecast was last confirmed on 3 Aug 2026, 73 days ago."
    never = measure(phased(), confirmed_on=None)
    assert (potential(never).value, potential(never).reasons[-1]) == (Light.AMBER, "The forecast was never confirmed.")


def test_a_cap_never_lifts_a_red() -> None:
    short = every_month(phased("1200000"), "forecast", "0.5", month(4), LAST)
    assert potential(measure(short, confirmed_on=None)).value == Light.RED


@pytest.mark.parametrize("changes", [{"doi": 2}, {"doi": 5}, {"is_on_hold": True}, {"is_cancelled": True}])
def test_a_forecast_that_nobody_has_to_confirm_is_not_stale(changes: dict[str, Any]) -> None:
    assert "never confirmed" not in " ".join(potential(measure(phased(), confirmed_on=None, **changes)).reasons)


def test_on_hold_and_cancelled_say_so() -> None:
    held, given_up = measure(phased("1200000"), is_on_hold=True), measure(phased("1200000"), is_cancelled=True)
    assert (potential(held).value, potential(held).reasons[0]) == (
        Light.RED,
        "On hold: its value has left the forecast.",
    )
    assert (potential(given_up).value, potential(given_up).reasons[0]) == (
        Light.RED,
        "Cancelled: the plan stays, its forecast is 0.",
    )


def test_soft_effects_alone_are_not_rated() -> None:
    soft = replace(phased(), group=Group.SOFT)
    assert potential(measure(soft)) == StatusResult(Light.GREY, ("No hard EBITDA effect is planned.",))


def test_a_missing_rate_is_said_and_rated_grey() -> None:
    outcome = outcome_of(measure(phased(currency="USD")))
    assert outcome.potential == StatusResult(Light.GREY, ("USD has no plan rate for 2026: these amounts stay out.",))
    assert outcome.totals.plan_in_year == outcome.totals.plan_run_rate == ZERO


def test_a_line_without_a_rate_takes_out_only_its_own_amounts_and_both_money_statuses_say_so() -> None:
    pounds = replace(phased(currency="GBP"), name="In pounds")
    alone, both = outcome_of(measure(phased())), outcome_of(measure(phased(), pounds))
    assert both.totals == alone.totals
    assert both.totals.plan_in_year > 0
    assert (both.missing_rates, alone.missing_rates) == (("GBP 2026", "GBP 2027", "GBP 2028", "GBP 2029"), ())
    assert both.potential.value == alone.potential.value
    assert both.potential.reasons == (
        *alone.potential.reasons,
        "GBP has no plan rate for 2026: these amounts stay out.",
    )
    assert both.cost == alone.cost
    assert both.years == alone.years
    assert both.series == alone.series


def spending(plan: str, spent: str = "0", **columns: str) -> MeasureFacts:
    known = line({month(3): D(plan)}, group=Group.COST, is_recurring=False)
    values = {"validated": D(spent)} if spent != "0" else {name: D(amount) for name, amount in columns.items()}
    return measure(with_months(known, {month(3): values}))


@pytest.mark.parametrize(
    ("expected", "light"), [("-190000", "g"), ("-200000", "g"), ("-200001", "a"), ("-220000", "a"), ("-220001", "r")]
)
def test_cost_against_what_was_approved(expected: str, light: str) -> None:
    assert cost(spending("-200000", forecast=expected)).value == light


def test_the_reasons_of_cost() -> None:
    assert cost(spending("-200000", spent="-180000")).reasons == ("180 of 200 kEUR approved one-time cost is spent.",)
    assert cost(spending("-200000", forecast="-220000")).reasons == (
        "One-time cost of 220 kEUR is 10% above the approved 200 kEUR.",
    )


def test_cost_that_nobody_approved() -> None:
    assert cost(spending("0", forecast="-1000")).value == Light.GREEN
    assert cost(spending("0", forecast="-15000")) == StatusResult(
        Light.RED, ("One-time cost of 15 kEUR is expected, 0 is approved.",)
    )


def test_without_a_cost_line_cost_is_not_rated() -> None:
    assert cost(measure(phased())) == StatusResult(Light.GREY, ("No one-time cost is planned.",))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("r", "a", Trend.UP), ("g", "r", Trend.DOWN), ("a", "a", Trend.STEADY), ("n", "r", Trend.STEADY),
        ("g", "n", Trend.STEADY), ("", "g", Trend.STEADY),
    ],
)  # fmt: skip
def test_the_trend_of_a_status(before: str, now: str, expected: Trend) -> None:
    assert trend(before, now) == expected


def test_the_green_trap_and_its_reverse() -> None:
    pairs = [(letter, other) for letter in "garn" for other in "garn"]
    assert [pair for pair in pairs if is_green_trap(*pair)] == [("g", "a"), ("g", "r")]
    assert [pair for pair in pairs if is_attribution_doubtful(*pair)] == [("r", "g")]


def test_lights_are_the_stored_statuses() -> None:
    assert {light.value: light.name for light in Light} == {status.value: status.name for status in Status}
