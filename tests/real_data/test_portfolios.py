"""The public files that the shipped mappings are for, read whole. Counts are those of their own documentation."""

import os
from collections import Counter
from pathlib import Path

import pytest

from cat4.errors import Invalid
from hierarchy.constants import Level
from hierarchy.models import Node
from integrations.portfolios.actions.import_portfolio import Options, import_portfolio, operator_actor
from integrations.portfolios.mapping import load_mapping
from integrations.portfolios.reading import read_file
from integrations.portfolios.reports import ImportReport
from measures.models import Measure, Milestone
from tests.world import World

pytestmark = pytest.mark.real_data

MAJOR_PROJECTS = "gmpp/raw/uk_2022.csv"
STAGE_GATES = "melbourne_water_stage_gates/Capital_Delivery_Project_deidentified.csv"


def load(world: World, mapping: str, path: str) -> ImportReport:
    """Import a file of the real data as the operator."""
    file = Path(os.environ["CAT4_REAL_DATA"]) / path
    source = read_file(file, load_mapping(mapping))
    with world.inside():
        actor = operator_actor(world.organization.pk)
        return import_portfolio(actor, source, load_mapping(mapping), options=Options())


def test_the_major_projects_of_2022_go_in_and_again_as_a_no_op(world: World) -> None:
    report = load(world, "gmpp-2022", MAJOR_PROJECTS)
    assert report.rejected == []
    assert report.counts == {"created": 235}
    withheld = Counter(note.split(":")[0] for row in report.rows for note in row.messages if "withheld" in note)
    assert withheld == {
        "start_date": 11,
        "end_date": 17,
        "total_baseline": 31,
        "forecast_incl_NGC": 31,
        "wlc_baseline_incl_NCG": 42,
    }
    with world.inside():
        assert Measure.objects.count() == 235
        assert Measure.objects.filter(governable=True).count() == 0
        assert Node.objects.filter(level=Level.PORTFOLIO, source_system="gmpp").count() == 18
        # Eleven start and seventeen end dates are withheld.
        assert Milestone.objects.filter(name="Start").count() == 224
        assert Milestone.objects.filter(name="End").count() == 218
        prisons = Measure.objects.get(external_id="MOJ_0050_2021-Q1")
        assert prisons.source_values["kept"]["Whole-life cost, GBP m"] == "32614.00"
        assert prisons.owner_id is None
    assert load(world, "gmpp-2022", MAJOR_PROJECTS).counts == {"unchanged": 235}


def test_the_stage_gates_go_in_and_the_row_out_of_order_is_told(world: World) -> None:
    report = load(world, "melbourne-gates", STAGE_GATES)
    assert report.counts == {"created": 445}
    assert [row.number for row in report.rows] == list(range(2, 447))
    out_of_order = [row for row in report.rows if any("is after" in note for note in row.messages)]
    assert len(out_of_order) == 1
    assert (out_of_order[0].external_id, out_of_order[0].messages) == (
        "Q05658",
        ["Stage1 2018-06-08 17:00 is after Stage2 2018-06-08 08:00."],
    )
    with world.inside():
        assert Measure.objects.count() == 445
        # Every gate is a milestone, and no measure got past DoI 0 by a file.
        assert Measure.objects.exclude(doi=0).count() == 0
        assert Milestone.objects.filter(name="First business case").count() == 213
        first = Measure.objects.get(code="Q05640")
        assert first.source_values["kept"]["Estimated total value, AUD"] == "2066075.59"
    assert load(world, "melbourne-gates", STAGE_GATES).counts == {"unchanged": 445}


def test_the_wrong_mapping_is_refused_as_a_whole(world: World) -> None:
    with pytest.raises(Invalid, match="begins with the mark of UTF-8"):
        load(world, "gmpp-2022", STAGE_GATES)
    with world.inside():
        assert Measure.objects.count() == 0
