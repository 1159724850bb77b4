"""Gates 2 and 3 look at what a measure waits for (domain section 4)."""

from __future__ import annotations

import pytest

from governance.gates.selectors.checklists import results_of
from governance.gates.selectors.facts import gate_facts
from measures.constants import Lifecycle
from measures.models import Dependency, Measure, Milestone
from tests.governance.ready import ready_measure
from tests.world import TODAY, World


def result(measure: Measure, rule: str) -> tuple[bool, str]:
    found = {rule_result.rule: rule_result for rule_result in results_of("advance", gate_facts(measure))}
    return found[rule].passed, found[rule].value


def waits_for(world: World, measure: Measure, lifecycle: str = Lifecycle.ACTIVE, **facts: str) -> Dependency:
    """The first milestone waits for one of another measure."""
    other = world.measure("M-2", lifecycle=lifecycle)
    predecessor = Milestone.objects.create(measure=other, name="Hall empty", baseline_on=TODAY, forecast_on=TODAY)
    return Dependency.objects.create(predecessor=predecessor, successor=measure.milestones.all()[0], **facts)


def test_gate_2_asks_for_dependencies_or_a_word_on_them(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, doi=1, dependencies_declared="")
        assert result(measure, "dependencies_declared") == (False, "not declared")
        waits_for(world, measure)
        assert result(measure, "dependencies_declared") == (True, "1 linked")
        Dependency.objects.all().delete()
        measure.dependencies_declared = "None."
        assert result(measure, "dependencies_declared") == (True, "declared")


@pytest.mark.parametrize(
    ("lifecycle", "note", "passed", "value"),
    [
        (Lifecycle.ACTIVE, "", True, "none"),
        (Lifecycle.ON_HOLD, "", False, "no plan for Hall empty of M-2 (on hold)"),
        (Lifecycle.CANCELLED, " ", False, "no plan for Hall empty of M-2 (cancelled)"),
        (Lifecycle.ON_HOLD, "Hall 3 is rented until then", True, "1 with a plan"),
    ],
)
def test_gate_3_asks_for_a_plan_for_predecessors_that_rest_or_will_not_come(
    world: World, lifecycle: str, note: str, passed: bool, value: str
) -> None:
    with world.inside():
        measure = ready_measure(world, doi=2)
        waits_for(world, measure, lifecycle, note=note)
        assert result(measure, "predecessors_standing") == (passed, value)
