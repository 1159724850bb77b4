"""Yearly files of one source: the same project stays the same measure, and what changed is a change here too."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404

from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed
from cat4.outbox.models import OutboxRow
from hierarchy.models import Node
from integrations.constants import Outcome
from integrations.models import ImportRow, ImportRun
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.mapping import Mapping, parse_mapping
from integrations.portfolios.reading import read_file
from integrations.portfolios.reports import ImportReport
from measures.core.actions.sources import renumber_measure
from measures.models import Measure, MeasureStatus, Milestone, PlanMilestone
from measures.schedule.actions.milestones import revise_milestone
from measures.status.actions.recompute import recompute_measure
from tests.integrations.steering import change_plan, steer
from tests.world import World

COMMON = """
title = "Ferries, year by year"
source_system = "ferries"
known_by = { column = "name", vocabulary = "renamed" }
[file]
delimiter = ";"
withheld = ["^exempt"]
undefined_bytes = true
[rebaselined]
column = "why"
says = ["re-?baselin"]
[levels]
portfolio = { column = "department" }
program = { text = "Ships" }
project = { column = "name" }
package = { text = "Delivery" }
[measure]
name = { column = "name" }
description = { column = "aims" }
[[milestones]]
name = "End"
column = "end"
comment = "why"
[[kept]]
label = "Rating"
column = "rating"
[vocabulary.renamed]
"Dock Crane" = "Quay crane"
"""
AIMS = "Replace the two oldest ferries of the northern line."
NORTH = f"Northern ferries;Transport;{AIMS};2027-06-30;On plan.;Amber"
CRANE = f"Dock Crane;Transport;{AIMS};2027-03-31;On plan.;Green"
FIRST, SECOND, THIRD = date(2024, 3, 31), date(2025, 3, 31), date(2026, 3, 31)


def unnumbered() -> Mapping:
    return parse_mapping("ferries-first", COMMON)


def numbered() -> Mapping:
    return parse_mapping("ferries", COMMON.replace("known_by", 'external_id = "number"\nknown_by'))


def load(world: World, folder: Path, mapping: Mapping, as_of: date, *rows: str) -> ImportReport:
    header = "name;department;aims;end;why;rating"
    header = f"number;{header}" if mapping.external_id else header
    path = folder / f"ferries_{as_of.year}.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode())
    with world.inside():
        actor = operator_actor(world.organization.pk)
        return import_portfolio(actor, read_file(path, mapping), mapping, options=Options(as_of=as_of))


@pytest.fixture
def ferries(world: World, tmp_path: Path) -> Measure:
    """Read as of March 2024, when the source had no numbers yet."""
    load(world, tmp_path, unnumbered(), FIRST, NORTH, CRANE)
    with world.inside():
        return Measure.objects.get(name="Northern ferries")


def end_of(measure: Measure) -> Milestone:
    return Milestone.objects.get(measure=measure, name="End")


def test_a_number_given_later_goes_to_the_measure_of_that_name(world: World, ferries: Measure, tmp_path: Path) -> None:
    assert ferries.external_id == "name:northern ferries"
    rows = [f"F-1;{NORTH.replace('Northern ferries', 'NORTHERN  Ferries')}", f"F-2;{CRANE.replace('Dock C', 'Quay c')}"]
    report = load(world, tmp_path, numbered(), SECOND, *rows, f"F-3;{NORTH.replace('Northern', 'Southern')}")
    assert report.counts == {"updated": 2, "created": 1}
    assert report.rows[0].messages[0] == f"Recognised by its name as {ferries.code}; F-1 is its number from now on."
    assert report.rows[2].messages == ["New: no earlier file had its number or its name."]
    with world.inside():
        again = Measure.objects.get(external_id="F-1")
        assert (again.pk, again.code, again.name) == (ferries.pk, ferries.code, "NORTHERN Ferries")
        told = AuditEntry.objects.filter(measure_id=ferries.pk).values_list("summary", flat=True)
        assert "changed the external ID of ferries from name:northern ferries to F-1" in told
        assert Measure.objects.filter(external_id="F-2").get().name == "Quay crane"


def test_a_project_that_is_called_otherwise_keeps_its_node(world: World, ferries: Measure, tmp_path: Path) -> None:
    load(world, tmp_path, numbered(), SECOND, f"F-1;{NORTH}", f"F-2;{CRANE}")
    with world.inside():
        nodes = Node.objects.count()
    load(world, tmp_path, numbered(), THIRD, f"F-1;{NORTH.replace('Northern', 'Arctic')}", f"F-2;{CRANE}")
    with world.inside():
        measure = Measure.objects.get(pk=ferries.pk)
        assert measure.package_id == ferries.package_id
        assert Node.objects.filter(name="Arctic ferries", pk__in=measure.package.path).exists()
        assert Node.objects.count() == nodes


def test_a_department_that_was_merged_moves_its_measure(world: World, ferries: Measure, tmp_path: Path) -> None:
    alone, merged = (NORTH.replace("Transport", name) for name in ("Harbours", "Infrastructure"))
    report = load(world, tmp_path, unnumbered(), SECOND, alone, CRANE)
    assert report.rows[0].messages == ["Moved from Transport to Harbours."]
    # A department with a single project is no less a department: it isn't renamed with it.
    report = load(world, tmp_path, unnumbered(), THIRD, merged, CRANE)
    assert report.rows[0].messages == ["Moved from Harbours to Infrastructure."]


def test_another_end_date_is_a_forecast_with_the_reason_of_the_source(
    world: World, ferries: Measure, tmp_path: Path
) -> None:
    later = NORTH.replace("2027-06-30", "2027-09-30").replace("On plan", "The yard burnt down").replace("Amber", "Red")
    report = load(world, tmp_path, unnumbered(), SECOND, later, CRANE)
    assert report.rows[0].messages == [
        "End: forecast moved from 30 Jun 2027 to 30 Sep 2027; its baseline, 30 Jun 2027, stays.",
        "From the source: Rating from Amber to Red.",
    ]
    with world.inside():
        assert end_of(ferries).baseline_on == date(2027, 6, 30)
        moved = AuditEntry.objects.get(measure_id=ferries.pk, verb="milestone.edited")
        assert moved.change == {"forecast_on": ["2027-06-30", "2027-09-30"]}
        assert moved.reason == "ferries_2025.csv, as of 31 Mar 2025: The yard burnt down."
        kept = AuditEntry.objects.filter(measure_id=ferries.pk).latest("id")
        assert kept.summary == "edited the values of the source (Rating from Amber to Red)"
        assert kept.change == {"source_values": [{"Rating": "Amber"}, {"Rating": "Red"}]}


def test_a_slip_turns_a_decided_measure_red_and_its_plan_changes_by_decision_only(
    world: World, ferries: Measure, tmp_path: Path
) -> None:
    with world.inside():
        steer(world, ferries, to_doi=3, proven_on=date(2026, 10, 1), effect_from=date(2026, 11, 1))
    later = NORTH.replace("2027-06-30", "2027-12-31").replace("On plan", "The plan was re-baselined")
    report = load(world, tmp_path, unnumbered(), SECOND, later, CRANE)
    assert report.rows[0].messages[-1] == "End: says re-baselined: ask for a change of the plan."
    with world.inside():
        assert end_of(ferries).baseline_on == date(2027, 6, 30)
        recompute_measure(ferries.pk)
        status = MeasureStatus.objects.get(measure=ferries, kind="implementation")
        assert (status.value, status.reasons[0]) == ("r", "End comes 132 working days late, on 31 Dec 2027.")
        change_plan(world, end_of(ferries), date(2027, 12, 31), "Re-baselined as the source says.")
        recompute_measure(ferries.pk)
        assert MeasureStatus.objects.get(measure=ferries, kind="implementation").value == "g"
        dates = PlanMilestone.objects.filter(milestone=end_of(ferries)).order_by("plan_version__number")
        assert list(dates.values_list("plan_version__number", "baseline_on")) == [
            (1, date(2027, 6, 30)),
            (2, date(2027, 12, 31)),
        ]
    assert load(world, tmp_path, unnumbered(), SECOND, later, CRANE).counts == {"unchanged": 2}


def test_a_forecast_that_was_moved_here_is_a_conflict(world: World, ferries: Measure, tmp_path: Path) -> None:
    with world.inside():
        revise_milestone(world.actor("pmo"), end_of(ferries).pk, forecast_on=date(2028, 1, 31), reason="No yard free.")
    report = load(world, tmp_path, unnumbered(), SECOND, NORTH.replace("2027-06-30", "2027-09-30"), CRANE)
    assert report.counts == {"conflict": 1, "unchanged": 1}
    assert report.rows[0].messages == [
        "End: the file says 2027-09-30, here it is forecast for 2028-01-31; nothing was changed."
    ]
    with world.inside():
        assert end_of(ferries).forecast_on == date(2028, 1, 31)


def test_a_date_that_is_withheld_for_a_year_is_kept_and_taken_up_again(
    world: World, ferries: Measure, tmp_path: Path
) -> None:
    report = load(world, tmp_path, unnumbered(), SECOND, NORTH.replace("2027-06-30", "Exempt"), CRANE)
    assert report.rows[0].outcome == Outcome.UNCHANGED
    load(world, tmp_path, unnumbered(), THIRD, NORTH.replace("2027-06-30", "2027-07-31"), CRANE)
    with world.inside():
        assert (end_of(ferries).baseline_on, end_of(ferries).forecast_on) == (date(2027, 6, 30), date(2027, 7, 31))


def test_a_measure_that_left_the_file_is_told_and_stays(world: World, ferries: Measure, tmp_path: Path) -> None:
    report = load(world, tmp_path, unnumbered(), SECOND, CRANE)
    assert report.counts == {"unchanged": 1, "missing": 1}
    sentence = (
        f"{ferries.code} Northern ferries: It was in ferries_2024.csv, and isn't in this file. It stays as it is here."
    )
    assert report.rows[1].messages == [sentence]
    with world.inside():
        assert Measure.objects.get(pk=ferries.pk).lifecycle == "active"
        assert ImportRow.objects.get(outcome="missing").number == 0
    report = load(world, tmp_path, unnumbered(), THIRD, CRANE)
    assert report.rows[1].messages[0].startswith(f"{ferries.code} Northern ferries: It isn't in this file.")


@pytest.mark.parametrize(
    ("as_of", "problem"),
    [
        (FIRST, "ferries_2024.csv describes 31 Mar 2024, but ferries_2025.csv of 31 Mar 2025 was read already."),
        (date(2027, 3, 31), "ferries_2027.csv describes 31 Mar 2027, which lies in the future."),
    ],
)
def test_a_file_out_of_its_time_is_refused_as_a_whole(
    world: World, ferries: Measure, tmp_path: Path, as_of: date, problem: str
) -> None:
    load(world, tmp_path, unnumbered(), SECOND, NORTH.replace("Amber", "Green"), CRANE)
    with world.inside():
        before = _everything()
    with pytest.raises(Invalid, match=problem):
        load(world, tmp_path, unnumbered(), as_of, NORTH, CRANE, CRANE.replace("Dock", "Other"))
    with world.inside():
        assert _everything() == before


def _everything() -> list[object]:
    tables = (Measure, Milestone, Node, ImportRun, AuditEntry, OutboxRow)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_the_command_takes_the_day_of_the_file_and_says_who_left(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed, dated = "ID,Owner Group,Delivery Program,Owner Team,EPT", "BNI,PBC,BCA,Stage1,Stage2,Stage3"
    header = f"{placed},{dated},FFC,Approval body,Tender Closed"
    first, second = (tmp_path / name for name in ("first.csv", "second.csv"))
    first.write_text(f"{header}\nQ1,Water,Mains,South,A,01/02/2025,,,,,,,,\nQ2,Water,Mains,South,A,,,,,,,,,\n")
    second.write_text(f"{header}\nQ2,Water,Mains,South,A,,,,,,,,,\n")
    told = {"organization": "alder", "mapping": "melbourne-gates"}
    call_command("import_portfolio", first, as_of=date(2025, 1, 31), **told)
    call_command("import_portfolio", second, as_of=date(2025, 2, 28), report=tmp_path / "report.csv", **told)
    assert "no row Q1, not in this file: Q1 Q1: It was in first.csv, and isn't in this file." in capsys.readouterr().out
    assert (tmp_path / "report.csv").read_text().splitlines()[2].startswith(",Q1,Not in this file,")
    with world.inside():
        # The first of February lay ahead of the file that named it: a plan then, no fact.
        assert Milestone.objects.get().actual_on is None
    with pytest.raises(CommandError, match=r"first.csv describes 31 Jan 2025, but second.csv of 28 Feb 2025 was read"):
        call_command("import_portfolio", first, as_of=date(2025, 1, 31), **told)


def test_a_mapping_extends_what_it_has_in_common_and_names_a_file_that_is_not_there() -> None:
    own = parse_mapping("x", 'extends = "_gmpp"\ntitle = "x"\n[[kept]]\nlabel = "Year"\ncolumn = "year"')
    assert (own.source_system, own.kept[0].label, own.kept[-1].label) == ("gmpp", "Delivery confidence, IPA", "Year")
    with pytest.raises(Invalid, match=r"_nowhere.toml"):
        parse_mapping("x", 'extends = "../mappings/_nowhere"')


def test_a_mapping_recognises_rows_by_number_or_name() -> None:
    with pytest.raises(Invalid, match="neither external_id nor known_by"):
        parse_mapping("x", COMMON.replace("known_by =", "# known_by ="))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("[file]", "[file]\ndecimal = ','"), r"\[file\] has the unknown key 'decimal'; did you mean 'decimal_mark'"),
        (("[file]", "[file]\nskip = 1"), r"\[file\] has the unknown key 'skip'"),
        (
            ("known_by =", "as_off = 2026-01-01\nknown_by ="),
            "the mapping has the unknown key 'as_off'; did you mean 'as_of'",
        ),
        (('column = "end"', 'colunm = "end"\ncolumn = "end"'), "has the unknown key 'colunm'; did you mean 'column'"),
    ],
)
def test_a_key_that_nobody_reads_is_an_error_that_names_the_nearest(typed: tuple[str, str], said: str) -> None:
    assert typed[0] in COMMON
    with pytest.raises(Invalid, match=said):
        parse_mapping("x", COMMON.replace(*typed, 1))


def test_a_vocabulary_that_is_not_there_is_an_error() -> None:
    named = COMMON.replace('column = "rating"', 'column = "rating"\nvocabulary = "no"')
    with pytest.raises(Invalid, match=r"\[\[kept\]\] Rating names the vocabulary 'no', which isn't there"):
        parse_mapping("x", named)


def test_a_byte_that_the_encoding_does_not_define_is_told_in_its_row(world: World, tmp_path: Path) -> None:
    mapping = parse_mapping("x", COMMON.replace("[file]", '[file]\nencoding = "cp1252"'))
    path = tmp_path / "ferries.csv"
    path.write_bytes(
        f"name;department;aims;end;why;rating\n{NORTH}\n".encode().replace(b"ferries of", b"ferries\x9d of")
    )
    with world.inside():
        actor = operator_actor(world.organization.pk)
        report = import_portfolio(actor, read_file(path, mapping), mapping, options=Options())
        assert (
            Measure.objects.get().description
            == "Replace the two oldest ferries\N{REPLACEMENT CHARACTER} of the northern line."
        )
    assert report.rows[0].messages == [
        "aims: a character that cp1252 doesn't have is shown as \N{REPLACEMENT CHARACTER}."
    ]


@pytest.mark.parametrize("persona", ["reader", "sponsor", "controller", "chair"])
def test_who_may_not_edit_a_measure_gives_it_no_number(world: World, ferries: Measure, persona: str) -> None:
    with world.inside():
        before = _everything()
        with pytest.raises(NotAllowed):
            renumber_measure(world.actor(persona), ferries.pk, external_id="F-1")
        assert _everything() == before


def test_a_number_of_another_measure_is_refused(world: World, ferries: Measure) -> None:
    with world.inside(), pytest.raises(Invalid, match="Another measure already carries this external ID"):
        renumber_measure(world.actor("pmo"), ferries.pk, external_id="name:quay crane")


def test_the_other_organization_can_not_renumber(world: World, twin: World, ferries: Measure) -> None:
    with twin.inside(), pytest.raises(Http404):
        renumber_measure(twin.actor("pmo"), ferries.pk, external_id="F-1")
