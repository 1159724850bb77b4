"""Organizations with two, three and four gates, and bodies that approve by amount, on a small file."""

from dataclasses import replace
from pathlib import Path

import pytest

from cat4.errors import NotAllowed
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.rules.catalog import default_book
from measures.models import EffectLine, EffectMonth, Measure
from tests.governance.gate_models import bodies, carry, history, lean, read, rights
from tests.measures.steps import refused
from tests.world import World

FILE = Path(__file__).parent.parent / "files/gates.csv"
LIMITS = {"Group": 2_500_000, "Board": None}
CHAIRS = {"Group": "member", "Board": "chair"}


def test_projects_stand_where_their_dates_say_and_each_degree_has_its_record(world: World) -> None:
    projects = {project.code: project for project in read(FILE)}
    assert {code: found for code, real_project in projects.items() if (found := real_project.out_of_order)} == {
        "A-3": [("Stage1", "Stage2")]
    }
    with world.inside():
        made = bodies(world, LIMITS)
        for gates in ((3, 5), (2, 3, 5), (2, 3, 4, 5)):
            lean(world, gates, rights(made, LIMITS))
            for project in projects.values():
                if project.gates != gates:
                    continue
                measure = carry(world, project, CHAIRS)
                seen = history(measure)
                assert [degree for degree, _, _ in seen] == list(range(1, measure.doi + 1))
                assert [(degree, day) for degree, day, is_gate in seen if is_gate] == project.passed()
        degrees = {code: len(history(Measure.objects.get(code=code))) for code in projects}
    assert degrees == {"A-1": 5, "A-2": 3, "A-3": 5, "A-4": 4, "A-5": 0}


def test_a_body_does_not_approve_above_its_amount(world: World) -> None:
    with world.inside():
        made = bodies(world, LIMITS)
        lean(world, (3, 5), rights(made, LIMITS))
        measure = world.measure("A-2")
        line = EffectLine.objects.create(
            measure=measure, name="Works", kind="capex", recurrence="one_off", legal_entity=world.entity,
            account=world.account, currency="EUR",
        )  # fmt: skip
        month = EffectMonth.objects.create(measure=measure, line=line, month="2026-01-01", plan=-2_500_001)
        request = request_gate(world.actor("owner"), measure.pk)
        with refused(NotAllowed, "Only the chair of the Board (Chair Alder) decides this gate."):
            decide_gate(world.actor("member"), request.pk, outcome="advance", reason="Ours.")
        EffectMonth.objects.filter(pk=month.pk).update(plan=-2_500_000)
        assert decide_gate(world.actor("member"), request.pk, outcome="advance", reason="Ours.").to_doi == 3


@pytest.mark.parametrize("gates", [(3, 5), (2, 3, 5), (2, 3, 4, 5)])
def test_the_next_gate_skips_no_degree(gates: tuple[int, ...]) -> None:
    book = replace(default_book(), gates=gates)
    reached, doi = [], 0
    while doi < 5:
        doi = book.next_gate(doi)
        reached.append(doi)
    assert tuple(reached) == gates
