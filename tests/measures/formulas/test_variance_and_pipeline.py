"""Domain 6.5 to 6.7 and 6.11 with their examples."""

from decimal import Decimal

import pytest

from hierarchy.thresholds import Thresholds
from measures.formulas.pipeline import Cover, Entry, Pipeline, cover, not_allocated, pipeline
from measures.formulas.totals import fac_in_year, plan_in_year
from measures.formulas.variance import PriceVolumeFx, VarianceSplit, price_volume_fx, variance_split
from tests.measures.formulas.make import D, every_month, measure, month, phased, with_months

EXAMPLE = [Entry(doi, Decimal(annual)) for doi, annual in enumerate((5, 10, 8, 12, 6, 4))]


def test_the_example_of_the_pipeline() -> None:
    assert pipeline(EXAMPLE, Thresholds()) == Pipeline(gross=D(45), weighted=D("22.0"), hard=D(22))


def test_on_hold_weighs_nothing_and_is_not_hard() -> None:
    held = Entry(4, D(100), is_on_hold=True)
    assert pipeline([*EXAMPLE, held], Thresholds()) == Pipeline(D(45), D("22.0"), D(22), on_hold=D(100))


def test_cancelled_is_in_no_pipeline() -> None:
    given_up = Entry(4, D(100), is_cancelled=True)
    assert pipeline([*EXAMPLE, given_up], Thresholds()) == pipeline(EXAMPLE, Thresholds())


def test_an_organization_sets_its_own_weights() -> None:
    assert pipeline([Entry(2, D(8))], Thresholds(weight_2=D("0.5"))).weighted == D(4)


def test_cover_and_gap_of_a_target() -> None:
    found = pipeline(EXAMPLE, Thresholds())
    assert cover(found, D(44)) == Cover(hard_share=D("0.5"), weighted_share=D("0.5"), not_decided=D(22))
    assert cover(found, D(20)).not_decided == D(-2)
    assert cover(found, D(0)) == Cover(None, None, D(-22))


def test_what_children_do_not_carry_of_a_target_stays_visible() -> None:
    assert not_allocated(D(100), [D(60), D(30)]) == D(10)
    assert not_allocated(D(100), [D(60), D(50)]) == D(-10)


def test_the_example_of_the_variance_split() -> None:
    facts = measure(phased())
    late = with_months(phased(start=month(6)), {month(4): {"forecast": D(0)}, month(5): {"forecast": D(0)}})
    forecast = fac_in_year(measure(every_month(late, "forecast", "0.9", month(6), month(12)))).total
    plan, moved_plan = plan_in_year(facts), plan_in_year(facts, slip_months=2)
    split = variance_split(plan, moved_plan, forecast)
    assert split == VarianceSplit(timing=D(200), magnitude=D(60))
    assert split.total == D(260)


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [
        ({"is_cancelled": True}, VarianceSplit(timing=D(200), cancelled=D(600))),
        ({"is_on_hold": True}, VarianceSplit(timing=D(200), on_hold=D(600))),
    ],
)
def test_of_a_stopped_measure_the_rest_goes_to_that_cause(stopped: dict[str, bool], expected: VarianceSplit) -> None:
    facts = measure(phased(), **stopped)
    split = variance_split(plan_in_year(facts), plan_in_year(facts, slip_months=2), fac_in_year(facts).total, **stopped)
    assert split == expected
    assert split.total == D(800)


def test_the_example_of_price_volume_and_currency() -> None:
    split = price_volume_fx((D(10), D(1000), D("1.0")), (D(9), D(900), D("1.1")))
    assert split == PriceVolumeFx(price=D(900), volume=D(1000), fx=D(-810))
    assert split.total == D(1090)
