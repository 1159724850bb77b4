"""The organization tree: who may change it, what a change writes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.http import Http404
from django.test import Client

from cat4.accounts.actor import Grant, Role
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level, TargetKind, Topic, Verb
from hierarchy.models import Committee, Node, RoleGrant, Target
from hierarchy.nodes.actions.nodes import create_node, edit_node, move_node, restore_node, retire_node
from hierarchy.nodes.selectors.moves import consequences_of_move
from hierarchy.nodes.selectors.nodes import ancestors, children, visible_node, visible_nodes
from measures.models import Measure
from reporting.models import NodeYear
from tests.hierarchy.conftest import unchanged
from tests.world import World


def _paths() -> dict[str, list[UUID]]:
    return dict(Node.objects.values_list("name", "path"))


def test_a_portfolio_manager_creates_a_node_one_level_below_its_parent(inside: World) -> None:
    parent = inside.nodes[Level.PROGRAM]
    node = create_node(
        inside.actor("pmo"), parent_id=parent.pk, name="  Logistics ", code="LOG", lead_id=inside.people["owner"].pk
    )
    assert (node.name, node.level, node.parent_id, node.path) == (
        "Logistics",
        Level.PROJECT,
        parent.pk,
        [*parent.path, node.pk],
    )
    entry = AuditEntry.objects.get(verb=Verb.NODE_CREATED)
    assert (entry.object_id, entry.actor_name) == (node.pk, "Pmo Alder")
    assert entry.summary == "created the project Logistics in Program of Alder"
    assert list(OutboxRow.objects.values_list("topic", "object_id")) == [(Topic.NODE_CHANGED, node.pk)]


@pytest.mark.parametrize("persona", ["owner", "sponsor", "controller", "chair", "member", "reader", "admin"])
def test_nobody_else_creates_a_node_below_a_portfolio(world: World, persona: str) -> None:
    with unchanged(world, Node), world.inside(), pytest.raises(NotAllowed) as refusal:
        create_node(world.actor(persona), parent_id=world.nodes[Level.PORTFOLIO].pk, name="New")
    assert refusal.value.reason == "Only a portfolio manager of Portfolio of Alder may add to it."


def test_an_administrator_opens_a_portfolio_but_nothing_below(inside: World) -> None:
    root = inside.nodes[Level.ORGANIZATION]
    portfolio = create_node(inside.actor("admin"), parent_id=root.pk, name="Value plan")
    assert portfolio.level == Level.PORTFOLIO
    with pytest.raises(NotAllowed):
        edit_node(inside.actor("admin"), portfolio.pk, name="Other")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "Rings \x07"}, "name"),
        ({"name": "New", "code": "N\x00"}, "code"),
        ({"name": "x" * 201}, "name"),
        ({"name": "New", "code": "c" * 41}, "code"),
        ({"name": "New", "lead_id": uuid4()}, "lead_id"),
        ({"name": "Project of Alder"}, "name"),
    ],
)
def test_bad_input_is_refused_by_field(world: World, facts: dict[str, object], field: str) -> None:
    with unchanged(world, Node), world.inside(), pytest.raises(Invalid) as refusal:
        create_node(world.actor("pmo"), parent_id=world.nodes[Level.PROGRAM].pk, **facts)  # type: ignore[arg-type]
    assert list(refusal.value.errors) == [field]


def test_a_package_takes_no_nodes(inside: World) -> None:
    with pytest.raises(Invalid) as refusal:
        create_node(inside.actor("pmo"), parent_id=inside.package.pk, name="New")
    assert list(refusal.value.errors) == ["parent_id"]


def test_an_external_id_is_taken_once_per_source(inside: World) -> None:
    facts = {"parent_id": inside.nodes[Level.PROGRAM].pk, "source_system": "jira", "external_id": "7"}
    create_node(inside.actor("pmo"), name="One", **facts)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal:
        create_node(inside.actor("pmo"), name="Two", **facts)  # type: ignore[arg-type]
    assert list(refusal.value.errors) == ["external_id"]


def test_a_parent_of_another_organization_is_not_found(world: World, twin: World) -> None:
    with unchanged(world, Node), unchanged(twin, Node), world.inside(), pytest.raises(Http404):
        create_node(world.actor("pmo"), parent_id=twin.nodes[Level.PROGRAM].pk, name="New")


@pytest.mark.parametrize("act", ["edit", "move", "retire", "restore"])
def test_a_node_of_another_organization_is_not_found(world: World, twin: World, act: str) -> None:
    foreign, actor = twin.nodes[Level.PROJECT].pk, world.actor("pmo")
    acts = {
        "edit": lambda: edit_node(actor, foreign, name="Mine"),
        "move": lambda: move_node(actor, foreign, parent_id=world.nodes[Level.PROGRAM].pk),
        "retire": lambda: retire_node(actor, foreign, reason="Over"),
        "restore": lambda: restore_node(actor, foreign),
    }
    with unchanged(world, Node), unchanged(twin, Node), world.inside(), pytest.raises(Http404):
        acts[act]()


def test_an_edit_writes_old_and_new_and_counts_the_version(inside: World) -> None:
    node = edit_node(inside.actor("pmo"), inside.package.pk, name="Steel", code="ST", expected_version=1)
    assert (node.name, node.code, node.version) == ("Steel", "ST", 2)
    change = AuditEntry.objects.get(verb=Verb.NODE_EDITED).change
    assert change == {"name": ["Measure package of Alder", "Steel"], "code": ["", "ST"]}


def test_an_edit_that_changes_nothing_writes_nothing(world: World) -> None:
    with unchanged(world, Node), world.inside():
        edit_node(world.actor("pmo"), world.package.pk, name=world.package.name)


def test_the_second_of_two_tabs_is_told_what_the_first_saved(world: World) -> None:
    with world.inside():
        edit_node(world.actor("pmo"), world.package.pk, name="First", expected_version=1)
    with unchanged(world, Node), world.inside(), pytest.raises(StaleVersion) as refusal:
        edit_node(world.actor("pmo"), world.package.pk, name="Second", expected_version=1)
    assert refusal.value.current["version"] == 2
    assert refusal.value.current["name"] == "First"


def test_a_manager_of_one_program_neither_sees_nor_edits_another(inside: World) -> None:
    other = create_node(inside.actor("pmo"), parent_id=inside.nodes[Level.PORTFOLIO].pk, name="Other program")
    RoleGrant.objects.filter(user=inside.people["owner"]).delete()
    RoleGrant.objects.create(user=inside.people["owner"], node=inside.nodes[Level.PROGRAM], role=Role.PMO)
    actor = inside.actor("owner")
    assert edit_node(actor, inside.nodes[Level.PROJECT].pk, name="Mine").name == "Mine"
    with pytest.raises(Http404):
        visible_node(actor, other.pk)
    with pytest.raises(Http404):
        edit_node(actor, other.pk, name="Taken over")
    with pytest.raises(NotAllowed):
        retire_node(actor, inside.nodes[Level.PROGRAM].pk, reason="Over")


def test_a_move_rewrites_the_paths_of_the_subtree_and_tells_both_chains(inside: World) -> None:
    actor, project = inside.actor("pmo"), inside.nodes[Level.PROJECT]
    second = create_node(actor, parent_id=inside.nodes[Level.PORTFOLIO].pk, name="Second program")
    untouched = create_node(actor, parent_id=inside.nodes[Level.PROGRAM].pk, name="Stays")
    OutboxRow.objects.all().delete()
    moved = move_node(actor, project.pk, parent_id=second.pk)
    paths = _paths()
    assert moved.path == paths[project.name] == [*second.path, project.pk]
    assert paths[inside.package.name] == [*second.path, project.pk, inside.package.pk]
    assert paths["Stays"] == untouched.path
    assert set(OutboxRow.objects.values_list("topic", "object_id")) == {
        (Topic.NODE_MOVED, project.pk),
        (Topic.NODE_MOVED, inside.nodes[Level.PROGRAM].pk),
    }
    entry = AuditEntry.objects.get(verb=Verb.NODE_MOVED)
    assert entry.change["parent"] == ["Program of Alder", "Second program"]


def test_a_move_of_a_program_carries_every_level_below(inside: World) -> None:
    actor = inside.actor("pmo")
    second = create_node(actor, parent_id=inside.nodes[Level.ORGANIZATION].pk, name="Second portfolio")
    program = inside.nodes[Level.PROGRAM]
    move_node(actor, program.pk, parent_id=second.pk)
    expected = [*second.path]
    for level in (Level.PROGRAM, Level.PROJECT, Level.PACKAGE):
        expected = [*expected, inside.nodes[level].pk]
        assert Node.objects.get(pk=inside.nodes[level].pk).path == expected


def test_a_move_keeps_the_gaps_of_both_places(inside: World) -> None:
    actor, old = inside.actor("pmo"), inside.nodes[Level.PROGRAM]
    second = create_node(actor, parent_id=inside.nodes[Level.PORTFOLIO].pk, name="Second")
    for node, target in ((old, 500), (second, 100)):
        Target.objects.create(node=node, kind=TargetKind.IN_YEAR, fiscal_year=2026, amount=target)
    for node in (old, inside.nodes[Level.PROJECT], inside.nodes[Level.PORTFOLIO]):
        NodeYear.objects.create(
            node=node, kind="ebitda_cost", certainty="hard", fiscal_year=2026, measures=1, plan=300, fac=300,
            validated=0, reported=0, forecast=300, assumed=0, plan_exit_run_rate=0, exit_run_rate=0,
        )  # fmt: skip
    project = inside.nodes[Level.PROJECT]
    apart = replace(actor, is_admin=False, grants=(Grant(Role.PMO, project.pk), Grant(Role.PMO, second.pk)))
    shown = consequences_of_move(project, second).as_seen(apart)
    assert [(gap.node, gap.before, gap.after) for gap in shown.gaps] == [("Second", -100, 200)]
    with pytest.raises(Invalid, match="Every measure below keeps its committee"):
        move_node(actor, project.pk, parent_id=second.pk, committee_id=inside.committee.pk)
    move_node(actor, project.pk, parent_id=second.pk)
    kept = AuditEntry.objects.get(verb=Verb.NODE_MOVED).change["consequences"]
    assert [(gap["node"], gap["before"], gap["after"]) for gap in kept["gaps"]] == [
        ("Program of Alder", "-200.00", "-500.00"),
        ("Second", "-100.00", "200.00"),
    ]
    assert kept["committees"] == []


def test_a_move_leaves_no_measure_under_a_committee_without_power(world: World) -> None:
    with world.inside():
        actor, project = world.actor("pmo"), world.nodes[Level.PROJECT]
        second = create_node(actor, parent_id=world.nodes[Level.PORTFOLIO].pk, name="Second")
        here = Committee.objects.create(name="Program committee", node=world.nodes[Level.PROGRAM])
        there = Committee.objects.create(name="Second committee", node=second)
        measure, other = world.measure("M-1", committee=here), world.measure("M-2")
    with unchanged(world, Node), world.inside(), pytest.raises(Invalid) as refusal:
        move_node(actor, project.pk, parent_id=second.pk)
    said = "M-1 (Program committee) would be left with a committee that has no power there. Choose one that has."
    assert refusal.value.errors == {"committee_id": [said]}
    with world.inside():
        with pytest.raises(Invalid, match="The Program committee has no power over Second"):
            move_node(actor, project.pk, parent_id=second.pk, committee_id=here.pk)
        move_node(actor, project.pk, parent_id=second.pk, committee_id=there.pk)
        measure.refresh_from_db()
        other.refresh_from_db()
        assert (measure.committee, measure.version, other.committee) == (there, 2, world.committee)
        entry = AuditEntry.objects.get(verb="measure.edited")
        assert entry.change == {"committee_id": ["Program committee", "Second committee"]}
        told = Notice.objects.filter(kind="committee.changed").values_list("person", flat=True)
        assert set(told) == {measure.owner_id, measure.sponsor_id, measure.controller_id}
        kept = AuditEntry.objects.get(verb=Verb.NODE_MOVED).change["consequences"]["committees"]
        assert [(row["code"], row["before"], row["after"]) for row in kept] == [
            ("M-1", "Program committee", "Second committee")
        ]


def test_the_page_shows_what_a_move_does_before_it_moves(world: World, client: Client) -> None:
    with world.inside():
        project = world.nodes[Level.PROJECT]
        second = create_node(world.actor("pmo"), parent_id=world.nodes[Level.PORTFOLIO].pk, name="Second")
        here = Committee.objects.create(name="Program committee", node=world.nodes[Level.PROGRAM])
        world.measure("M-1", committee=here)
    client.force_login(world.people["pmo"])
    typed = {"parent_id": str(second.pk), "committee_id": str(world.committee.pk), "version": project.version}
    page = client.post(world.url(f"/nodes/{project.pk}/move/"), typed)
    assert "Measures that need another committee" in page.content.decode()
    asked = client.get(world.url(f"/api/v1/nodes/{project.pk}/move-consequences/?parent_id={second.pk}")).json()
    assert [(row["code"], row["committee"]) for row in asked["stranded"]] == [("M-1", "Program committee")]
    done = client.post(world.url(f"/nodes/{project.pk}/move/"), {**typed, "seen": str(second.pk)})
    assert done.status_code == 302
    with world.inside():
        assert Measure.objects.get().committee == world.committee


@pytest.mark.parametrize("target", [Level.ORGANIZATION, Level.PORTFOLIO, Level.PROJECT, Level.PACKAGE])
def test_a_move_to_a_wrong_level_or_below_itself_is_refused(world: World, target: Level) -> None:
    with unchanged(world, Node), world.inside(), pytest.raises(Invalid) as refusal:
        move_node(world.actor("pmo"), world.nodes[Level.PROJECT].pk, parent_id=world.nodes[target].pk)
    assert list(refusal.value.errors) == ["parent_id"]


def test_a_portfolio_does_not_move(inside: World) -> None:
    with pytest.raises(NotAllowed):
        move_node(inside.actor("pmo"), inside.nodes[Level.PORTFOLIO].pk, parent_id=inside.nodes[Level.ORGANIZATION].pk)


def test_a_move_asks_for_the_role_at_both_ends(world: World) -> None:
    with world.inside():
        second = create_node(world.actor("pmo"), parent_id=world.nodes[Level.PORTFOLIO].pk, name="Second")
        RoleGrant.objects.create(user=world.people["owner"], node=world.nodes[Level.PROGRAM], role=Role.PMO)
    with unchanged(world, Node), world.inside(), pytest.raises(NotAllowed) as refusal:
        move_node(world.actor("owner"), world.nodes[Level.PROJECT].pk, parent_id=second.pk)
    assert refusal.value.reason == "Only a portfolio manager of Second may move something there."


def test_a_move_into_a_taken_name_is_refused(world: World) -> None:
    with world.inside():
        actor = world.actor("pmo")
        second = create_node(actor, parent_id=world.nodes[Level.PORTFOLIO].pk, name="Second")
        create_node(actor, parent_id=second.pk, name="Project of Alder")
    with unchanged(world, Node), world.inside(), pytest.raises(Invalid) as refusal:
        move_node(actor, world.nodes[Level.PROJECT].pk, parent_id=second.pk)
    assert list(refusal.value.errors) == ["name"]


def test_a_node_with_open_children_is_not_retired(world: World) -> None:
    with unchanged(world, Node), world.inside(), pytest.raises(Conflict) as refusal:
        retire_node(world.actor("pmo"), world.nodes[Level.PROJECT].pk, reason="Over")
    assert refusal.value.message == "Project of Alder still has 1 node in use. Move or retire them first."


def test_a_package_with_open_measures_is_not_retired(world: World) -> None:
    with world.inside():
        world.measure("M-1")
    with unchanged(world, Node), world.inside(), pytest.raises(Conflict) as refusal:
        retire_node(world.actor("pmo"), world.package.pk, reason="Over")
    assert "1 open measure" in refusal.value.message


def test_a_package_whose_measures_have_ended_is_retired_and_restored(inside: World) -> None:
    inside.measure("M-1", lifecycle="cancelled")
    node = retire_node(inside.actor("pmo"), inside.package.pk, reason="Merged into another")
    assert node.is_retired
    assert AuditEntry.objects.get(verb=Verb.NODE_RETIRED).reason == "Merged into another"
    assert children(inside.actor("pmo"), inside.nodes[Level.PROJECT]) == []
    assert not restore_node(inside.actor("pmo"), inside.package.pk).is_retired


def test_retiring_needs_a_reason_and_happens_once(inside: World) -> None:
    with pytest.raises(Invalid):
        retire_node(inside.actor("pmo"), inside.package.pk, reason="  ")
    retire_node(inside.actor("pmo"), inside.package.pk, reason="Over")
    with pytest.raises(Conflict):
        retire_node(inside.actor("pmo"), inside.package.pk, reason="Over")


def test_a_node_is_not_restored_below_a_retired_one_nor_into_a_taken_name(inside: World) -> None:
    actor = inside.actor("pmo")
    retire_node(actor, inside.package.pk, reason="Over")
    create_node(actor, parent_id=inside.nodes[Level.PROJECT].pk, name=inside.package.name)
    with pytest.raises(Invalid):
        restore_node(actor, inside.package.pk)
    replacement = Node.objects.get(name=inside.package.name, retired_at__isnull=True)
    retire_node(actor, replacement.pk, reason="Over")
    retire_node(actor, inside.nodes[Level.PROJECT].pk, reason="Over")
    with pytest.raises(Conflict):
        restore_node(actor, inside.package.pk)


def test_the_tree_is_read_from_the_root_down(inside: World) -> None:
    actor = inside.actor("reader")
    assert [node.level for node in ancestors(inside.package)] == list(Level)
    assert [node.pk for node in children(actor, inside.nodes[Level.PROGRAM])] == [inside.nodes[Level.PROJECT].pk]
    assert inside.package.path == [*inside.nodes[Level.PROJECT].path, inside.package.pk]
    assert visible_nodes(actor).count() == 5


def test_a_member_without_any_role_sees_no_node(inside: World) -> None:
    RoleGrant.objects.filter(user=inside.people["reader"]).delete()
    assert visible_nodes(inside.actor("reader")).count() == 0
