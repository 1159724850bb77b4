"""Domain 6.9: each doubt, and that a sound measure raises none."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from measures.formulas.facts import BaselineFacts, Group, LineFacts, MeasureFacts, RateMissing
from measures.formulas.plausibility import findings
from tests.measures.formulas.make import D, line, measure, milestone, month, organization, phased, with_months

SOUND = measure(
    phased(),
    baseline=BaselineFacts(D(5000), "EUR"),
    milestones=(milestone("Tender", date(2026, 4, 30), is_critical=True),),
)


def codes(facts: MeasureFacts) -> list[str]:
    return [finding.code for finding in findings(facts)]


def test_a_sound_measure_raises_no_doubt() -> None:
    assert findings(SOUND) == []


def test_an_effect_above_the_baseline() -> None:
    (finding,) = findings(replace(SOUND, baseline=BaselineFacts(D(1000), "EUR")))
    assert finding.code == "above_baseline"
    assert finding.sentence == "The annual effect of EUR 1,200 is above the baseline of EUR 1,000."


def test_an_effect_as_large_as_the_baseline_is_possible() -> None:
    assert findings(replace(SOUND, baseline=BaselineFacts(D(-1200), "EUR"))) == []


def test_a_baseline_of_zero_bounds_nothing() -> None:
    assert findings(replace(SOUND, baseline=BaselineFacts(D(0), "EUR"))) == []


def test_a_baseline_in_another_currency_is_converted() -> None:
    rated = organization(rates={("USD", 2026): D("0.9")})
    facts = replace(SOUND, organization=rated, baseline=BaselineFacts(D(1300), "USD"))
    assert codes(facts) == ["above_baseline"]
    with pytest.raises(RateMissing):
        findings(replace(facts, organization=organization()))


def test_an_effect_before_the_last_critical_milestone() -> None:
    critical = milestone("Tender", date(2026, 5, 1), is_critical=True)
    (finding,) = findings(replace(SOUND, milestones=(critical, milestone("Report", date(2027, 1, 1)))))
    assert finding.code == "effect_before_milestone"
    assert finding.sentence == "The effect starts in Apr 2026, before the critical milestone Tender on 1 May 2026."


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"has_account": False}, "no_account"),
        ({"start_month": month(4), "end_month": month(3)}, "ends_before_start"),
        ({"entity_currency": "USD"}, "currency_without_reason"),
        ({"entity_currency": "USD", "currency_reason": "  "}, "currency_without_reason"),
    ],
)
def test_doubts_about_a_line(changes: dict[str, Any], code: str) -> None:
    assert codes(replace(SOUND, lines=(replace(phased(), **changes),))) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"has_account": False, "is_recurring": False},
        {"has_account": False, "is_money": False, "group": Group.OTHER},
        {"entity_currency": "USD", "currency_reason": "The supplier invoices in EUR."},
        {"entity_currency": "EUR"},
        {"start_month": month(4), "end_month": month(4)},
    ],
)
def test_lines_that_are_in_order(changes: dict[str, Any]) -> None:
    assert codes(replace(SOUND, lines=(replace(phased(), **changes),))) == []


HEADCOUNT = line({month(4): D(-3)}, name="Three posts", group=Group.OTHER, is_fte=True, is_money=False)


def test_headcount_that_costs_nothing_once() -> None:
    (finding,) = findings(replace(SOUND, lines=(HEADCOUNT,)))
    assert finding.code == "fte_without_cost"
    assert finding.sentence == "Three posts changes headcount, but no one-time cost is planned."


def test_headcount_with_one_time_cost() -> None:
    cost = line({month(4): D(-90)}, group=Group.COST, is_recurring=False)
    assert findings(replace(SOUND, lines=(HEADCOUNT, cost))) == []


def reported(*amounts: str) -> LineFacts:
    months = {month(4 + index): {"reported": D(amount)} for index, amount in enumerate(amounts)}
    return with_months(phased(), months)


@pytest.mark.parametrize(
    ("amounts", "suspected"),
    [
        (("100", "200", "301"), True),
        (("-100", "-200", "-301"), True),
        (("100", "200", "300"), False),
        (("100", "400", "390"), False),
        (("100", "301"), False),
        (("100", "100", "400"), False),
    ],
)
def test_actuals_that_look_like_running_sums(amounts: tuple[str, ...], suspected: bool) -> None:
    assert (codes(replace(SOUND, lines=(reported(*amounts),))) == ["cumulative_actuals"]) is suspected


def test_doubts_block_gates_2_and_3_and_no_other() -> None:
    (finding,) = findings(replace(SOUND, baseline=BaselineFacts(D(1000), "EUR")))
    assert [gate for gate in range(6) if finding.blocks(gate)] == [2, 3]
