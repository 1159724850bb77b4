"""A file is read as its mapping states, or refused with a sentence that says what to do."""

from datetime import date
from pathlib import Path

import pytest

from cat4.errors import Invalid
from integrations.portfolios.cells import clean_text, name_key
from integrations.portfolios.mapping import load_mapping, mapping_names, parse_mapping
from integrations.portfolios.reading import read_file, rows_of
from integrations.portfolios.records import DatedMilestone, Record, RecordReader
from tests.integrations.small import CLEAN, FOLDER, HEADER, VARIANT, WITHHELD, mapping, write
from tests.world import TODAY


def records(folder: Path, *rows: str, header: str = HEADER) -> list[Record]:
    reader = RecordReader(mapping(), TODAY)
    source = read_file(write(folder, *rows, header=header), mapping())
    return [reader.read(row) for row in rows_of(source, mapping())]


def test_every_mapping_that_is_shipped_can_be_loaded() -> None:
    assert [load_mapping(name).name for name in mapping_names()] == [
        "gmpp-2019",
        "gmpp-2020",
        "gmpp-2021",
        "gmpp-2022",
        "melbourne-gates",
    ]


def test_an_unknown_mapping_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        Invalid, match=r"There is no mapping '\.\./x'. Known: gmpp-2019, gmpp-2020, gmpp-2021, gmpp-2022, "
    ):
        load_mapping("../x")


def test_a_broken_mapping_names_its_key() -> None:
    with pytest.raises(Invalid, match=r"\[levels\] has no project, package"):
        parse_mapping(
            "x", "title='t'\nsource_system='s'\nexternal_id='i'\n[levels]\nportfolio={}\nprogram={}\n[measure]\n"
        )


def test_a_clean_row_becomes_nodes_fields_milestones_and_kept_values(tmp_path: Path) -> None:
    (record,) = records(tmp_path, CLEAN)
    assert record.problems == []
    assert record.nodes == ("Defence", "Ports", "Harbour £ dredging", "Delivery")
    assert record.fields["code"] == "A-1"
    assert record.milestones == [
        DatedMilestone("Start", date(2020, 1, 31), date(2020, 1, 31), column="start"),
        DatedMilestone("End", date(2027, 6, 30), None, column="end"),
    ]
    assert record.kept == {"Rating": "Amber", "Rating, owner": "Green", "Budget": "1186.00"}


def test_spelling_variants_meet_in_one_node(tmp_path: Path) -> None:
    assert {record.nodes[0] for record in records(tmp_path, CLEAN, VARIANT)} == {"Defence"}


def test_withheld_cells_are_kept_as_text_and_told(tmp_path: Path) -> None:
    (record,) = records(tmp_path, WITHHELD)
    assert record.problems == []
    assert record.kept["Budget"] == "Exempt under Section 43"
    assert [milestone.name for milestone in record.milestones] == ["End"]
    assert record.notes == [
        "start: withheld by the source, 'Exempt under Section 24'.",
        "budget: withheld by the source, 'Exempt under Section 43'.",
    ]


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (CLEAN.replace("£1,186.00", "soon"), "budget: 'soon' is left out: it is not an amount like 1,234.56."),
        (CLEAN.replace("£1,186.00", "NaN"), "budget: 'NaN' is left out: it is not an amount like 1,234.56."),
        (CLEAN.replace("£1,186.00", "1.0000015"), "budget: '1.0000015' is left out: it has more than six decimals."),
        (
            CLEAN.replace("2020-01-31", "31/01/2020"),
            "start: '31/01/2020' is left out: it is not a date like 2026-10-31.",
        ),
        (
            CLEAN.replace("2020-01-31", "2021-02-29"),
            "start: '2021-02-29' is left out: it is not a date like 2026-10-31.",
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out_and_told(tmp_path: Path, row: str, note: str) -> None:
    (record,) = records(tmp_path, row)
    assert (record.problems, record.notes) == ([], [note])
    assert len(record.unread) == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (CLEAN.replace("Amber", "=1+1"), "rating: '=1+1': it is a formula; export values instead."),
        (CLEAN.replace("A-1", " "), "number: it is empty, so the row can't be recognised again."),
        (CLEAN.replace("Ports", ""), "category: the program is empty."),
        (CLEAN + ";more", "The row has 11 cells, the header 10: it is shifted or broken."),
    ],
)
def test_a_bad_cell_rejects_its_row_naming_column_and_value(tmp_path: Path, row: str, problem: str) -> None:
    (record,) = records(tmp_path, row)
    assert record.problems == [problem]


def test_an_id_that_stands_twice_is_rejected_the_second_time(tmp_path: Path) -> None:
    first, second = records(tmp_path, CLEAN, CLEAN)
    assert first.problems == []
    assert second.problems == ["number: 'A-1' stands in row 2 already."]


def test_dates_out_of_order_are_told_and_go_in(tmp_path: Path) -> None:
    (record,) = records(tmp_path, CLEAN.replace("2027-06-30", "2019-06-30"))
    assert record.problems == []
    assert record.notes == ["start 2020-01-31 is after end 2019-06-30."]


def test_order_within_a_day_counts(tmp_path: Path) -> None:
    timed = parse_mapping("timed", (FOLDER / "portfolio.toml").read_text().replace("%Y-%m-%d", "%Y-%m-%d %H:%M"))
    row = CLEAN.replace("2020-01-31", "2020-01-31 17:00").replace("2027-06-30", "2020-01-31 08:00")
    source = read_file(write(tmp_path, row), timed)
    (record,) = (RecordReader(timed, TODAY).read(raw) for raw in rows_of(source, timed))
    assert record.notes == ["start 2020-01-31 17:00 is after end 2020-01-31 08:00."]


def test_a_wrong_encoding_is_named_with_byte_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, CLEAN)
    with pytest.raises(
        Invalid, match=r"portfolio.csv is not utf-8: byte 0xa3 in line 2. State another with --encoding."
    ):
        read_file(path, mapping(), encoding="utf-8")


def test_utf8_is_not_mistaken_for_cp1252(tmp_path: Path) -> None:
    path = write(tmp_path, CLEAN, encoding="utf-8-sig")
    with pytest.raises(Invalid, match="begins with the mark of UTF-8"):
        read_file(path, mapping())
    assert "£" in read_file(path, mapping(), encoding="utf-8-sig").text


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(Invalid, match=r"huge.csv has 200 MB; at most 25 MB are read. Split it."):
        read_file(path, mapping())


def test_a_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"The header lacks budget, rating#2\. It has: number, project"):
        records(tmp_path, header="number;project;department;category;aims;rating;start;end")


def test_an_open_quote_is_an_error_not_a_long_cell(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"portfolio\.csv, line"):
        records(tmp_path, CLEAN.replace("Amber", '"Amber'))


def test_zero_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "binary.csv"
    path.write_bytes(b"a;b\x00;c")
    with pytest.raises(Invalid, match="holds zero bytes"):
        read_file(path, mapping())


def test_texts_are_read_in_one_unicode_form() -> None:
    assert clean_text("Ha\u0308fen\u00a0 A\u030a") == "Häfen Å"
    assert name_key("HA\u0308FEN, Nord") == name_key("Häfen nord")
