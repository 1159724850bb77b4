"""The grid of months answers with numbers: a file can hold what it says, in whatever language the page is read."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from cat4 import clock
from cat4.web import formats
from measures.constants import EffectKind
from measures.models import Measure
from measures.money.forms.grid import read_grid
from measures.money.pages.grid import line_cards
from measures.money.selectors.grid import ActualState, LineGrid, Rights, RowKey, grids
from tests.measures.steps import NOV, OCT, SEP, D, line_for, month_of
from tests.world import World, lock_months

JAN, DEC = date(2026, 1, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """October is over and takes actuals."""
    with clock.at(date(2026, 11, 2)):
        yield


@pytest.fixture
def measure(world: World) -> Measure:
    """A decided measure with one line: a locked month, one that waits for validation, and one to come."""
    with world.inside():
        measure = world.measure(doi=3)
        line = line_for(world, measure)
        owner, controller = world.people["owner"], world.people["controller"]
        signed = {"reported_by": owner, "validated_by": controller, "validated_at": timezone.now()}
        month_of(line, SEP, plan=D(100), forecast=D(100), reported=D("1234.5"), validated=D("1234.5"), **signed)
        month_of(line, OCT, plan=D(100), forecast=D(80), reported=D("-20.25"), reported_by=owner)
        month_of(line, NOV, plan=D(100), forecast=D("95.10"))
        lock_months(SEP)
        return measure


def grid_of(world: World, measure: Measure, persona: str = "owner") -> LineGrid:
    is_owner = persona == "owner"
    rights = Rights(
        frozenset({world.people[persona].pk}), may_report=is_owner, may_forecast=is_owner, may_validate=not is_owner
    )
    (grid,) = grids(measure, 2026, rights)
    return grid


def table_of(grid: LineGrid) -> dict[str, list[Decimal | None]]:
    """What an export would write: a row per series with its months and the year."""
    rows = (*grid.rows, grid.expected, grid.against_plan)
    return {row.key.value: [*(cell.amount for cell in row.cells), row.total] for row in rows}


def test_the_grid_holds_the_exact_amounts_of_every_month_and_of_the_year(world: World, measure: Measure) -> None:
    with world.inside(), formats.display("de"):
        grid = grid_of(world, measure)
        assert (grid.months[0], grid.months[-1], len(grid.months)) == (JAN, DEC, 12)
        unknown = [None] * 8
        assert table_of(grid) == {
            "plan": [*unknown, D(100), D(100), D(100), None, D(300)],
            "actual": [*unknown, D("1234.5"), D("-20.25"), None, None, D("1214.25")],
            "forecast": [*unknown, D(100), D(80), D("95.1"), None, D("275.1")],
            "expected": [*unknown, D("1234.5"), D("-20.25"), D("95.1"), None, D("1309.35")],
            "against-plan": [*unknown, D("1134.5"), D("-120.25"), D("-4.9"), None, D("1009.35")],
        }


def test_the_grid_says_which_months_may_be_typed_and_which_wait_for_validation(world: World, measure: Measure) -> None:
    with world.inside():
        grid = grid_of(world, measure)
        typed = {row.key: [cell.month for cell in row.cells if cell.is_open] for row in grid.rows}
        assert typed[RowKey.PLAN] == []
        assert typed[RowKey.FORECAST] == [NOV, DEC]
        assert (SEP in typed[RowKey.ACTUAL], OCT in typed[RowKey.ACTUAL]) == (False, True)
        grid = grid_of(world, measure, "controller")
        actuals = {cell.month: cell for cell in grid.row(RowKey.ACTUAL).cells}
        assert (actuals[SEP].state, actuals[SEP].may_validate) == (ActualState.VALIDATED, False)
        assert (actuals[OCT].state, actuals[OCT].may_validate) == (ActualState.SUBMITTED, True)
        assert (actuals[NOV].state, grid.own_entries, grid.may_return_any) == (None, (), True)


def test_heads_of_the_year_are_the_mean_of_its_months(world: World) -> None:
    with world.inside():
        measure = world.measure()
        line = line_for(world, measure, kind=EffectKind.FTE)
        for month in (OCT, NOV, DEC):
            month_of(line, month, plan=D(10))
        assert grid_of(world, measure).row(RowKey.PLAN).total == D("2.50")


def test_what_a_page_shows_of_a_cell_is_read_back_as_unchanged(world: World, measure: Measure) -> None:
    with world.inside(), formats.display("de"):
        grid = grid_of(world, measure)
        (card,) = line_cards([grid])
        shown = {cell.name: cell.text for row in card.rows for cell in row.cells if cell.name}
        assert shown["actual-2026-10"] == "−20,25"
        assert not read_grid(shown, grid).amounts
        assert read_grid({**shown, "actual-2026-10": "1.234,5"}, grid).row("actual") == {OCT: D("1234.5")}
