from decimal import Decimal

import pytest

from hierarchy.thresholds import Thresholds
from measures.formulas.lights import Light, StatusResult
from reporting.figures.statuses import Weight, implementation, potential

LIMITS = Thresholds()


def money(plan: int, fac: int, plan_rate: int, rate: int) -> StatusResult:
    return potential(
        plan_in_year=Decimal(plan),
        fac_in_year=Decimal(fac),
        plan_run_rate=Decimal(plan_rate),
        forecast_run_rate=Decimal(rate),
        thresholds=LIMITS,
        currency="EUR",
    )


@pytest.mark.parametrize(
    ("fac", "rate", "value"),
    [(950, 950, "g"), (949, 1000, "a"), (1000, 949, "a"), (800, 1000, "a"), (799, 1000, "r"), (1000, 799, "r")],
)
def test_the_lower_of_in_year_and_run_rate_decides(fac: int, rate: int, value: str) -> None:
    assert money(1000, fac, 1000, rate).value == value


def test_a_potential_says_both_ratios_in_words() -> None:
    assert money(1000, 920, 500, 300).reasons == (
        "Forecast run-rate EUR 300 is 40% below plan.",
        "Forecast at completion EUR 920 is 8% below plan.",
    )


def test_in_a_year_without_a_plan_the_run_rate_alone_rates() -> None:
    assert money(0, -1001, 100, 100).value == "g"
    assert money(0, 500, 100, 79) == StatusResult(Light.RED, ("Forecast run-rate EUR 79 is 21% below plan.",))


def test_without_any_plan_a_loss_may_be_as_large_as_the_tolerance() -> None:
    assert money(0, -1000, 0, -1000).value == "g"
    assert money(0, -1001, 0, 0).value == "r"
    assert money(0, 0, 0, -1001).value == "r"


def test_a_node_without_any_money_is_not_rated() -> None:
    assert money(0, 0, 0, 0) == StatusResult(Light.GREY, ("No money is rated yet.",))


def test_a_negative_plan_that_gets_worse_is_short() -> None:
    assert money(-1000, -1000, 0, 0).value == "g"
    assert money(-1000, -1100, 0, 0).value == "a"


def colours(**weights: int) -> dict[str, Weight]:
    return {colour: Weight(Decimal(weight), Decimal(weight), 1) for colour, weight in weights.items()}


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        ({"g": 75, "r": 25}, "r"),
        ({"g": 76, "r": 24}, "g"),
        ({"g": 75, "a": 5, "r": 20}, "a"),
        ({"g": 75, "a": 25}, "a"),
        ({"g": 76, "a": 24}, "g"),
    ],
)
def test_a_quarter_of_the_plan_value_decides_the_implementation(weights: dict[str, int], value: str) -> None:
    assert implementation(colours(**weights), [], LIMITS).value == value


def test_a_node_is_at_best_one_step_better_than_a_red_child_with_a_tenth_of_the_value() -> None:
    small, large = Weight(Decimal(9), Decimal(9), 1), Weight(Decimal(10), Decimal(10), 1)
    assert implementation(colours(g=91, r=9), [("Line 4", small)], LIMITS).value == "g"
    rating = implementation(colours(g=90, r=10), [("Line 4", large)], LIMITS)
    assert rating == StatusResult(
        Light.AMBER, ("10% of the plan value is red, 0% amber.", "Line 4 is red and holds 10% of the value.")
    )


def test_without_any_plan_value_the_measures_are_counted() -> None:
    plain = {"g": Weight(measures=2), "r": Weight(measures=2)}
    rating = implementation(plain, [], LIMITS)
    assert rating == StatusResult(Light.RED, ("50% of the measures are red, 0% amber; none has a plan value.",))


def test_a_node_without_rated_measures_is_not_rated() -> None:
    assert implementation({}, [], LIMITS) == StatusResult(Light.GREY, ("No measure below is rated yet.",))
