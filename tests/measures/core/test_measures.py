"""Creating, editing and moving measures."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from cat4.accounts.actor import Role
from cat4.errors import Invalid, NotAllowed, StaleVersion
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import Committee, Node, RoleGrant
from measures.core.actions.measures import create_measure, edit_measure, move_measure
from measures.core.selectors.mine import facts_to_name
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.findings.actions.overlap import check_overlap
from measures.models import Measure
from tests.measures.findings.test_findings import pair, planned
from tests.measures.steps import invalid, last_entry, refused, told_about
from tests.world import World

FACTS: dict[str, Any] = {
    "name": "Bundle steel",
    "description": "Bundle the steel volumes of both plants and tender them again.",
    "business_reason": "Two plants buy the same grades at different prices.",
    "kind": "ebitda_cost",
}


def second_package(world: World) -> Node:
    parent = world.nodes[Level.PROJECT]
    node = Node(level=Level.PACKAGE, parent=parent, name="Second package")
    node.path = [*parent.path, node.pk]
    node.save()
    return node


def test_a_new_measure_is_a_draft_at_doi_0_until_all_eight_facts_are_there(world: World) -> None:
    with world.inside():
        actor = world.actor("pmo")
        draft = create_measure(actor, package_id=world.package.pk, **FACTS)
        assert (draft.doi, draft.lifecycle, draft.governable) == (0, "active", False)
        assert draft.missing_fields[:2] == ["owner", "sponsor"]
        full = edit_measure(
            actor,
            draft.pk,
            owner_id=world.people["owner"].pk,
            sponsor_id=world.people["sponsor"].pk,
            controller_id=world.people["controller"].pk,
            business_unit_id=world.unit.pk,
            function_id=world.function.pk,
            legal_entity_id=world.entity.pk,
            committee_id=world.committee.pk,
        )
        assert full.governable is True
        assert Measure.objects.get().governable is True
        assert "changed the owner from nothing to Owner Alder" in last_entry(actor).summary
        assert told_about(draft)


def test_codes_count_on_within_the_prefix_of_the_program_and_leave_gaps(world: World) -> None:
    with world.inside():
        program = world.nodes[Level.PROGRAM]
        program.code = "COM"
        program.save()
        world.measure("COM-007")
        world.measure("COM-X")
        actor = world.actor("pmo")
        assert create_measure(actor, package_id=world.package.pk, **FACTS).code == "COM-008"
        assert create_measure(actor, package_id=world.package.pk, **FACTS).code == "COM-009"
        world.package.code = "STEEL"
        world.package.save()
        assert create_measure(actor, package_id=world.package.pk, **FACTS).code == "STEEL-001"


def test_a_given_code_is_kept_and_taken_only_once(world: World) -> None:
    with world.inside():
        actor = world.actor("pmo")
        assert create_measure(actor, package_id=world.package.pk, code="S-1", **FACTS).code == "S-1"
        with invalid("code", "already has this code"):
            create_measure(actor, package_id=world.package.pk, code="S-1", **FACTS)
        create_measure(actor, package_id=world.package.pk, source_system="erp", external_id="9", **FACTS)
        with invalid("external_id", "same source"):
            create_measure(actor, package_id=world.package.pk, source_system="erp", external_id="9", **FACTS)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "needed"),
        ("name", "x" * 201, "At most 200"),
        ("description", "Too short", "at least 30 characters"),
        ("description", "Nul \x00 bytes in a description of more than thirty", "control characters"),
        ("business_reason", "", "needed"),
        ("kind", "savings", "Choose one of"),
        ("target_amount", "NaN", "number"),
        ("owner_id", uuid4(), "active member"),
        ("legal_entity_id", uuid4(), "Unknown legal entity"),
        ("committee_id", uuid4(), "Unknown committee"),
    ],
)
def test_bad_input_is_named_by_its_field(world: World, field: str, value: Any, said: str) -> None:
    with world.inside(), invalid(field, said):
        create_measure(world.actor("pmo"), package_id=world.package.pk, **{**FACTS, field: value})


def test_only_a_package_of_the_organization_takes_a_measure(world: World, twin: World) -> None:
    with world.inside():
        with invalid("package_id", "Unknown measure package"):
            create_measure(world.actor("pmo"), package_id=twin.package.pk, **FACTS)
        with refused(NotAllowed, "is not one"):
            create_measure(world.actor("pmo"), package_id=world.nodes[Level.PROJECT].pk, **FACTS)
        assert Measure.objects.count() == 0


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "member", "reader", "admin"])
def test_only_those_who_work_at_the_package_create_measures(world: World, persona: str) -> None:
    with world.inside(), refused(NotAllowed, "may add measures"):
        create_measure(world.actor(persona), package_id=world.package.pk, **FACTS)


def test_ids_of_another_organization_are_unknown_here(world: World, twin: World) -> None:
    with world.inside():
        measure = world.measure()
        foreign_ids: dict[str, Any] = {
            "legal_entity_id": twin.entity.pk,
            "business_unit_id": twin.unit.pk,
            "function_id": twin.function.pk,
            "committee_id": twin.committee.pk,
            "receiving_unit_id": twin.unit.pk,
            "controller_id": twin.people["controller"].pk,
        }
        for field, foreign in foreign_ids.items():
            with invalid(field):
                edit_measure(world.actor("pmo"), measure.pk, **{field: foreign})
    with twin.inside(), pytest.raises(Http404):
        edit_measure(twin.actor("pmo"), measure.pk, name="Mine")


def test_the_owner_is_neither_controller_nor_the_sponsor_controller(world: World) -> None:
    with world.inside():
        measure = world.measure()
        with invalid("controller_id", "The owner can't be the controller"):
            edit_measure(world.actor("pmo"), measure.pk, controller_id=world.people["owner"].pk)
        with invalid("sponsor_id", "The sponsor can't be the controller"):
            edit_measure(world.actor("pmo"), measure.pk, sponsor_id=world.people["controller"].pk)


def test_a_stale_version_is_refused_with_the_state_as_it_is(world: World) -> None:
    with world.inside():
        measure = world.measure()
        owner = world.actor("owner")
        edit_measure(owner, measure.pk, expected_version=1, name="First")
        with refused(StaleVersion):
            edit_measure(owner, measure.pk, expected_version=1, name="Second")
        try:
            edit_measure(owner, measure.pk, expected_version=1, name="Second")
        except StaleVersion as error:
            assert error.current == {"version": 2, "name": "First"}
        assert Measure.objects.get().name == "First"


def test_an_edit_that_changes_nothing_writes_nothing(world: World) -> None:
    with world.inside():
        measure = world.measure()
        edit_measure(world.actor("owner"), measure.pk, name=measure.name, kind=measure.kind)
        assert not told_about(measure)
        assert Measure.objects.get().version == 1


def test_from_doi_1_on_the_owner_does_not_choose_the_own_controller(world: World) -> None:
    with world.inside():
        measure = world.measure()
        other = world.people["reader"].pk
        RoleGrant.objects.create(user_id=other, node=world.package, role=Role.CONTROLLER)
        edit_measure(world.actor("owner"), measure.pk, controller_id=other)
        measure = world.measure("M-2", doi=1)
        with refused(NotAllowed, "only the portfolio manager"):
            edit_measure(world.actor("owner"), measure.pk, controller_id=other)
        edit_measure(world.actor("pmo"), measure.pk, controller_id=other)


def test_an_identified_measure_never_loses_one_of_its_eight_facts(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=1)
        with invalid("controller_id", "needs its controller"):
            edit_measure(world.actor("pmo"), measure.pk, controller_id=None)


@pytest.mark.parametrize(
    ("doi", "field", "value", "said"),
    [
        (1, "close_by", date(2027, 6, 30), "A measure at DoI 1 needs its planned date of DoI 5. Enter another one."),
        (2, "closure_criteria", "Twelve months.", "A measure at DoI 2 needs its closure criteria. Enter another one."),
    ],
)
def test_what_a_passed_gate_asked_for_is_replaced_and_never_emptied(
    world: World, doi: int, field: str, value: Any, said: str
) -> None:
    owner = world.actor("owner")
    given: dict[str, Any] = {field: value}
    emptied: dict[str, Any] = {field: None if isinstance(value, date) else ""}
    with world.inside():
        draft, passed = world.measure("M-1", doi=doi - 1), world.measure("M-2", doi=doi)
        for measure in (draft, passed):
            edit_measure(owner, measure.pk, **given)
        edit_measure(owner, draft.pk, **emptied)
        with invalid(field, said):
            edit_measure(owner, passed.pk, **emptied)


def test_what_was_decided_is_not_edited(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        with invalid("target_amount", "change request"):
            edit_measure(world.actor("owner"), measure.pk, target_amount=1)
        edit_measure(world.actor("owner"), measure.pk, name="A better name")


@pytest.mark.parametrize(
    ("doi", "lifecycle", "said"), [(3, "on_hold", "on hold"), (3, "cancelled", "cancelled"), (5, "closed", "closed")]
)
def test_a_measure_that_rests_or_ended_is_read_only(world: World, doi: int, lifecycle: str, said: str) -> None:
    with world.inside():
        measure = world.measure(doi=doi, lifecycle=lifecycle)
        with refused(NotAllowed, said):
            edit_measure(world.actor("owner"), measure.pk, name="Another name")


def test_planned_dates_follow_each_other(world: World) -> None:
    from datetime import date

    with world.inside():
        measure = world.measure()
        with invalid("implement_by", "lies before"):
            edit_measure(world.actor("owner"), measure.pk, decide_by=date(2026, 12, 1), implement_by=date(2026, 11, 1))


def test_a_committee_decides_over_its_own_nodes_only(world: World) -> None:
    with world.inside():
        elsewhere = Node(level=Level.PORTFOLIO, parent=world.nodes[Level.ORGANIZATION], name="Elsewhere")
        elsewhere.path = [*world.nodes[Level.ORGANIZATION].path, elsewhere.pk]
        elsewhere.save()
        committee = Committee.objects.create(name="Elsewhere committee", node=elsewhere)
        with invalid("committee_id", "doesn't decide over"):
            edit_measure(world.actor("pmo"), world.measure().pk, committee_id=committee.pk)


def test_a_measure_moves_to_another_package_by_its_portfolio_manager(world: World) -> None:
    with world.inside():
        measure, package = world.measure(), second_package(world)
        with refused(NotAllowed, "may move the measure"):
            move_measure(world.actor("owner"), measure.pk, package_id=package.pk)
        moved = move_measure(world.actor("pmo"), measure.pk, package_id=package.pk)
        assert (moved.package_id, moved.version) == (package.pk, 2)
        assert last_entry().summary.endswith("to Second package")
        assert OutboxRow.objects.filter(topic="measures.measure_moved", object_id=measure.pk).exists()


def test_a_measure_that_leaves_the_reach_of_its_committee_gets_one_in_the_same_step(world: World) -> None:
    with world.inside():
        own = Committee.objects.create(name="Package committee", node=world.package)
        measure, package = world.measure("M-1", committee=own), second_package(world)
        with invalid("package_id", "The Package committee doesn't decide over"):
            move_measure(world.actor("pmo"), measure.pk, package_id=package.pk)
        with invalid("committee_id", "The Package committee doesn't decide over"):
            move_measure(world.actor("pmo"), measure.pk, package_id=package.pk, committee_id=own.pk)
        moved = move_measure(world.actor("pmo"), measure.pk, package_id=package.pk, committee_id=world.committee.pk)
        assert (moved.package, moved.committee) == (package, world.committee)
        assert last_entry().change == {"committee_id": ["Package committee", "Commercial committee"]}
        # Owner, sponsor and controller, and who chairs the committee that decides from now on.
        told = set(Notice.objects.filter(kind="committee.changed").values_list("person__email", flat=True))
        assert {mail.partition("@")[0] for mail in told} == {"owner", "sponsor", "controller", "chair"}


def test_a_measure_moves_neither_abroad_nor_below_anything_but_a_package(world: World, twin: World) -> None:
    with world.inside():
        measure = world.measure()
        with invalid("package_id", "Unknown measure package"):
            move_measure(world.actor("pmo"), measure.pk, package_id=twin.package.pk)
        with refused(NotAllowed, "is not one"):
            move_measure(world.actor("pmo"), measure.pk, package_id=world.nodes[Level.PROGRAM].pk)


def test_the_overlap_check_is_answered_in_words(world: World) -> None:
    with world.inside():
        measure = world.measure()
        with refused(NotAllowed):
            check_overlap(world.actor("controller"), measure.pk, resolution="None.")
        with invalid("resolution", "needed"):
            check_overlap(world.actor("owner"), measure.pk, resolution=" ")
        answered = check_overlap(world.actor("owner"), measure.pk, resolution="None: no other steel measure.")
        assert answered.overlap_checked_at is not None
        assert last_entry().verb == "measure.overlap_checked"


_OPEN = "Resolve 1 overlap in Checks first. M-1 and M-2 both book on account 400"


def test_the_overlap_check_waits_for_open_overlaps(world: World) -> None:
    with world.inside():
        first, second, row = pair(world)
        for measure in (first, second):
            with invalid("resolution", _OPEN):
                check_overlap(world.actor("owner"), measure.pk, resolution="None.")
            measure.refresh_from_db()
            assert (measure.overlap_checked_at, measure.overlap_resolution) == (None, "")
        resolve_finding(world.actor("owner"), row.pk, resolution="none", reason="Two plants.")
        answered = check_overlap(world.actor("owner"), second.pk, resolution="Two plants.")
        assert answered.overlap_resolution == "Two plants."


def test_the_overlap_check_of_an_identified_measure_does_not_wait_for_a_draft(world: World) -> None:
    with world.inside():
        first, draft = planned(world, "M-1"), planned(world, "M-2", doi=0)
        refresh_findings(draft.pk)
        assert check_overlap(world.actor("owner"), first.pk, resolution="M-2 is a draft.").overlap_checked_at
        with invalid("resolution", _OPEN):
            check_overlap(world.actor("owner"), draft.pk, resolution="None.")


def test_a_measure_makes_another_one_possible_and_its_history_names_it_by_code(world: World) -> None:
    with world.inside():
        first, second = world.measure("M-1"), world.measure("M-2")
        edited = edit_measure(world.actor("owner"), first.pk, enables_id=second.pk)
        assert (edited.enables_id, edited.version) == (second.pk, 2)
        assert last_entry().summary == "changed the measure that it makes possible from nothing to M-2"
        assert last_entry().change == {"enables_id": [None, "M-2"]}
        edit_measure(world.actor("owner"), first.pk, enables_id=None)
        assert last_entry().change == {"enables_id": ["M-2", None]}


def test_what_a_measure_makes_possible_is_another_one_of_the_organization_and_no_circle(
    world: World, twin: World
) -> None:
    with twin.inside():
        foreign = twin.measure("M-9")
    with world.inside():
        third = world.measure("M-3")
        second = world.measure("M-2", enables=third)
        first = world.measure("M-1", enables=second)
        for measure, other, sentence in (
            (first, first.pk, "A measure can't make itself possible. Name another one."),
            (first, foreign.pk, "There is no such measure."),
            (second, first.pk, "M-1 already makes M-2 possible. It can't go both ways."),
            (third, first.pk, "M-1 already makes M-3 possible by way of M-2. It can't go both ways."),
        ):
            kept = measure.enables_id
            with invalid("enables_id", sentence):
                edit_measure(world.actor("owner"), measure.pk, enables_id=other)
            measure.refresh_from_db()
            assert (measure.enables_id, measure.version) == (kept, 1)
        with refused(NotAllowed):
            edit_measure(world.actor("controller"), first.pk, enables_id=third.pk)


def test_who_sees_nothing_of_a_measure_gets_the_answer_of_an_unknown_one(world: World) -> None:
    with world.inside():
        measure = world.measure()
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
        with pytest.raises(Http404):
            edit_measure(world.actor("reader"), measure.pk, name="Mine")
        measure.sponsor = world.people["reader"]
        measure.save()
        with refused(NotAllowed):
            edit_measure(world.actor("reader"), measure.pk, name="Mine")


def test_unknown_facts_are_a_mistake_of_the_caller(world: World) -> None:
    with world.inside(), pytest.raises(TypeError):
        edit_measure(world.actor("pmo"), world.measure().pk, doi=5)


def test_several_mistakes_are_told_at_once(world: World) -> None:
    with world.inside(), pytest.raises(Invalid) as caught:
        create_measure(world.actor("pmo"), package_id=world.package.pk, **{**FACTS, "name": "", "kind": "x"})
    assert set(caught.value.errors) == {"name", "kind"}


def test_from_doi_1_on_people_and_committee_are_no_task_of_the_owner(world: World) -> None:
    with world.inside():
        assert facts_to_name(Measure(doi=0, description="Steel"))[:3] == ["owner", "sponsor", "controller"]
        assert facts_to_name(Measure(doi=1)) == ["description", "business_unit", "function", "legal_entity"]
