"""Domain 6.9: each doubt, and that a sound measure raises none."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from measures.formulas.facts import BaselineFacts, Group, LineFacts, MeasureFacts, RateMissing
from measures.formulas.plausibility import every_finding, findings, is_explainable
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


def test_a_critical_milestone_that_is_pushed_behind_the_effect_is_a_doubt() -> None:
    pushed = milestone("Tender", date(2026, 3, 2), is_critical=True, computed_on=date(2026, 5, 4))
    (finding,) = findings(replace(SOUND, milestones=(pushed,)))
    assert finding.sentence.endswith("before the critical milestone Tender on 4 May 2026.")


def test_an_effect_before_the_last_critical_milestone() -> None:
    critical = milestone("Tender", date(2026, 5, 1), is_critical=True)
    (finding,) = findings(replace(SOUND, milestones=(critical, milestone("Report", date(2027, 1, 1)))))
    assert finding.code == "effect_before_milestone"
    assert finding.sentence == "The effect starts in Apr 2026, before the critical milestone Tender on 1 May 2026."


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"has_account": False}, "no_account", "Steel recurs, but names no account."),
        (
            {"start_month": month(4), "end_month": month(3)},
            "ends_before_start",
            "Steel ends in Mar 2026, before it starts in Apr 2026.",
        ),
        (
            {"entity_currency": "USD"},
            "currency_without_reason",
            "Steel is in EUR, its legal entity books in USD; say why.",
        ),
        (
            {"entity_currency": "USD", "currency_reason": "  "},
            "currency_without_reason",
            "Steel is in EUR, its legal entity books in USD; say why.",
        ),
    ],
)
def test_doubts_about_a_line(changes: dict[str, Any], code: str, sentence: str) -> None:
    known = uuid4()
    (finding,) = findings(replace(SOUND, lines=(replace(phased(), id=known, **changes),)))
    assert (finding.code, finding.sentence) == (code, sentence)
    assert (finding.line, finding.key) == (known, f"{code}:{known}")


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


FLAT = ("100", "100", "100", "100")
RAMP = ("33.33", "66.67", "100", "100")
STEEP = ("20", "60", "100", "100")


def reported(amounts: tuple[str, ...], plan: tuple[str, ...] = FLAT) -> LineFacts:
    known = line({month(4 + index): D(amount) for index, amount in enumerate(plan)})
    return with_months(known, {month(4 + index): {"reported": D(amount)} for index, amount in enumerate(amounts)})


@pytest.mark.parametrize(
    ("amounts", "plan", "suspected"),
    [
        (("100", "200", "301"), FLAT, True),
        (("-100", "-200", "-301"), FLAT, True),
        (("100", "200", "300"), FLAT, False),
        (("100", "400", "390"), FLAT, False),
        (("100", "301"), FLAT, False),
        (("100", "100", "400"), FLAT, False),
        # A ramp that arrives as planned, or somewhat faster.
        (("20", "60", "100"), STEEP, False),
        (("20", "60", "150"), STEEP, False),
        (("20", "60", "151"), STEEP, True),
        # Sums of a ramp: 33.33, then 66.67 more, then 100 more.
        (("33.33", "100", "200"), RAMP, True),
        # Nothing to compare with.
        (("100", "200", "301"), ("0", "0", "100"), True),
    ],
)
def test_actuals_that_look_like_running_sums(amounts: tuple[str, ...], plan: tuple[str, ...], suspected: bool) -> None:
    assert (codes(replace(SOUND, lines=(reported(amounts, plan),))) == ["cumulative_actuals"]) is suspected


def test_running_sums_are_named() -> None:
    (finding,) = findings(replace(SOUND, lines=(reported(("100", "200", "301")),)))
    assert finding.sentence == "The actuals of Steel only grow, faster than its plan: are they sums since the start?"


@pytest.mark.parametrize(
    ("code", "explainable"),
    [
        ("above_baseline", False),
        ("ends_before_start", False),
        ("rate_missing", False),
        ("effect_before_milestone", True),
        ("fte_without_cost", True),
        ("no_account", True),
        ("currency_without_reason", True),
        ("cumulative_actuals", True),
    ],
)
def test_contradictions_are_corrected_and_doubts_may_be_explained(code: str, explainable: bool) -> None:
    assert is_explainable(code) is explainable


def test_a_missing_rate_is_a_doubt_beside_the_others() -> None:
    foreign = replace(SOUND, baseline=BaselineFacts(D(1000), "USD"), lines=(replace(phased(), has_account=False),))
    assert [(finding.code, finding.sentence) for finding in every_finding(foreign)] == [
        ("rate_missing", "There is no plan rate USD to EUR for fiscal year 2026 (Jan 2026 to Dec 2026)."),
        ("no_account", "Steel recurs, but names no account."),
    ]


def test_doubts_block_gates_2_and_3_and_no_other() -> None:
    (finding,) = findings(replace(SOUND, baseline=BaselineFacts(D(1000), "EUR")))
    assert [gate for gate in range(6) if finding.blocks(gate)] == [2, 3]
