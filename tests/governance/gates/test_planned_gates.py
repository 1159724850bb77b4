"""The planned dates of gates are frozen with the plan, and move only by an approved change of it (domain section 5)."""

from datetime import date

import pytest

from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from governance.gates.actions.decisions import decide_gate
from governance.gates.models import GateDecision, GateRequest
from measures.core.actions.measures import edit_measure
from measures.core.policies.standing import PLAN_IS_FROZEN
from measures.facts.measures import measure_facts
from measures.models import PlanVersion
from measures.schedule.actions.milestones import add_milestone
from tests.governance.changing import LATER, OPEN_ON, confirmed, decided, everything, propose
from tests.governance.ready import ready_measure
from tests.world import World


def decide(world: World, request: GateRequest) -> GateDecision:
    return decide_gate(world.actor("chair"), request.pk, outcome="change", reason="Agreed.")


def test_a_planned_gate_moves_by_a_change_and_every_version_keeps_its_date(inside: World) -> None:
    """Postponing a gate so that its status stays green needs the controller's word and the chair's decision."""
    measure, later = decided(inside), date(2027, 6, 30)
    was, closing = measure.implement_by, measure.close_by
    with pytest.raises(Invalid) as refused:
        edit_measure(inside.actor("owner"), measure.pk, implement_by=later)
    assert refused.value.errors == {"implement_by": [PLAN_IS_FROZEN]}
    request = confirmed(inside, propose(inside, measure, lines=[], gates={"implement_by": later, "close_by": closing}))
    measure.refresh_from_db()
    assert measure.implement_by == was
    decide(inside, request)
    measure.refresh_from_db()
    assert (measure.implement_by, measure.close_by) == (later, closing)
    assert list(PlanVersion.objects.order_by("number").values_list("implement_by", flat=True)) == [was, later]
    entry = AuditEntry.objects.get(verb="plan.changed")
    assert entry.summary == "changed the plan to version 2: the planned date of DoI 4"
    assert entry.change["planned_gates"] == {"planned date of DoI 4": [str(was), "2027-06-30"]}


def test_a_milestone_is_part_of_the_plan_until_the_decision_or_by_a_change_that_names_it(inside: World) -> None:
    early = ready_measure(inside, doi=2, code="M-2")
    assert add_milestone(inside.actor("owner"), early.pk, name="Pilot", baseline_on=OPEN_ON).is_planned
    measure = decided(inside)
    late = add_milestone(inside.actor("owner"), measure.pk, name="Cake", baseline_on=OPEN_ON)
    assert not late.is_planned
    decide(inside, confirmed(inside, propose(inside, measure, lines=[], dates={late.pk: LATER})))
    late.refresh_from_db()
    assert late.is_planned
    facts = {milestone.name: milestone.is_planned for milestone in measure_facts(measure.pk).milestones}
    assert facts["Cake"]


@pytest.mark.parametrize(
    ("doi", "gates", "field", "said"),
    [
        (4, {"implement_by": LATER}, "implement_by", "DoI 4 is reached"),
        (3, {"close_by": date(2026, 12, 1)}, "close_by", "lies before the planned date of DoI 4"),
        (3, {"implement_by": date(2028, 1, 1)}, "close_by", "lies before the planned date of DoI 4"),
    ],
)
def test_only_gates_ahead_are_planned_anew_and_in_their_order(
    inside: World, doi: int, gates: dict[str, date], field: str, said: str
) -> None:
    measure = decided(inside, doi)
    before = everything(measure)
    with pytest.raises(Invalid) as refused:
        propose(inside, measure, lines=[], gates=gates)
    assert list(refused.value.errors) == [field]
    assert said in refused.value.errors[field][0]
    assert everything(measure) == before
