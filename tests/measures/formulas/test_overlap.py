"""Section 11: which lines may count the same money, and when more is planned than is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from measures.formulas.overlap import Claim, Excess, Ground, booked_of, excesses, overlaps

ENTITY, ACCOUNT = uuid4(), uuid4()
A, B, C = uuid4(), uuid4(), uuid4()
D = Decimal
NOTHING: frozenset[UUID] = frozenset()


def months(first: int, last: int) -> frozenset[date]:
    return frozenset(date(2026, number, 1) for number in range(first, last + 1))


def claim(measure: UUID = A, code: str = "M-1", **changes: Any) -> Claim:
    facts = Claim(
        measure=measure,
        code=code,
        line=uuid4(),
        name="Steel",
        entity=ENTITY,
        account=ACCOUNT,
        entity_name="Drives GmbH",
        account_name="400 Material",
        months=months(1, 12),
        years={2026: D(1200)},
    )
    return replace(facts, **changes)


MINE = claim()


def test_the_same_account_of_the_same_entity_in_the_same_months_is_a_candidate() -> None:
    other = claim(B, "M-2", name="Tender", months=months(12, 12))
    (found,) = overlaps([MINE, other], A)
    assert (found.mine, found.other, found.months) == (MINE, other, [date(2026, 12, 1)])
    assert found.sentence == ("M-1 and M-2 both book on account 400 Material of Drives GmbH from Dec 2026 on.")


def test_an_overlap_is_the_same_one_from_both_sides() -> None:
    other = claim(B, "M-2")
    (here,), (there,) = overlaps([MINE, other], A), overlaps([MINE, other], B)
    assert (here.key, here.sentence) == (there.key, there.sentence)
    assert (here.mine, there.mine) == (MINE, other)


@pytest.mark.parametrize(
    "changes",
    [
        {"entity": uuid4()},
        {"account": uuid4()},
        {"months": frozenset({date(2027, 1, 1)})},
        {"measure": A},
        {"supplier": "Beta AG"},
        {"cost_centre": "4712"},
        {"product": "Gear"},
    ],
)
def test_other_places_months_suppliers_cost_centres_or_products_are_no_candidates(changes: dict[str, Any]) -> None:
    mine = replace(MINE, supplier="Alpha AG", cost_centre="4711", product="Shaft")
    assert overlaps([mine, claim(**{"measure": B, "code": "M-2", **changes})], A) == []


def test_a_supplier_tells_two_lines_apart_only_where_both_name_one() -> None:
    mine = replace(MINE, supplier="Alpha AG")
    assert len(overlaps([mine, claim(B, "M-2"), claim(C, "M-3", supplier=" alpha  ag")], A)) == 2


def ground(measure: UUID, amount: str, period: str = "", source: str = "", **changes: Any) -> Ground:
    return Ground(measure, D(amount), period, source, **changes)


def excess(*claims: Claim, grounds: list[Ground], merged: frozenset[UUID] = NOTHING, measure: UUID = A) -> list[Excess]:
    return list(
        excesses(claims, measure, {named_ground.measure: named_ground for named_ground in grounds}, merged, "EUR")
    )


def test_plans_above_the_baselines_of_an_account_are_named_with_the_worst_year() -> None:
    mine = replace(MINE, years={2026: D(600), 2027: D(1200)})
    other = claim(B, "M-2", years={2026: D(500), 2027: D(1000)})
    (found,) = excess(mine, other, grounds=[ground(A, "1500", "FY 2025", "GL"), ground(B, "2000", "fy 2025", "GL ")])
    assert found.sentence == (
        "On account 400 Material of Drives GmbH M-1 and M-2 plan EUR 2,200 in 2027, "
        "above the EUR 2,000 of their baselines."
    )
    assert found.key == f"account:{ENTITY}:{ACCOUNT}"


def test_plans_as_large_as_the_baselines_are_possible() -> None:
    grounds = [ground(A, "1200", "FY 2025", "GL 400"), ground(B, "1200", "FY 2025", "GL 401")]
    assert excess(MINE, claim(B, "M-2"), grounds=grounds) == []


def test_a_measure_alone_on_its_account_is_held_by_its_own_baseline() -> None:
    assert excess(MINE, grounds=[ground(A, "1000")]) == []


def test_a_merged_line_counts_with_the_measure_that_carries_it() -> None:
    other = claim(B, "M-2")
    shared = [ground(A, "1500", "FY 2025", "GL"), ground(B, "1500", "FY 2025", "GL")]
    assert len(excess(MINE, other, grounds=shared)) == 1
    assert excess(MINE, other, grounds=shared, merged=frozenset({other.line})) == []


def test_a_draft_of_somebody_else_stands_in_nobodys_way() -> None:
    shared = [ground(A, "1500", "FY 2025", "GL"), ground(B, "1500", "FY 2025", "GL")]
    draft = claim(B, "M-2", doi=0)
    assert excess(MINE, draft, grounds=shared) == []
    assert len(excess(MINE, draft, grounds=shared, measure=B)) == 1


def test_measures_without_a_bounding_baseline_are_left_out() -> None:
    assert excess(MINE, claim(B, "M-2"), grounds=[ground(A, "1200")]) == []
    assert excess(MINE, claim(B, "M-2"), grounds=[ground(A, "1200"), ground(B, "0")]) == []


@pytest.mark.parametrize(
    ("grounds", "booked"),
    [
        ([ground(A, "100", "FY 2025", "GL"), ground(B, "-150", "FY 2025", "GL")], 150),
        ([ground(A, "100", "FY 2025", "GL"), ground(B, "150", "FY 2024", "GL")], 250),
        ([ground(A, "100", "FY 2025", ""), ground(B, "150", "FY 2025", "")], 250),
        ([ground(A, "100", "FY 2025", "GL"), ground(B, "80", "FY 2026", "Plan", follows=A)], 100),
        ([ground(B, "80", "FY 2026", "Plan", follows=A)], 80),
    ],
)
def test_one_baseline_is_counted_once(grounds: list[Ground], booked: int) -> None:
    assert booked_of(grounds) == booked
