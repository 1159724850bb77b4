"""The UK's major projects, published four times: read year by year, with six of them governed here meanwhile.

The clock stands at 30 September of the year that a file is for. Counts are those of the source's documentation (81 and
159 numbers in common) and of the names in common between 2019, which has no numbers, and 2020.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from integrations.constants import Outcome
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.mapping import load_mapping
from integrations.portfolios.reading import read_file
from integrations.portfolios.reports import ImportReport
from measures.models import EffectMonth, Measure, MeasureStatus, Milestone, PlanMilestone
from measures.status.actions.recompute import recompute_measure
from tests.integrations.steering import change_plan, steer, widen_calendar
from tests.world import World

pytestmark = pytest.mark.real_data

YEARS = (2019, 2020, 2021, 2022)
ECHO, SMART, RADIO = "FCO_0010_1617-Q3", "DECC_0010_1112-Q1", "HO_0016_1213-Q1"
GAMES, RADAR, CREDIT = "DCMS_0012_1819-Q2", "MOD_0017_1112-Q1", "DWP_0009_1112-Q1"
NAMES_OF_2019 = {
    "Echo 2 Programme": 3,
    "Smart Metering Implementation Programme": 3,
    "Emergency Services Mobile Communications Programme": 3,
    "Birmingham 2022 Commonwealth Games": 3,
    "Crowsnest Programme": 2,
    "Universal Credit Programme": 2,
}


def file_of(year: int) -> Path:
    return Path(os.environ["CAT4_REAL_DATA"]) / f"gmpp/raw/uk_{year}.csv"


@contextmanager
def autumn_of(world: World, year: int) -> Iterator[None]:
    with clock.at(date(year, 9, 30)), world.inside():
        yield


def load(world: World, year: int) -> ImportReport:
    mapping = load_mapping(f"gmpp-{year}")
    actor = operator_actor(world.organization.pk)
    return import_portfolio(actor, read_file(file_of(year), mapping), mapping, options=Options())


def numbers_of(year: int) -> set[str]:
    """As the file writes them, without the mapping."""
    mapping = load_mapping(f"gmpp-{year}")
    text = file_of(year).read_bytes().decode(mapping.encoding, errors="replace")
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=mapping.delimiter)
    return {row["project_number"].strip() for row in rows}


def govern(world: World) -> None:
    """Four are decided, two are detailed, by the people of the world."""
    for start, degree in NAMES_OF_2019.items():
        measure = Measure.objects.get(name__startswith=start)
        steer(world, measure, to_doi=degree, proven_on=date(2019, 9, 16), effect_from=date(2019, 10, 1))


def end_of(number: str) -> Milestone:
    return Milestone.objects.get(measure__external_id=number, name="End")


def implementation(number: str) -> tuple[str, str]:
    """The status and its first reason, computed now."""
    measure = Measure.objects.get(external_id=number)
    recompute_measure(measure.pk)
    status = MeasureStatus.objects.get(measure=measure, kind="implementation")
    return status.value, status.reasons[0]


def slips(number: str) -> list[tuple[str, str, str]]:
    """Every forecast of the end date that history holds: the date before, after, and the file that said so."""
    entries = AuditEntry.objects.filter(object_id=end_of(number).pk, verb="milestone.edited").order_by("id")
    moved = [entry for entry in entries if "forecast_on" in entry.change]
    return [(*entry.change["forecast_on"], entry.reason.split(",")[0]) for entry in moved]


def asked_to_change(report: ImportReport) -> set[str]:
    said = "says re-baselined: ask for a change of the plan."
    return {row.external_id for row in report.rows if any(said in message for message in row.messages)}


def left(report: ImportReport) -> int:
    """Measures that the file before still had."""
    return sum(row.outcome == Outcome.MISSING and "It was in" in row.messages[0] for row in report.rows)


def test_four_years_in_a_row(world: World) -> None:
    with autumn_of(world, 2019):
        widen_calendar(date(2018, 4, 1), date(2024, 12, 1))
        assert load(world, 2019).counts == {"created": 133}
        govern(world)
        # What people added since is theirs: the same file finds nothing of its own changed.
        assert load(world, 2019).counts == {"unchanged": 133}
    with autumn_of(world, 2020):
        _second_year(world)
    with autumn_of(world, 2021):
        _third_year(world)
    with autumn_of(world, 2022):
        _fourth_year(world)
        _out_of_order(world)


def _second_year(world: World) -> None:
    report = load(world, 2020)
    # 104 names in common and four that the mapping knows to be renamed; 25 names left.
    assert report.counts == {"created": 17, "updated": 97, "conflict": 11, "missing": 25}
    assert (left(report), asked_to_change(report)) == (25, {ECHO})
    assert load(world, 2020).counts == {"unchanged": 125, "missing": 25}
    end = end_of(ECHO)
    assert (end.baseline_on, end.forecast_on) == (date(2021, 8, 31), date(2021, 9, 30))
    assert implementation(ECHO) == ("r", "End comes 22 working days late, on 30 Sep 2021.")
    assert implementation(SMART) == ("r", "End comes 1,043 working days late, on 31 Dec 2024.")
    assert implementation(GAMES)[0] == implementation(RADAR)[0] == "g"
    reason = AuditEntry.objects.filter(object_id=end.pk, verb="milestone.edited").latest("id").reason
    assert reason.startswith("uk_2020.csv, as of 30 Sep 2019: The scheduled baseline project end date at Q2 1920")


def _third_year(world: World) -> None:
    report = load(world, 2021)
    in_common = numbers_of(2020) & numbers_of(2021)
    # 81 numbers are the same, eight are written otherwise; 36 projects left, 25 had left before.
    assert (len(in_common), report.counts) == (81, {"created": 95, "updated": 84, "conflict": 5, "missing": 61})
    assert (left(report), asked_to_change(report)) == (36, {ECHO})
    assert load(world, 2021).counts == {"unchanged": 184, "missing": 61}
    assert implementation(RADAR) == ("a", "End comes 20 working days late, on 30 Jul 2023.")
    assert implementation(ECHO) == ("r", "End comes 522 working days late, on 31 Aug 2023.")
    change_plan(world, end_of(ECHO), date(2023, 8, 31), "Re-baselined, as the file of 2021 says.")
    assert implementation(ECHO)[0] == "g"
    assert load(world, 2021).counts == {"unchanged": 184, "missing": 61}


def _fourth_year(world: World) -> None:
    report = load(world, 2022)
    in_common = numbers_of(2021) & numbers_of(2022)
    assert (len(in_common), report.counts) == (159, {"created": 76, "updated": 152, "conflict": 7, "missing": 86})
    assert (left(report), asked_to_change(report)) == (25, {ECHO})
    assert load(world, 2022).counts == {"unchanged": 235, "missing": 86}
    # Late against the plan as it was changed; the plan as it was decided stays to be seen.
    assert implementation(ECHO) == ("r", "End comes 103 working days late, on 23 Jan 2024.")
    assert slips(ECHO) == [
        ("2021-08-31", "2021-09-30", "uk_2020.csv"),
        ("2021-09-30", "2023-08-31", "uk_2021.csv"),
        ("2023-08-31", "2024-01-23", "uk_2022.csv"),
    ]
    dates = PlanMilestone.objects.filter(milestone=end_of(ECHO)).order_by("plan_version__number")
    assert list(dates.values_list("plan_version__number", "baseline_on")) == [
        (1, date(2021, 8, 31)),
        (2, date(2023, 8, 31)),
    ]
    assert [before for before, _, _ in slips(RADIO)] == ["2020-12-31", "2022-12-31", "2024-11-19"]
    assert end_of(RADIO).baseline_on == date(2020, 12, 31)
    # Its end came back to what was planned, and the games never slipped.
    assert implementation(RADAR)[0] == "g"
    assert (slips(GAMES), implementation(GAMES)[0]) == ([], "g")
    assert [after for _, after, _ in slips(CREDIT)] == ["2024-12-31"]
    _kept_beside(world)


def _kept_beside(world: World) -> None:
    """Cost of a year is no monthly effect: it stays beside the measure, and its changes are in the history."""
    told = AuditEntry.objects.filter(measure_id=end_of(SMART).measure_id, verb="measure.edited", actor_name="Import")
    rating = "Delivery confidence, IPA from Amber/Red to Amber"
    assert any(
        rating in entry.summary and "Whole-life cost, GBP m from 17215.78 to 20136.95" in entry.summary
        for entry in told
    )
    assert set(EffectMonth.objects.values_list("measure__external_id", flat=True)) == {
        ECHO, SMART, RADIO, GAMES, RADAR, CREDIT,
    }  # fmt: skip
    assert Measure.objects.filter(doi__gt=0).count() == len(NAMES_OF_2019)


def _out_of_order(world: World) -> None:
    before = list(Measure.objects.order_by("pk").values_list("pk", "version", "external_id"))
    for year, later in pairwise((2019, 2022)):
        with pytest.raises(Invalid, match=f"uk_{year}.csv describes .* but uk_{later}.csv of 31 Mar 2022 was read"):
            load(world, year)
    assert list(Measure.objects.order_by("pk").values_list("pk", "version", "external_id")) == before
