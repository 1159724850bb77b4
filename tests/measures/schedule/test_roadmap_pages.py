"""The roadmap: who sees which rows, what it says of dates, and what happens to bad and foreign input."""

import csv
import io
import re
from datetime import date
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from measures.constants import Lifecycle
from measures.models import Measure, Milestone
from measures.schedule.pages.drawing import COLUMNS
from measures.schedule.selectors import roadmap as selector
from measures.schedule.selectors.roadmap import State
from tests.measures.core.test_pages import get, text_of
from tests.measures.line4 import Network, build_network
from tests.measures.steps import milestone_of
from tests.world import PERSONAS, TODAY, World

FIRST, LAST = date(2026, 7, 1), date(2028, 7, 1)


@pytest.fixture
def network(world: World) -> Network:
    with world.inside():
        return build_network(world)


def move(milestone: Milestone, **dates: date) -> None:
    for name, day in dates.items():
        setattr(milestone, name, day)
    milestone.save()


def found(world: World, persona: str = "pmo", **asked: object) -> selector.Roadmap:
    facts = {"node": None, "first": FIRST, "last": LAST, "today": TODAY, **asked}
    return selector.roadmap(world.actor(persona), **facts)  # type: ignore[arg-type]  # facts are checked by use


def dates(roadmap: selector.Roadmap, code: str) -> list[tuple[str, date, int, State]]:
    row = next(row for row in roadmap.rows if row.code == code)
    return [(milestone.number, milestone.expected_on, milestone.days, milestone.state) for milestone in row.milestones]


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_who_sees_the_measures_reads_the_roadmap(
    client: Client, world: World, network: Network, persona: str
) -> None:
    response = get(client, world, persona, "/roadmap/")
    assert response.status_code == 200
    page = text_of(response)
    assert "Line 4 transfer Brno to Győr" in page
    assert "4 measures." in page
    assert "Jul 2026 to Jun 2028" in page


def test_a_date_is_done_late_moved_by_others_or_on_plan(world: World, network: Network) -> None:
    with world.inside():
        move(network["OPS-011 M3"], forecast_on=date(2026, 12, 3))
        move(network["OPS-011 M4"], computed_on=date(2027, 2, 3))
        rows = found(world)
        assert dates(rows, "OPS-011") == [
            ("M1", date(2026, 7, 14), 0, State.DONE),
            ("M2", TODAY, 25, State.LATE),
            ("M3", date(2026, 12, 3), 22, State.LATE),
            ("M4", date(2027, 2, 3), 13, State.MOVED),
        ]
        assert dates(rows, "SGA-021") == [("M1", date(2027, 3, 1), 0, State.PLAN)]


def test_what_has_been_overdue_for_longer_than_is_shown_stands_at_today(world: World) -> None:
    with world.inside():
        old = milestone_of(world.measure("OLD-1", doi=3), day=date(2026, 3, 2))
        assert dates(found(world), "OLD-1") == [("M1", TODAY, 163, State.LATE)]
        assert [row.code for row in found(world, only_slips=True).rows] == ["OLD-1"]
        move(old, actual_on=date(2026, 3, 3))
        assert found(world).rows == ()


def test_an_arrow_is_hot_only_from_what_is_late_to_what_is_moved(world: World, network: Network) -> None:
    with world.inside():
        move(network["OPS-011 M3"], forecast_on=date(2026, 12, 3))
        move(network["OPS-011 M4"], computed_on=date(2027, 2, 3))
        hot = {(link.predecessor_id, link.successor_id) for link in found(world).links if link.is_hot}
        assert hot == {(network["OPS-011 M3"].pk, network["OPS-011 M4"].pk)}


def test_measures_stand_by_program_in_the_order_of_the_tree(world: World, network: Network) -> None:
    with world.inside():
        groups = [(name, [row.code for row in rows]) for name, rows in found(world).groups]
    assert groups == [("Program of Alder", ["OPS-011", "OPS-012", "OPS-013"]), ("Overheads", ["SGA-021"])]


def test_only_slips_leaves_out_what_is_on_time(client: Client, world: World, network: Network) -> None:
    with world.inside():
        assert [row.code for row in found(world, only_slips=True).rows] == ["OPS-011"]
        move(network["OPS-012 M1"], computed_on=date(2027, 2, 12))
        assert [row.code for row in found(world, only_slips=True).rows] == ["OPS-011", "OPS-012"]
    page = text_of(get(client, world, "pmo", "/roadmap/", only="slips"))
    assert "2 measures." in page
    assert "1 dependency leads to measures that aren't shown." not in page


def test_closed_and_cancelled_measures_are_not_on_the_roadmap(world: World, network: Network) -> None:
    with world.inside():
        for doi, lifecycle in ((3, Lifecycle.CANCELLED), (5, Lifecycle.CLOSED), (4, Lifecycle.ON_HOLD)):
            milestone_of(world.measure(f"Z-{doi}", doi=doi, lifecycle=lifecycle))
        world.measure("M-0", name="No dates yet")
        rows = found(world)
    assert {row.code for row in rows.rows if row.code.startswith("Z")} == {"Z-4"}
    assert rows.without_dates == 1


def test_a_stretch_of_time_without_dates_says_so(client: Client, world: World, network: Network) -> None:
    page = text_of(get(client, world, "pmo", "/roadmap/", **{"from": "2030-01"}))
    assert "No milestones in this time" in page


def test_a_node_narrows_the_roadmap_down(client: Client, world: World, network: Network) -> None:
    program = str(network.apps.package.path[2])
    page = text_of(get(client, world, "pmo", "/roadmap/", node=program))
    assert "Application retirement" in page
    assert "Warehouse Lyon closure" not in page


def test_a_long_list_is_cut_and_says_what_is_shown(
    client: Client, world: World, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "MOST_ROWS", 3)
    monkeypatch.setattr("measures.schedule.views.roadmap.MOST_ROWS", 3)
    first = text_of(get(client, world, "pmo", "/roadmap/"))
    assert "Measures 1 to 3 of 4. Narrow it down to one part of the tree, or to slips." in first
    assert "1 dependency leads to measures that aren't shown." in first
    second = text_of(get(client, world, "pmo", "/roadmap/", page=2))
    assert "Measures 4 to 4 of 4." in second


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World, network: Network) -> None:
    with world.inside():
        few = counted(world)
        for index in range(5):
            milestone_of(world.measure(f"X-{index}"))
        assert counted(world) == few


def counted(world: World) -> int:
    actor = world.actor("pmo")
    with CaptureQueriesContext(connection) as queries:
        selector.roadmap(actor, node=None, first=FIRST, last=LAST, today=TODAY)
    return len(queries)


def test_who_sees_only_some_measures_finds_only_those(client: Client, world: World, network: Network) -> None:
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        RoleGrant.objects.create(user=world.people["reader"], node=network.apps.package, role="viewer")
    page = " ".join(text_of(get(client, world, "reader", "/roadmap/")).split())
    assert "1 measure. 1 dependency leads to measures that aren't shown." in page
    for hidden in ("Line 4", "OPS-013", "Tomas"):
        assert hidden not in page


def test_the_export_holds_what_is_shown(client: Client, world: World, network: Network) -> None:
    with world.inside():
        Measure.objects.filter(pk=network.apps.pk).update(name="=HYPERLINK(1)")
    response = get(client, world, "pmo", "/roadmap/", export="csv")
    assert response["Content-Disposition"] == 'attachment; filename="alder-roadmap-2026-10-15.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 9
    assert rows[2] | {"Program": ""} == {
        "Program": "", "Code": "OPS-011", "Measure": "Line 4 transfer Brno to Győr", "Owner": "Owner Alder",
        "Milestone": "M3", "Name": "Line 4 dismantled", "Baseline": "2026-11-03", "Expected": "2026-11-03",
        "Working days against baseline": "0", "State": "On plan", "Waits for": "OPS-011 M2",
    }  # fmt: skip
    assert (rows[8]["Measure"], rows[8]["Waits for"]) == ("'=HYPERLINK(1)", "OPS-013 M2, 5 working days later")


def test_every_column_of_the_roadmaps_table_has_its_columns_in_the_file(
    client: Client, world: World, network: Network
) -> None:
    text = get(client, world, "pmo", "/roadmap/").content.decode()
    table = text[text.index("Milestones by measure") :]
    in_file = {
        "Measure": ["Code", "Measure", "Owner"], "Milestone": ["Milestone", "Name"], "Baseline": ["Baseline"],
        "Expected": ["Expected"], "Days": ["Working days against baseline"], "State": ["State"],
        "Waits for": ["Waits for"],
    }  # fmt: skip
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table) == list(in_file)
    # The program is a band of the drawing.
    assert [column.head for column in COLUMNS] == ["Program", *chain.from_iterable(in_file.values())]


@pytest.mark.parametrize(
    "asked",
    [{"node": "x"}, {"from": "soon"}, {"from": "1066-01"}, {"zoom": "years"}, {"only": "x"}, {"page": "0"}],
)
def test_bad_input_is_refused_with_a_sentence(
    client: Client, world: World, network: Network, asked: dict[str, str]
) -> None:
    assert get(client, world, "pmo", "/roadmap/", **asked).status_code == 422


def test_a_node_of_another_organization_is_not_there(
    client: Client, world: World, twin: World, network: Network
) -> None:
    foreign = twin.nodes[Level.PROGRAM].pk
    assert get(client, world, "pmo", "/roadmap/", node=str(foreign)).status_code == 404
