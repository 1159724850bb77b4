# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.
import csv
import io
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.constants import RequestKind
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from hierarchy.constants import Level
from hierarchy.models import Node, RoleGrant
from measures.constants import Lifecycle
from measures.models import Milestone
from reporting.explorer.pages.table import remark
from reporting.explorer.selectors import explorer
from reporting.explorer.selectors.explorer import children, tree
from reporting.explorer.selectors.keyset import Cursor
from reporting.explorer.selectors.rows import Row
from reporting.rollups.actions.rebuild import rebuild_reports
from reporting.rollups.actions.rollup import roll_up_package
from tests.reporting.portfolio import closed, packages_of, rated
from tests.world import PERSONAS, TODAY, World

THOUSAND = 1000


def names(rows: list[Row]) -> list[tuple[int, str]]:
    return [(row.depth, row.name) for row in rows]


def shown(client: Client, url: str) -> list[str]:
    """The names in the first column of a page or fragment."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return re.findall(r'<a class="nm" href="[^"]*">([^<]*)</a>', answer.content.decode())


def listed(client: Client, world: World, query: str) -> list[str]:
    return [name.removeprefix("Measure ") for name in shown(client, world.url(f"/explorer/?{query}"))]


@pytest.fixture
def pmo(world: World, client: Client) -> Client:
    client.force_login(world.people["pmo"])
    return client


def portfolio(world: World) -> None:
    first, second = packages_of(world)
    rated(world, "A", "gr", plan=300 * THOUSAND, forecast=200 * THOUSAND, validated=50 * THOUSAND, package=first)
    rated(world, "B", "gg", plan=100 * THOUSAND, package=first, owner=world.people["pmo"])
    rated(world, "C", "aa", plan=80 * THOUSAND, forecast=70 * THOUSAND, doi=2, package=second)
    rated(world, "D", "nn", plan=60 * THOUSAND, doi=0, package=second)
    rated(world, "E", "ga", plan=40 * THOUSAND, governable=False, package=second, committee=None)
    closed(world, "F", plan=20 * THOUSAND, validated=20 * THOUSAND, package=second)
    rated(world, "G", "gr", plan=10 * THOUSAND, lifecycle=Lifecycle.CANCELLED, package=second)
    rebuild_reports()


def test_the_tree_begins_with_the_portfolio_and_opens_it(world: World) -> None:
    with world.inside():
        portfolio(world)
        rows = tree(world.actor("pmo"), None, None, TODAY)
    assert names(rows) == [(0, "Portfolio of Alder"), (1, "Program of Alder"), (1, "Second program")]
    top = rows[0]
    assert (top.plan, top.forecast, top.against_plan, top.actual) == (510_000, 390_000, -120_000, 70_000)
    assert (top.measures, top.implementation, top.potential) == (7, "g", "r")
    assert top.by_doi == (0, 0, 80_000, 410_000, 0, 20_000)


def test_open_packages_show_their_measures_with_what_they_bring_into_totals(world: World) -> None:
    with world.inside():
        portfolio(world)
        second = next(node for node in packages() if node.name == "Second package")
        rows = children(world.actor("pmo"), second, TODAY, depth=3)
    assert [(row.depth, row.sub, row.plan, row.forecast, remark(row)) for row in rows] == [
        (4, "C", 80_000, 70_000, ""),
        (4, "D", None, None, ""),
        (4, "E", None, None, "Not governable: committee"),
        (4, "F", 20_000, 20_000, ""),
        (4, "G", 10_000, 0, "Cancelled"),
    ]


def packages() -> list[Node]:
    return list(Node.objects.filter(level=Level.PACKAGE))


def test_a_node_is_the_sum_of_the_rows_below_it(world: World) -> None:
    with world.inside():
        portfolio(world)
        opened = frozenset(world.nodes[level].pk for level in Level) | {node.pk for node in packages()}
        for node in packages():
            rows = tree(world.actor("pmo"), node, opened, TODAY)
            top, below = rows[0], rows[1:]
            assert top.plan == sum(row.plan or 0 for row in below)
            assert top.forecast == sum(row.forecast or 0 for row in below)
            assert top.actual == sum(row.actual or 0 for row in below)


def test_overdue_milestones_of_measures_in_work_add_up(world: World) -> None:
    with world.inside():
        first, second = packages_of(world)
        for package, lifecycle in (
            (first, Lifecycle.ACTIVE),
            (second, Lifecycle.ON_HOLD),
            (second, Lifecycle.CANCELLED),
        ):
            measure = rated(world, f"M {lifecycle}", package=package, lifecycle=lifecycle)
            for forecast_on, actual_on in ((date(2026, 10, 14), None), (TODAY, None), (date(2026, 9, 1), TODAY)):
                Milestone.objects.create(
                    measure=measure, name="Step", baseline_on=TODAY, forecast_on=forecast_on, actual_on=actual_on
                )
        rebuild_reports()
        opened = frozenset([world.nodes[Level.PORTFOLIO].pk, second.pk])
        rows = tree(world.actor("pmo"), None, opened, TODAY)
        assert [row.overdue for row in rows] == [2, 1, 1]
        below = children(world.actor("pmo"), second, TODAY, depth=0)
        assert {row.name: row.overdue for row in below} == {"Measure M on_hold": 1, "Measure M cancelled": 0}


def test_a_large_package_shows_a_part_and_leads_to_the_list(
    world: World, pmo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "MOST_IN_TREE", 2)
    with world.inside():
        for code in "ABC":
            rated(world, code, plan=1)
        roll_up_package(world.package.pk)
    url = world.url(f"/explorer/?node={world.package.pk}&open={world.package.pk}")
    assert shown(pmo, url) == ["Measure package of Alder", "Measure A", "Measure B"]
    assert "list all</a>" in pmo.get(url).content.decode()


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_opens_the_explorer(world: World, client: Client, persona: str) -> None:
    with world.inside():
        portfolio(world)
    client.force_login(world.people[persona])
    assert shown(client, world.url("/explorer/"))[0] == "Portfolio of Alder"


def test_a_new_measure_is_offered_to_who_may_write_one(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
    link = f'href="{world.url("/measures/new/")}"'
    for persona, offered in {"owner": True, "pmo": True, "reader": False}.items():
        client.force_login(world.people[persona])
        page = client.get(world.url("/explorer/")).content.decode()
        assert ((link in page), ("Only portfolio managers" in page)) == (offered, not offered)


def test_filters_behind_the_button_are_counted_while_they_are_at_work(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    page = pmo.get(world.url("/explorer/")).content.decode()
    assert "More filters</summary>" in page
    assert page.index("More filters") < page.index("Lifecycle") < page.index("Overdue")
    page = pmo.get(world.url("/explorer/?lifecycle=active&overdue=yes&doi=3")).content.decode()
    assert 'More filters<span class="count">2<span class="vh"> set</span></span>' in page


def test_the_tree_works_with_plain_links(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    page = pmo.get(world.url("/explorer/")).content.decode()
    program = world.nodes[Level.PROGRAM]
    opened = re.search(rf'href="([^"]*open=[^"]*{program.pk}[^"]*)"', page)
    assert opened is not None
    assert "Project of Alder" in shown(pmo, opened[1].replace("&amp;", "&"))


def test_children_come_as_rows_for_htmx_and_as_a_page_without(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    url = world.url(f"/explorer/{world.nodes[Level.PORTFOLIO].pk}/children/?depth=0&unit=EUR%20m")
    fragment = pmo.get(url, headers={"HX-Request": "true"})
    text = fragment.content.decode()
    assert re.findall(r'<tr class="(l\d)"', text) == ["l1", "l1"]
    assert "<html" not in text
    assert '<td class="num">0.4</td>' in text
    answer = pmo.get(url)
    assert answer.status_code == 302
    assert "Second program" in shown(pmo, answer["Location"])


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("view=trap", ["A"]),
        ("view=not-governable", ["E"]),
        ("view=mine", ["B"]),
        ("doi=2", ["C"]),
        ("doi=2&doi=5", ["C", "F"]),
        ("implementation=g&potential=r", ["A", "G"]),
        ("lifecycle=cancelled", ["G"]),
        ("governable=no", ["E"]),
        ("q=measure+c", ["C"]),
        ("q=pmo+alder", ["B"]),
        ("sort=against-plan", ["A", "C", "G", "B", "D", "E", "F"]),
        ("sort=plan&doi=3", ["A", "B", "G", "E"]),
        ("view=trap&q=nothing", []),
    ],
)
def test_filters_leave_a_flat_list(world: World, pmo: Client, query: str, codes: list[str]) -> None:
    with world.inside():
        portfolio(world)
    assert listed(pmo, world, query) == codes


def test_ready_for_a_gate_and_overdue_are_filters(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
        asked, late = rated(world, "H", doi=2), rated(world, "I")
        GateRequest.objects.create(
            measure=asked,
            kind=RequestKind.ADVANCE,
            from_doi=2,
            to_doi=3,
            state=RequestState.SUBMITTED,
            requested_by=world.people["owner"],
            submitted_at=datetime(2026, 10, 6, tzinfo=UTC),
        )
        Milestone.objects.create(measure=late, name="Step", baseline_on=TODAY, forecast_on=date(2026, 10, 1))
    assert listed(pmo, world, "view=ready") == ["H"]
    assert listed(pmo, world, "overdue=yes") == ["I"]


def test_saved_views_say_how_much_they_hold(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    page = pmo.get(world.url("/explorer/")).content.decode()
    page = page[page.index("Saved views") :]
    counts = dict(re.findall(r">([\w ,]+)<span class=\"count[^>]*>(\d+)<", page))
    assert counts == {"All measures": "7", "On time, money at risk": "1", "Not governable": "1", "My measures": "1"}


def test_a_long_list_is_paged_by_cursor_there_and_back(world: World, pmo: Client) -> None:
    with world.inside():
        for number in range(120):
            rated(world, f"M-{number:03}", plan=number % 3)
    pages, url = [], world.url("/explorer/?sort=plan")
    while url:
        pages.append(shown(pmo, url))
        following = re.search(r'rel="next" href="([^"]*)"', pmo.get(url).content.decode())
        last, url = url, following[1].replace("&amp;", "&") if following else ""
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({name for page in pages for name in page}) == 120
    before = re.search(r'rel="prev" href="([^"]*)"', pmo.get(last).content.decode())
    assert before is not None
    assert shown(pmo, before[1].replace("&amp;", "&")) == pages[1]


@pytest.mark.parametrize(
    "query",
    [
        "doi=9",
        "view=unknown",
        "node=no-id",
        "sort=owner",
        "cursor=rubbish&sort=plan",
        "cursor=WyJ4IiwgIjEyIiwgZmFsc2Vd&sort=plan",
        "open=rubbish",
        "lifecycle=gone",
        "q=" + "x" * 300,
    ],
)
def test_a_question_that_makes_no_sense_is_refused(world: World, pmo: Client, query: str) -> None:
    assert pmo.get(world.url(f"/explorer/?{query}")).status_code == 422


def test_a_cursor_with_a_value_of_another_column_is_refused(world: World, pmo: Client) -> None:
    for value in ("NaN", "text"):
        cursor = Cursor(value, uuid4()).encoded()
        assert pmo.get(world.url(f"/explorer/?sort=plan&cursor={cursor}")).status_code == 422


def test_a_grant_below_shows_only_that_part(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
        RoleGrant.objects.filter(user=world.people["reader"]).update(node=world.nodes[Level.PROGRAM])
    client.force_login(world.people["reader"])
    assert shown(client, world.url("/explorer/")) == ["Program of Alder", "Project of Alder"]
    assert listed(client, world, "sort=code") == ["A", "B"]
    above = world.nodes[Level.PORTFOLIO].pk
    assert client.get(world.url(f"/explorer/?node={above}")).status_code == 404
    assert client.get(world.url(f"/explorer/{above}/children/")).status_code == 404


def test_without_a_grant_only_measures_that_name_the_person_are_listed(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
        RoleGrant.objects.filter(user__in=[world.people["reader"], world.people["pmo"]]).delete()
    client.force_login(world.people["reader"])
    assert shown(client, world.url("/explorer/")) == []
    client.force_login(world.people["pmo"])
    assert shown(client, world.url("/explorer/")) == ["Measure B"]


def test_another_organization_stays_invisible(world: World, twin: World, pmo: Client) -> None:
    with twin.inside():
        rated(twin, "T", plan=5)
        rebuild_reports()
    with world.inside():
        portfolio(world)
    assert "T" not in listed(pmo, world, "sort=code")
    assert pmo.get(world.url(f"/explorer/?node={twin.package.pk}")).status_code == 404
    assert pmo.get(world.url(f"/explorer/{twin.package.pk}/children/")).status_code == 404
    assert shown(pmo, world.url(f"/explorer/?open={twin.package.pk}")) == ["Portfolio of Alder"]


def exported(client: Client, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="alder-explorer-2026-10-15.csv"'
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_export_holds_what_is_shown(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    rows = exported(pmo, world.url("/explorer/?export=csv"))
    assert (rows[0]["Level"], rows[0]["Name"]) == ("Portfolio", "Portfolio of Alder")
    assert (rows[0]["Plan run-rate"], rows[0]["Forecast against plan"]) == ("510000.00", "-120000.00")
    measures = exported(pmo, world.url("/explorer/?view=trap&export=csv"))
    assert [(row["Code"], row["Implementation"], row["Potential"]) for row in measures] == [("A", "Green", "Red")]


def test_the_export_of_a_list_is_not_cut_into_pages(world: World, pmo: Client) -> None:
    with world.inside():
        for number in range(60):
            rated(world, f"M-{number:03}")
    assert len(exported(pmo, world.url("/explorer/?sort=code&export=csv"))) == 60


def test_the_export_disarms_formulas(world: World, pmo: Client) -> None:
    with world.inside():
        for number, name in enumerate(("=1+1", "+cmd", "-2", "@sum", "\tx", "fine")):
            rated(world, f"M-{number}", name=name)
    names = [row["Name"] for row in exported(pmo, world.url("/explorer/?sort=code&export=csv"))]
    assert names == ["'=1+1", "'+cmd", "'-2", "'@sum", "'\tx", "fine"]


def questions(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World, pmo: Client) -> None:
    urls = [
        world.url(f"/explorer/?open={','.join(str(node.pk) for node in world.nodes.values())}"),
        world.url("/explorer/?sort=against-plan"),
        world.url("/explorer/?sort=against-plan&export=csv"),
        world.url("/search/?q=measure"),
    ]
    with world.inside():
        rated(world, "A", plan=10)
        rebuild_reports()
    questions(pmo, urls[0])  # the counts beside the navigation are remembered for a while
    few = [questions(pmo, url) for url in urls]
    with world.inside():
        _first, second = packages_of(world)
        for number in range(30):
            rated(world, f"M-{number}", plan=10, package=second if number % 2 else world.package)
        rebuild_reports()
    assert [questions(pmo, url) for url in urls] == few
    assert max(few) <= 30


def test_the_row_height_is_kept_in_a_cookie(world: World, pmo: Client) -> None:
    with world.inside():
        portfolio(world)
    assert 'data-density="normal"' in pmo.get(world.url("/explorer/")).content.decode()
    pmo.get(world.url("/explorer/?density=compact"))
    assert 'data-density="compact"' in pmo.get(world.url("/explorer/")).content.decode()
    assert "density" in pmo.cookies


def test_search_finds_measures_and_nodes_that_the_person_sees(world: World, client: Client) -> None:
    with world.inside():
        portfolio(world)
        RoleGrant.objects.filter(user=world.people["reader"]).update(node=world.nodes[Level.PROGRAM])
    client.force_login(world.people["pmo"])
    everything = client.get(world.url("/search/?q=e")).content.decode()
    assert "Second package" in everything and "Measure C" in everything
    client.force_login(world.people["reader"])
    part = client.get(world.url("/search/?q=e")).content.decode()
    assert "Measure A" in part
    assert "Second package" not in part and "Measure C" not in part
    assert "Nothing found" in client.get(world.url("/search/?q=zebra")).content.decode()
    assert client.get(world.url("/search/")).status_code == 200
    assert client.get(world.url("/search/?q=" + "x" * 201)).status_code == 422


def test_search_and_text_filters_take_percent_and_quotes_as_they_are(world: World, pmo: Client) -> None:
    with world.inside():
        rated(world, "A", name="100% O'Brien")
        rated(world, "B", name="plain")
    assert listed(pmo, world, "q=%25") == ["100% O&#x27;Brien"]
    assert listed(pmo, world, "q=O%27Brien") == ["100% O&#x27;Brien"]
