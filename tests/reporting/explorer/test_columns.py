"""A column of the explorer is one entry: page, choice of sorts and file have it, or it is said here that they don't.

The explorer's rows aren't given over REST; whoever adds that takes its fields from COLUMNS too, and asks for them here.
"""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from hierarchy.models import Node
from measures.constants import Lifecycle
from reporting.explorer.forms import ExplorerForm
from reporting.explorer.pages.formats import FORMATS
from reporting.explorer.selectors.columns import COLUMNS, SETS, SORTS, Format, columns_of
from reporting.explorer.selectors.filters import Filters
from reporting.explorer.selectors.moments import Present
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.reporting.portfolio import packages_of, rated
from tests.world import TODAY, World

# Where the page says what has no column of its own; the package only the file names.
SAID_ELSEWHERE = {
    "level": "in the cell of the name, below it",
    "name": "in the cell that is sorted by code",
    "package": "nowhere",
    "lifecycle": "as a remark on what is on hold or cancelled",
    "governable": "as a remark on what isn't",
    "potential": "beside the implementation",
    "currency": "over the table",
    "measures": "in the owner's cell of a node",
    "incomplete": "as a remark on what lacks a rate",
}
NOT_IN_THE_FILE = {"year-against-plan"}
NOT_SORTED = {
    "level", "package", "lifecycle", "governable", "implementation", "potential", "currency", "overdue", "owner",
    "measures", "incomplete",
}  # fmt: skip


def test_every_column_is_on_the_page_in_the_file_and_a_sort_or_stated_to_be_missing_there() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    shown = {column.name for key in SETS for column in columns_of(key)}
    assert set(names) - shown == SAID_ELSEWHERE.keys()
    assert {column.name for column in COLUMNS if not column.head} == SAID_ELSEWHERE.keys()
    assert {column.name for column in COLUMNS if not column.file_head} == NOT_IN_THE_FILE
    assert set(names) - SORTS.keys() == NOT_SORTED


def test_every_format_is_written_on_the_page_and_in_the_file() -> None:
    assert FORMATS.keys() == set(Format)


def portfolio(world: World) -> None:
    first, second = packages_of(world)
    measures: tuple[tuple[str, Node, dict[str, Any]], ...] = (
        ("A", first, {}),
        ("B", first, {"doi": 4, "lifecycle": Lifecycle.ON_HOLD}),
        ("C", second, {"doi": 1, "committee": None, "governable": False}),
        ("D", second, {"doi": 2}),
    )
    for place, (code, package, facts) in enumerate(measures, start=1):
        sums: dict[str, Any] = {
            "plan_in_year": 5_000 * place, "fac_in_year": 9_000 - 1_000 * place, "exit_run_rate": 700 * place,
            "carry_over": 300 * place, "timing_loss": 40 * place, "magnitude_loss": -30 * place,
            "cancelled_loss": 20 * place, "on_hold_loss": 10 * place, "fx_effect": 5 - 3 * place,
            "assumed_in_year": 100 * place, "forecast_in_year": 1_000, "payback_month": date(2027, place, 1),
        }  # fmt: skip
        rated(world, code, "gr", plan=7_000 * place, forecast=8_000 - 500 * place, validated=90 * place,
              package=package, totals=sums, name=f"Name {9 - place}", **facts)  # fmt: skip
    rebuild_reports()


@pytest.fixture
def pmo(world: World, client: Client) -> Client:
    with world.inside():
        portfolio(world)
    client.force_login(world.people["pmo"])
    return client


def heads_of(page: str) -> list[tuple[str, str]]:
    """Name and sort of the heads of a page's table, in their order."""
    table = page[page.index('data-density="') :]
    found = []
    for cell in re.findall(r'<th\s+scope="col".*?</th>', table, re.S):
        sort = re.search(r'href="[^"]*[?;]sort=([\w-]+)', cell)
        found.append((" ".join(re.sub(r"<[^>]*>", "", cell).split()), sort[1] if sort else ""))
    return found


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("query", ["", "&sort=plan"])
def test_the_page_has_the_heads_of_its_set_and_a_cell_below_each(
    world: World, pmo: Client, key: str, query: str
) -> None:
    page = pmo.get(world.url(f"/explorer/?columns={key}{query}")).content.decode()
    wanted = columns_of(key)
    assert heads_of(page) == [(column.head, column.name if column.sort else "") for column in wanted]
    rows = re.findall(r'<tr class="l\d".*?</tr>', page, re.S)
    assert rows
    assert {len(re.findall(r"<t[dh]\b", row)) for row in rows} == {len(wanted)}


def test_the_heads_of_the_page_are_those_that_people_know(world: World, pmo: Client) -> None:
    around = ["Name", "DoI", "Impl · Money"], ["Owner"]
    sets = {
        "": ["Plan", "Forecast", "vs plan", "Actual", "Overdue"],
        "year": ["Plan", "Forecast", "vs plan", "Unconfirmed", "Exit", "Carry-over", "Payback"],
        "variance": ["Plan", "Timing", "Size", "Cancelled", "On hold", "Forecast", "Rates"],
    }
    for key, names in sets.items():
        page = pmo.get(world.url(f"/explorer/?columns={key}")).content.decode()
        assert [name for name, _ in heads_of(page)] == [*around[0], *names, *around[1]]


def test_the_file_has_every_column_in_a_fixed_order(world: World, pmo: Client) -> None:
    text = pmo.get(world.url("/explorer/?sort=code&export=csv")).content.decode("utf-8-sig")
    head, *lines = list(csv.reader(io.StringIO(text)))
    assert head == [column.file_head for column in COLUMNS if column.name not in NOT_IN_THE_FILE]
    assert head == [
        "Level", "Code", "Name", "Package", "DoI", "Lifecycle", "Governable", "Implementation", "Potential",
        "Plan run-rate", "Forecast run-rate", "Forecast against plan", "Validated run-rate", "Currency",
        "Overdue milestones", "Owner", "Measures", "Plan in year", "FAC in year", "Unconfirmed share", "Exit run-rate",
        "Carry-over", "Timing loss", "Size loss", "Cancelled loss", "On hold loss", "Exchange rates", "Payback",
        "Incomplete",
    ]  # fmt: skip
    assert lines[1] == [
        "Measure", "B", "Name 7", "Measure package of Alder", "4", "On hold", "yes", "Green", "Red",
        "14000.00", "0.00", "-14000.00", "180.00", "EUR",
        "0", "Owner Alder", "", "10000.00", "7000.00", "0.1449", "1400.00",
        "600.00", "80.00", "-60.00", "40.00", "20.00", "-1.00", "2027-02", "",
    ]  # fmt: skip
    assert (lines[2][5:7], lines[2][9:13], lines[2][17:]) == (["Active", "no"], [""] * 4, [""] * 12)


def test_every_sort_is_offered_and_orders_the_rows_by_what_its_column_reads(world: World, pmo: Client) -> None:
    assert [key for key, _ in ExplorerForm().fields["sort"].choices if key] == list(SORTS)  # type: ignore[attr-defined]
    with world.inside():
        present = Present(world.actor("pmo"), None, TODAY)
        for column in COLUMNS:
            if column.sort:
                rows = present.whole_list(Filters(sort=column.name))
                values: list[Any] = [value for row in rows if (value := column.read(row)) is not None]
                assert len(set(values)) >= 3, column.name
                assert values == sorted(values, reverse=column.sort.is_descending), column.name


@pytest.mark.parametrize("key", SORTS)
def test_pages_of_every_sort_go_on_where_the_last_one_ended(
    world: World, pmo: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def codes_and_next(url: str) -> tuple[list[str], str]:
        page = pmo.get(url).content.decode()
        following = re.search(r'rel="next" href="([^"]*)"', page)
        codes = re.findall(r'<span class="id">(\w)</span>', page)
        return codes, following[1].replace("&amp;", "&") if following else ""

    url = world.url(f"/explorer/?sort={key}")
    whole, last = codes_and_next(url)
    assert (sorted(whole), last) == (["A", "B", "C", "D"], "")
    monkeypatch.setattr("reporting.explorer.selectors.keyset.page_of.__defaults__", (3,))
    first, url = codes_and_next(url)
    second, last = codes_and_next(url)
    assert ([*first, *second], last) == (whole, "")
