"""A file goes in row by row, through the actions; the same file again changes nothing."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import BusinessUnit, Node
from integrations.constants import Outcome
from integrations.models import ImportRow, ImportRun
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.reading import read_file
from integrations.portfolios.reports import ImportReport
from measures.core.actions.measures import edit_measure
from measures.models import Measure, Milestone
from tests.integrations.small import CLEAN, VARIANT, WITHHELD, mapping, write
from tests.world import World


def load(world: World, folder: Path, *rows: str, dry_run: bool = False, all_or_nothing: bool = False) -> ImportReport:
    """Import these rows as the operator."""
    source = read_file(write(folder, *rows), mapping())
    with world.inside():
        actor = operator_actor(world.organization.pk)
        return import_portfolio(actor, source, mapping(), options=Options(dry_run, all_or_nothing))


def outcomes(report: ImportReport) -> list[Outcome]:
    return [row.outcome for row in report.rows]


def test_rows_become_measures_below_nodes_of_every_level(world: World, tmp_path: Path) -> None:
    report = load(world, tmp_path, CLEAN, VARIANT)
    assert outcomes(report) == [Outcome.CREATED, Outcome.CREATED]
    with world.inside():
        measure = Measure.objects.select_related("package", "business_unit").get(code="A-1")
        above = Node.objects.filter(pk__in=measure.package.path).order_by("-level").values_list("name", flat=True)
        assert list(above)[:4] == ["Delivery", "Harbour £ dredging", "Ports", "Defence"]
        assert Node.objects.filter(level=Level.PORTFOLIO, name="Defence").count() == 1
        assert BusinessUnit.objects.get(name="Defence") == measure.business_unit
        assert list(Milestone.objects.filter(measure=measure).values_list("name", "baseline_on", "actual_on")) == [
            ("Start", date(2020, 1, 31), date(2020, 1, 31)),
            ("End", date(2027, 6, 30), None),
        ]


def test_what_the_source_does_not_know_stays_empty_and_ungovernable(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    with world.inside():
        measure = Measure.objects.get(code="A-1")
    assert (measure.doi, measure.governable) == (0, False)
    assert measure.missing_fields == ["owner", "sponsor", "controller", "function", "legal_entity", "committee"]


def test_a_second_run_of_the_same_file_changes_nothing(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN, VARIANT, WITHHELD)
    with world.inside():
        before = list(Measure.objects.order_by("code").values())
        audited, published = AuditEntry.objects.count(), OutboxRow.objects.count()
    report = load(world, tmp_path, CLEAN, VARIANT, WITHHELD)
    assert outcomes(report) == [Outcome.UNCHANGED] * 3
    with world.inside():
        assert list(Measure.objects.order_by("code").values()) == before
        # The run itself is on record.
        assert AuditEntry.objects.count() == audited + 1
        assert OutboxRow.objects.count() == published


def test_a_dry_run_reports_the_same_and_writes_nothing(world: World, tmp_path: Path) -> None:
    with world.inside():
        nodes = Node.objects.count()
    report = load(world, tmp_path, CLEAN, WITHHELD, dry_run=True)
    assert outcomes(report) == [Outcome.CREATED, Outcome.CREATED]
    assert report.committed is False
    with world.inside():
        assert (Measure.objects.count(), Node.objects.count()) == (0, nodes)
        assert (AuditEntry.objects.count(), OutboxRow.objects.count(), ImportRun.objects.count()) == (0, 0, 0)


def test_a_bad_row_is_rejected_and_the_good_ones_go_in(world: World, tmp_path: Path) -> None:
    report = load(world, tmp_path, CLEAN.replace("Amber", "=1+1"), VARIANT)
    assert outcomes(report) == [Outcome.REJECTED, Outcome.CREATED]
    with world.inside():
        assert list(Measure.objects.values_list("code", flat=True)) == ["A-2"]
        kept = ImportRow.objects.get(number=2)
        assert (kept.outcome, kept.messages) == (
            "rejected",
            ["rating: '=1+1': it is a formula; export values instead."],
        )


def test_all_or_nothing_keeps_nothing_when_a_row_is_rejected(world: World, tmp_path: Path) -> None:
    report = load(world, tmp_path, VARIANT, CLEAN.replace("Amber", "=1+1"), all_or_nothing=True)
    assert outcomes(report) == [Outcome.CREATED, Outcome.REJECTED]
    assert report.committed is False
    with world.inside():
        assert (Measure.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_row_that_an_action_refuses_leaves_no_trace(world: World, tmp_path: Path) -> None:
    with world.inside():
        world.measure("A-1")
        nodes = Node.objects.count()
    report = load(world, tmp_path, CLEAN)
    assert outcomes(report) == [Outcome.REJECTED]
    assert report.rows[0].messages == ["number: Another measure already has this code."]
    with world.inside():
        assert Node.objects.count() == nodes


def test_blank_rows_are_counted_not_dropped(world: World, tmp_path: Path) -> None:
    """Also those that hold another program's delimiters, or too few or many of the file's own."""
    report = load(world, tmp_path, CLEAN, ";;;;;;;;;", ",,,, ,", ";;", VARIANT)
    assert outcomes(report) == [Outcome.CREATED, *[Outcome.BLANK] * 3, Outcome.CREATED]
    assert report.counts == {"created": 2, "blank": 3}


def test_one_mistyped_cell_is_left_out_and_the_rest_of_its_row_goes_in(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    changed = CLEAN.replace("larger ships", "the largest ships").replace("£1,186.00", "soon")
    report = load(world, tmp_path, changed.replace("2027-06-30", "2927-06-30").replace("2020-01-31", "31/01/2020"))
    assert outcomes(report) == [Outcome.UPDATED]
    told = report.rows[0].messages
    assert "budget: 'soon' is left out: it is not an amount like 1,234.56." in told
    assert "start: '31/01/2020' is left out: it is not a date like 2026-10-31." in told
    assert any(sentence.startswith("end: 2927-06-30 is left out: ") for sentence in told)
    with world.inside():
        measure = Measure.objects.get(code="A-1")
        assert measure.description == "Deepen the fairway so that the largest ships can call."
        assert measure.source_values["kept"]["Budget"] == "1186.00"
        assert {row.name: row.forecast_on for row in measure.milestones.all()} == {
            "Start": date(2020, 1, 31), "End": date(2027, 6, 30),
        }  # fmt: skip
    report = load(world, tmp_path, changed.replace("soon", "£1,200.00").replace("2027-06-30", "2027-09-30"))
    assert outcomes(report) == [Outcome.UPDATED]
    with world.inside():
        measure.refresh_from_db()
        assert measure.source_values["kept"]["Budget"] == "1200.00"
        assert measure.milestones.get(name="End").forecast_on == date(2027, 9, 30)


def test_what_was_taken_once_is_taken_again_until_the_measure_is_identified(world: World, tmp_path: Path) -> None:
    """A short description, or none, goes in at every reading; from DoI 1 on it stays, and the rest goes in."""
    full = "Deepen the fairway so that larger ships can call."
    load(world, tmp_path, CLEAN.replace(full, "Deepen it."))
    report = load(world, tmp_path, CLEAN.replace(full, "Dredge it.").replace("2027-06-30", "2027-07-30"))
    assert outcomes(report) == [Outcome.UPDATED]
    assert outcomes(load(world, tmp_path, CLEAN.replace(full, ""))) == [Outcome.UPDATED]
    with world.inside():
        assert Measure.objects.get().description == ""
    load(world, tmp_path, CLEAN)
    with world.inside():
        first = Measure.objects.get()
        identified = world.measure(
            "B-1", doi=1, source_system=first.source_system, external_id="A-9", source_values=first.source_values,
            name=first.name, description=full,
        )  # fmt: skip
    report = load(world, tmp_path, CLEAN.replace("A-1", "A-9").replace(full, "").replace("Amber", "Red"))
    with world.inside():
        identified.refresh_from_db()
        assert identified.description == full
        assert identified.source_values["kept"]["Rating"] == "Red"
    assert any(": stays as it is here. " in sentence for sentence in report.rows[0].messages)


def test_a_changed_cell_updates_its_field_only(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    report = load(world, tmp_path, CLEAN.replace("larger ships", "the largest ships"))
    assert outcomes(report) == [Outcome.UPDATED]
    with world.inside():
        measure = Measure.objects.get(code="A-1")
    assert measure.description == "Deepen the fairway so that the largest ships can call."
    assert measure.name == "Harbour £ dredging"


def test_an_edit_made_here_survives_a_file_that_did_not_change_it(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    with world.inside():
        measure = Measure.objects.get(code="A-1")
        edit_measure(world.actor("pmo"), measure.pk, name="Harbour dredging, south")
    report = load(world, tmp_path, CLEAN.replace("larger ships", "the largest ships"))
    assert outcomes(report) == [Outcome.UPDATED]
    with world.inside():
        assert Measure.objects.get(code="A-1").name == "Harbour dredging, south"


def test_a_value_changed_on_both_sides_is_a_conflict_for_a_person(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    with world.inside():
        measure = Measure.objects.get(code="A-1")
        mine = "Deepen the fairway for ships of the next class only."
        edit_measure(world.actor("pmo"), measure.pk, description=mine)
    report = load(world, tmp_path, CLEAN.replace("larger ships", "the largest ships"))
    assert outcomes(report) == [Outcome.CONFLICT]
    assert report.rows[0].messages[0].startswith("description: the file says 'Deepen the fairway so that the largest")
    with world.inside():
        assert Measure.objects.get(code="A-1").description == mine


def test_a_later_date_moves_the_forecast_and_keeps_the_baseline(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    load(world, tmp_path, CLEAN.replace("2027-06-30", "2027-09-30"))
    with world.inside():
        end = Milestone.objects.get(name="End")
    assert (end.baseline_on, end.forecast_on) == (date(2027, 6, 30), date(2027, 9, 30))


def test_a_node_renamed_here_is_found_again(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    with world.inside():
        Node.objects.filter(name="Defence").update(name="Ministry of Defence")
    report = load(world, tmp_path, CLEAN, VARIANT)
    assert outcomes(report) == [Outcome.UNCHANGED, Outcome.CREATED]
    with world.inside():
        assert Node.objects.filter(level=Level.PORTFOLIO, source_system="small").count() == 1


def test_the_other_organization_sees_nothing_of_an_import(world: World, twin: World, tmp_path: Path) -> None:
    load(world, tmp_path, CLEAN)
    with twin.inside():
        assert (Measure.objects.count(), ImportRun.objects.count(), ImportRow.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("persona", ["reader", "sponsor", "controller", "chair"])
def test_an_import_has_no_more_rights_than_who_runs_it(world: World, tmp_path: Path, persona: str) -> None:
    source = read_file(write(tmp_path, CLEAN), mapping())
    with world.inside():
        nodes = Node.objects.count()
        report = import_portfolio(world.actor(persona), source, mapping(), options=Options())
        assert outcomes(report) == [Outcome.REJECTED]
        assert (Measure.objects.count(), Node.objects.count()) == (0, nodes)


def test_dates_take_their_turn_before_any_measure_is_locked(world: World, tmp_path: Path) -> None:
    load(world, tmp_path, VARIANT, CLEAN)
    with CaptureQueriesContext(connection) as queries:
        load(world, tmp_path, VARIANT.replace("oldest", "older"), CLEAN.replace("2027-06-30", "2027-12-31"))
    said = [query["sql"] for query in queries]
    turns = [place for place, sql in enumerate(said) if "pg_advisory_xact_lock" in sql and "network:" in sql]
    locks = [place for place, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql or "FOR UPDATE" in sql]
    assert turns
    assert locks
    assert turns[0] < locks[0]
