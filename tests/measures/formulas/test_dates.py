"""When a milestone is expected, and which one a line's money comes with (domain 7 and 8)."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from measures.formulas.dates import expected_date, milestone_followed, own_date, planned_date, pushed_to
from measures.formulas.facts import MilestoneFacts

TODAY = date(2026, 10, 15)
PAST, SOON, LATER = date(2026, 9, 1), date(2026, 11, 2), date(2026, 12, 1)


def milestone(
    forecast_on: date = SOON,
    computed_on: date | None = None,
    actual_on: date | None = None,
    *,
    pk: UUID | None = None,
    is_start: bool = False,
) -> MilestoneFacts:
    return MilestoneFacts("M", SOON, forecast_on, actual_on, False, is_start, computed_on, pk)


@pytest.mark.parametrize(
    ("dated", "own", "planned", "expected", "pushed"),
    [
        (milestone(), SOON, SOON, SOON, None),
        (milestone(computed_on=LATER), SOON, LATER, LATER, LATER),
        (milestone(LATER, computed_on=SOON), LATER, LATER, LATER, None),
        (milestone(PAST), TODAY, PAST, TODAY, None),
        (milestone(date(2026, 8, 3), computed_on=PAST), TODAY, PAST, TODAY, PAST),
        (milestone(LATER, LATER, PAST), PAST, PAST, PAST, None),
    ],
    ids=["owner's word", "pushed", "takes the push up", "overdue", "pushed and overdue", "done"],
)
def test_a_milestone_is_expected_when_it_was_done_else_by_the_latest_of_owner_predecessors_and_today(
    dated: MilestoneFacts, own: date, planned: date, expected: date, pushed: date | None
) -> None:
    assert (own_date(dated, TODAY), planned_date(dated), expected_date(dated, TODAY)) == (own, planned, expected)
    assert pushed_to(dated) == pushed


def test_a_line_follows_the_milestone_that_it_names_else_the_start_of_the_effect_and_unnamed_costs_none() -> None:
    other, start = milestone(pk=uuid4()), milestone(pk=uuid4(), is_start=True)
    both = [other, start]
    assert milestone_followed(other.id, both, is_cost=False) is other
    assert milestone_followed(other.id, both, is_cost=True) is other
    assert milestone_followed(None, both, is_cost=False) is start
    assert milestone_followed(None, both, is_cost=True) is None
    assert milestone_followed(None, [other], is_cost=False) is None
    assert milestone_followed(uuid4(), both, is_cost=False) is None
