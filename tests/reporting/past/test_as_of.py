"""Reports as of a lock, and what differs between two (domain section 12)."""

# mypy: disable-error-code="comparison-overlap"
import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict
from cat4.outbox.actions import drain
from cat4.outbox.models import OutboxRow
from cat4.tenancy.models import Organization
from governance.constants import RequestKind
from governance.gates.constants import RequestState
from governance.gates.models import GateDecision, GateRequest
from governance.months.actions.lock import lock_period
from governance.months.actions.snapshots import snapshot_digest
from governance.months.models import Snapshot
from hierarchy.constants import Level, TargetEffect, TargetKind
from hierarchy.models import LockedNode, Node, RoleGrant, Target
from hierarchy.nodes.actions.nodes import move_node
from hierarchy.snapshots.actions import tree_digest
from measures.constants import StatusKind
from measures.constants import Topic as MeasureTopic
from measures.models import LockedStanding, Measure, MeasureStatus, MeasureTotals
from measures.status.actions.recompute import mark_changed
from measures.status.actions.standings import standings_digest
from reporting.cockpit.pages import board
from reporting.cockpit.pages import years as year_board
from reporting.cockpit.pages.headline import headline
from reporting.cockpit.selectors.cockpit import Cockpit, cockpit
from reporting.cockpit.selectors.past import cockpit_at
from reporting.comparison.pages import WORDS
from reporting.comparison.selectors import FIGURES, Kind, comparison
from reporting.figures.sums import NodeSums
from reporting.models import LockedFigures, NodeStatus
from reporting.past.selectors.past import past_node
from reporting.rollups.actions.past_figures import keep_figures
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.reporting.portfolio import closed, line, month, packages_of, rated
from tests.world import World

pytestmark = pytest.mark.urls("cat4.urls_organization")
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
D = Decimal


@pytest.fixture
def scene(world: World) -> Iterator[World]:
    """Two packages with measures of every kind, summed up as the roll-ups would."""
    with world.inside():
        first, second = packages_of(world)
        trapped = rated(world, "M-1", "gr", plan=12_000_000, forecast=9_000_000, package=first)
        effect = line(world, trapped)
        month(world, effect, date(2026, 1, 1), plan=100_000, reported=80_000, validated=80_000)
        rated(world, "M-2", "rg", plan=4_000_000, package=second)
        rated(world, "M-3", "ag", plan=2_000_000, lifecycle="on_hold", package=second)
        closed(world, "M-4", plan=3_000_000, validated=2_900_000, package=first)
        rated(world, "M-5", "nn", plan=500_000, doi=0, package=first)
        root = world.nodes[Level.ORGANIZATION]
        Target.objects.create(
            node=root, kind=TargetKind.RUN_RATE, effect=TargetEffect.EBITDA, fiscal_year=2028, amount=D(25_000_000)
        )
        rebuild_reports()
        yield world


def lock(world: World, at: date = AUGUST) -> Snapshot:
    """Lock a month and write the nodes' figures. What is set up by hand isn't computed anew."""
    keep_figures(lock_period(world.actor("pmo"), month=at, reason="Not all is booked").pk)
    OutboxRow.objects.all().delete()
    return Snapshot.objects.get(month=at)


def requested_cancel(world: World, measure: Measure) -> GateRequest:
    """The request that a cancellation answers."""
    return GateRequest.objects.create(
        measure=measure, kind=RequestKind.CANCEL, from_doi=3, to_doi=3, state=RequestState.SUBMITTED,
        requested_by=world.people["owner"], submitted_at=clock.now(),
    )  # fmt: skip


def shown(page: Cockpit) -> list[object]:
    """What a cockpit's page says, moment and links apart."""
    figures = [
        (figure.label, figure.value, figure.note) for figure in (*board.figures(page), *year_board.figures(page))
    ]
    rows = [[(cell.count, cell.plan, cell.miss) for cell in row.cells] for row in board.matrix(page)]
    bars = [(row.label, row.value, row.width) for row in (*board.bridge(page), *board.stages(page))]
    parts = [part.text for part in headline(page)]
    lists = [page.below_plan, page.stale, page.stale_count, page.waiting, page.trap_days, page.leakage, page.curve]
    covers = [(line.label, line.target, line.hard, line.gap) for line in year_board.cover_lines(page)]
    lights = page.status and (page.status.implementation, page.status.implementation_reasons, page.status.potential)
    return [figures, rows, bars, parts, lists, covers, lights, page.below]


@pytest.mark.parametrize("level", [Level.ORGANIZATION, Level.PORTFOLIO, Level.PACKAGE])
def test_a_report_as_of_a_lock_is_what_the_cockpit_showed_when_it_was_locked(scene: World, level: Level) -> None:
    node = scene.nodes[level]
    before = shown(cockpit(node))
    snapshot = lock(scene)
    Measure.objects.filter(code="M-1").update(name="Renamed since")
    MeasureTotals.objects.all().delete()
    Target.objects.all().delete()
    with clock.at(date(2027, 3, 1)):
        past = past_node(scene.actor("pmo"), snapshot, node.pk)
        assert shown(cockpit_at(past)) == before


def test_the_hash_of_what_a_lock_kept_is_in_its_ledger_entry_and_holds(scene: World) -> None:
    snapshot = lock(scene)
    entry = AuditEntry.objects.get(verb="period.locked")
    assert entry.change["snapshot"] == {"measures": 5, "nodes": 8, "digest": snapshot.digest}
    measures, broken = standings_digest(AUGUST)
    assert (broken, snapshot_digest(snapshot, measures, tree_digest(AUGUST))) == ("", snapshot.digest)


def test_a_row_slipped_into_a_lock_is_found(scene: World) -> None:
    lock(scene)
    call_command("verify_ledger", "--organization", "alder", stdout=StringIO())
    LockedStanding.objects.create(measure=scene.measure("M-7"), month=AUGUST, at=clock.now(), code="M-7", digest="0")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--organization", "alder", stdout=said)
    assert "what was kept of Aug 2026 isn't what its ledger entry says, first at M-7" in said.getvalue()


@pytest.mark.parametrize("model", [Snapshot, LockedStanding, LockedNode, LockedFigures])
@pytest.mark.parametrize("statement", ["UPDATE {} SET month = '2020-01-01'", "DELETE FROM {}"])
def test_what_a_lock_kept_never_changes(scene: World, model: Any, statement: str) -> None:
    lock(scene)
    before = list(model.objects.order_by("pk").values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert before
    assert list(model.objects.order_by("pk").values()) == before


def test_what_changed_just_before_the_lock_is_in_it(scene: World) -> None:
    measure = scene.measure("M-9", doi=3)
    line(scene, measure)
    mark_changed([measure.pk])
    lock(scene)
    assert LockedStanding.objects.get(code="M-9").implementation_reasons == ["There are no milestones yet."]


def test_a_lock_waits_until_a_rebuild_of_many_measures_is_done(scene: World) -> None:
    OutboxRow.objects.bulk_create(
        [OutboxRow(topic=MeasureTopic.MEASURE_CHANGED, object_id=uuid4()) for _ in range(201)]
    )
    with pytest.raises(Conflict, match="Many measures are being computed anew"):
        lock_period(scene.actor("pmo"), month=AUGUST)
    assert not Snapshot.objects.exists()


def test_a_node_that_is_moved_later_stays_where_it_was_in_the_report(scene: World) -> None:
    snapshot = lock(scene)
    pmo, program = scene.actor("pmo"), scene.nodes[Level.PROGRAM]
    before = shown(cockpit_at(past_node(pmo, snapshot, program.pk)))
    project = Node.objects.get(name="Second project")
    move_node(pmo, project.pk, parent_id=program.pk)
    drain(scene.organization.pk)
    assert shown(cockpit_at(past_node(pmo, snapshot, program.pk))) == before
    kept = LockedStanding.objects.get(code="M-2")
    assert kept.path_names[2:] == ["Second program", "Second project", "Second package"]
    second = Node.objects.get(name="Second program")
    assert past_node(pmo, snapshot, second.pk).cells != []
    assert cockpit(second).sums.measures == 0


def test_a_comparison_names_what_came_went_and_changed_and_adds_up_to_the_nodes_difference(scene: World) -> None:
    base = lock(scene)
    before = past_node(scene.actor("pmo"), base, scene.nodes[Level.ORGANIZATION].pk)
    cancelled = Measure.objects.get(code="M-2")
    GateDecision.objects.create(
        measure=cancelled, number=1, outcome="cancel", from_doi=3, to_doi=3, reason="Given up", rule_results=[],
        request=requested_cancel(scene, cancelled), decided_by=scene.people["chair"], decided_at=clock.now(),
        manner="chair", weight=1,
    )  # fmt: skip
    cancelled.cancel()
    cancelled.save()
    rated(scene, "M-8", "gg", plan=700_000, package=scene.package)
    MeasureTotals.objects.filter(measure__code="M-1").update(forecast_run_rate=D(8_000_000))
    MeasureStatus.objects.filter(measure__code="M-1", kind=StatusKind.IMPLEMENTATION).update(value="a")
    rebuild_reports()
    other = lock(scene, SEPTEMBER)
    after = past_node(scene.actor("pmo"), other, scene.nodes[Level.ORGANIZATION].pk)
    for found in (comparison(scene.actor("pmo"), base, other), comparison(scene.actor("pmo"), base, None)):
        assert [(measure.code, measure.why, measure.plan) for measure in found.added] == [
            ("M-8", "Written since", D(700_000))
        ]
        assert [(measure.code, measure.why, measure.forecast) for measure in found.removed] == [
            ("M-2", "Cancelled", D(-4_000_000))
        ]
        (changed,) = found.changed
        assert [(change.field.label, change.before, change.after, change.delta) for change in changed.changes] == [
            ("Implementation", "g", "a", None),
            ("Forecast run-rate", D(9_000_000), D(8_000_000), D(-1_000_000)),
        ]
        sums = [NodeSums(node.cells).everything for node in (before, after)]
        assert found.total("forecast") == sums[1].forecast - sums[0].forecast == D(-4_300_000)
        assert found.total("plan") == sums[1].plan - sums[0].plan == D(700_000)


def test_a_reader_of_a_part_compares_that_part_alone(scene: World) -> None:
    base = lock(scene)
    second = Node.objects.get(name="Second program")
    RoleGrant.objects.filter(user=scene.people["reader"]).update(node=second)
    Measure.objects.all().update(name="Renamed")
    found = comparison(scene.actor("reader"), base, None)
    assert [measure.code for measure in found.changed] == ["M-2", "M-3"]


def test_pages_of_the_past_say_so_lead_on_and_offer_nothing_that_writes(scene: World, client: Client) -> None:
    lock(scene)
    client.force_login(scene.people["pmo"])
    html = client.get(scene.url("/?asof=2026-08")).content.decode()
    assert "You are looking at the past." in html
    assert "explorer/?node=" in html
    assert "asof=2026-08" in html
    explorer = client.get(scene.url("/explorer/?asof=2026-08")).content.decode()
    assert "You are looking at the past." in explorer
    assert "New measure" not in explorer
    listed = client.get(scene.url("/explorer/?asof=2026-08&view=trap&export=csv"))
    assert "-explorer-2026-10-15.csv" in listed["Content-Disposition"]
    assert "M-1" in listed.content.decode()
    assert "M-2" not in listed.content.decode()
    refused = client.get(scene.url("/?asof=2026-07"))
    assert refused.status_code == 422
    assert "No snapshot was kept of Jul 2026. There is one of Aug 2026." in refused.content.decode()


def test_the_cockpit_shows_differences_beside_its_figures(scene: World, client: Client) -> None:
    lock(scene)
    MeasureTotals.objects.filter(measure__code="M-1").update(forecast_run_rate=D(8_000_000))
    rebuild_reports()
    client.force_login(scene.people["pmo"])
    root = scene.nodes[Level.ORGANIZATION].pk
    html = client.get(scene.url(f"/nodes/{root}/cockpit/?compare=2026-08")).content.decode()
    assert '<span class="down">−1.0</span>' in html
    page = client.get(scene.url("/comparison/?from=2026-08&to=now")).content.decode()
    assert "−1,000" in page
    rows = client.get(scene.url("/comparison/?from=2026-08&export=csv")).content.decode()
    assert "changed,,M-1" in rows
    answer = client.get(scene.url("/api/v1/comparison/?from=2026-08")).json()
    assert (answer["forecast"], [measure["code"] for measure in answer["changed"]]) == ("-1000000.00", ["M-1"])
    figures = client.get(scene.url(f"/api/v1/nodes/{root}/figures/?asof=2026-08")).json()
    assert figures["run_rates"]["forecast"] == "16000000.00"
    assert client.get(scene.url("/api/v1/locks/")).json() == [{"month": "2026-08", "as_of": "2026-10-15"}]


def test_every_figure_of_a_comparison_is_on_its_page_in_its_file_and_over_rest(scene: World, client: Client) -> None:
    lock(scene)
    rated(scene, "M-8", plan=700_000, forecast=600_000, validated=50_000)
    client.force_login(scene.people["pmo"])
    amounts = {"plan": "700000.00", "forecast": "600000.00", "actual": "50000.00"}
    assert [figure.key for figure in FIGURES] == list(amounts)
    page = client.get(scene.url("/comparison/?from=2026-08")).content.decode()
    for label, words in (("Plan run-rate", "+700"), ("Forecast run-rate", "+600"), ("Validated run-rate", "+50")):
        assert label in page
        assert f">{words}</td>" in page
    text = client.get(scene.url("/comparison/?from=2026-08&export=csv")).content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(StringIO(text)) if row["Code"] == "M-8"]
    assert [(row["What"], row["Field"], row["Difference"]) for row in rows] == [
        ("added", figure.label, amounts[figure.key]) for figure in FIGURES
    ]
    answer = client.get(scene.url("/api/v1/comparison/?from=2026-08")).json()
    assert {key: answer[key] for key in amounts} == amounts
    assert {key: answer["added"][0][key] for key in amounts} == amounts


def test_every_kind_of_value_that_is_compared_has_its_words() -> None:
    assert WORDS.keys() == set(Kind)


def test_a_nodes_statuses_move_against_the_last_lock(scene: World, client: Client) -> None:
    """Late and short of money at the lock; then everything is on time, and more arrives."""
    lock(scene)
    root = scene.nodes[Level.ORGANIZATION].pk
    before = NodeStatus.objects.get(node=root)
    assert (before.implementation, before.potential) == ("a", "r")
    MeasureTotals.objects.filter(measure__code="M-1").update(
        forecast_run_rate=D(12_000_000), fac_in_year=F("plan_in_year")
    )
    MeasureStatus.objects.filter(kind="implementation").update(value="g")
    rebuild_reports()
    client.force_login(scene.people["pmo"])
    figures = client.get(scene.url(f"/api/v1/nodes/{root}/figures/")).json()
    after = NodeStatus.objects.get(node=root)
    assert (after.implementation, after.potential) == ("g", "a")
    assert figures["trend"] == {"month": "2026-08", "implementation": "up", "potential": "up"}
    words = 'Dates <span aria-hidden="true">↑</span><span class="vh">better</span>'
    assert words in client.get(scene.url(f"/nodes/{root}/cockpit/")).content.decode()
    portfolio = scene.nodes[Level.PORTFOLIO].pk
    assert words in client.get(scene.url(f"/explorer/?node={portfolio}")).content.decode()
    past = client.get(scene.url(f"/api/v1/nodes/{root}/figures/?asof=2026-08")).json()
    assert past["trend"] == {"month": None, "implementation": "steady", "potential": "steady"}


def test_sums_of_another_fiscal_year_are_compared_for_the_same_year(scene: World) -> None:
    """Fiscal years from April: locks of March and April have different present years."""
    Organization.objects.filter(pk=scene.organization.pk).update(fiscal_year_start=4)
    with clock.at(date(2027, 3, 10)):
        base = lock(scene, date(2027, 2, 1))
    with clock.at(date(2027, 4, 12)):
        other = lock(scene, date(2027, 3, 1))
        assert (base.fiscal_year, other.fiscal_year) == (2027, 2028)
        found = comparison(scene.actor("pmo"), base, other)
    assert found.fiscal_year == 2028
    changed = {entry.code: [(change.field.key, change.before) for change in entry.changes] for entry in found.changed}
    assert ("plan_year", D(0)) in changed["M-2"]
