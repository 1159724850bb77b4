"""Melbourne Water's 445 capital projects under gate models of two, three and four gates, approved by amount.

Known from the source's documentation: one row has dates out of order, and the counts of the gate models.
"""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from governance.rulebook.selectors import book_of
from governance.rules.book import Amounts
from measures.models import Measure
from tests.governance.gate_models import Project, bodies, carry, history, lean, read, rights
from tests.world import World

pytestmark = pytest.mark.real_data

FILE = "melbourne_water_stage_gates/Capital_Delivery_Project_deidentified.csv"
# From the amounts that each body approved; the file shows a gap between every two of them.
LIMITS = {
    "People Leadership Group": 2_500_000,
    "Senior Leadership Group": 5_000_000,
    "Executive Leadership Group": 8_000_000,
    "MD": 40_000_000,
    "Finance, Audit and Compliance": 80_000_000,
    "MW Board": 150_000_000,
    "DTF": None,
}
CHAIRS = dict.fromkeys(LIMITS, "chair") | {"People Leadership Group": "member"}
# Every so many of a model goes through the actions; all of them are placed.
SAMPLE = {2: 60, 3: 40, 4: 6}


@pytest.fixture(scope="module")
def projects() -> list[Project]:
    return read(Path(os.environ["CAT4_REAL_DATA"]) / FILE)


def test_every_project_is_placed_at_its_gates_in_the_order_of_its_dates(projects: list[Project]) -> None:
    assert Counter(len(project.gates) for project in projects) == {2: 273 + 2, 3: 148, 4: 22}
    assert {real_project.code: found for real_project in projects if (found := real_project.out_of_order)} == {
        "Q05658": [("Stage1", "Stage2")]
    }
    for project in projects:
        days = [day for _, day in project.passed()]
        assert days == sorted(days), project.code
    placed = Counter(
        (len(real_project.gates), max([gate for gate, _ in real_project.passed()], default=0))
        for real_project in projects
    )
    assert sum(placed.values()) == 445


def test_every_project_was_approved_by_the_body_whose_limit_covers_it(world: World, projects: list[Project]) -> None:
    with world.inside():
        made = bodies(world, LIMITS)
        book = book_of(lean(world, (3, 5), rights(made, LIMITS)))
    names = {committee.pk: name for name, committee in made.items()}
    for project in projects:
        model = replace(book, gates=project.gates)
        first = model.authorities("gate_3", "", Amounts(cost=project.amount))[0]
        assert first.committee_id is not None
        assert names[first.committee_id] == project.body, project.code


def test_projects_of_each_model_pass_their_gates_through_the_actions(world: World, projects: list[Project]) -> None:
    with world.inside():
        made = bodies(world, LIMITS)
        for count, every in SAMPLE.items():
            of_model = [project for project in projects if len(project.gates) == count]
            lean(world, of_model[0].gates, rights(made, LIMITS))
            for project in of_model[::every]:
                seen = history(carry(world, project, CHAIRS))
                assert [degree for degree, _, _ in seen] == list(range(1, len(seen) + 1))
                assert [(degree, day) for degree, day, is_gate in seen if is_gate] == project.passed()
        assert Measure.objects.count() == sum(
            len([real_project for real_project in projects if len(real_project.gates) == count][::every])
            for count, every in SAMPLE.items()
        )
