"""Members, roles, committees, tokens and successions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.http import Http404

from cat4.accounts.actor import Actor, Role
from cat4.accounts.addresses import prove
from cat4.accounts.models import ApiToken, Invitation, Membership, User
from cat4.accounts.selectors import membership_of, membership_of_token
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from hierarchy.committees.actions.committees import (
    create_committee,
    edit_committee,
    restore_committee,
    retire_committee,
    seat_member,
    unseat_member,
)
from hierarchy.constants import Level, Verb
from hierarchy.models import BusinessUnit, Committee, CommitteeMember, Node, RoleGrant
from hierarchy.people import successions
from hierarchy.people.actions.invitations import accept_invitation, invite_member
from hierarchy.people.actions.members import deactivate_member, edit_member, grant_role, revoke_role
from hierarchy.people.actions.tokens import issue_token, revoke_token
from tests.hierarchy.conftest import unchanged
from tests.world import World

OTHERS = ["pmo", "owner", "sponsor", "controller", "chair", "member", "reader"]


def membership(world: World, persona: str) -> Membership:
    return Membership.objects.get(user=world.people[persona], organization=world.organization)


@pytest.mark.parametrize("persona", OTHERS)
def test_nobody_else_manages_members_roles_or_committees(world: World, persona: str) -> None:
    owner = membership(world, "owner")
    with world.inside():
        actor, node, person = world.actor(persona), world.package.pk, world.people["reader"].pk
        grant, seat = RoleGrant.objects.get(user=world.people["owner"]), CommitteeMember.objects.first()
    assert seat is not None
    acts: list[Callable[[], object]] = [
        lambda: invite_member(actor, email="new@alder.example", name="New"),
        lambda: edit_member(actor, owner.pk, title="New"),
        lambda: deactivate_member(actor, owner.pk, successors={}),
        lambda: grant_role(actor, user_id=person, node_id=node, role="pmo"),
        lambda: revoke_role(actor, grant.pk),
        lambda: create_committee(actor, name="New", node_id=node),
        lambda: edit_committee(actor, world.committee.pk, name="New"),
        lambda: retire_committee(actor, world.committee.pk, reason="Over"),
        lambda: restore_committee(actor, world.committee.pk),
        lambda: seat_member(actor, world.committee.pk, user_id=person, role="member"),
        lambda: unseat_member(actor, seat.pk),
    ]
    with unchanged(world, Invitation, Membership, User, RoleGrant, Committee, CommitteeMember), world.inside():
        for act in acts:
            with pytest.raises(NotAllowed):
                act()


def test_what_lies_in_another_organization_is_not_found(world: World, twin: World) -> None:
    theirs = membership(twin, "owner")
    with twin.inside():
        grant, seat = RoleGrant.objects.first(), CommitteeMember.objects.first()
    assert grant is not None
    assert seat is not None
    admin = world.actor("admin")
    acts: list[Callable[[], object]] = [
        lambda: edit_member(admin, theirs.pk, title="New"),
        lambda: deactivate_member(admin, theirs.pk, successors={}),
        lambda: revoke_role(admin, grant.pk),
        lambda: edit_committee(admin, twin.committee.pk, name="New"),
        lambda: retire_committee(admin, twin.committee.pk, reason="Over"),
        lambda: restore_committee(admin, twin.committee.pk),
        lambda: seat_member(admin, twin.committee.pk, user_id=world.people["owner"].pk, role="member"),
        lambda: unseat_member(admin, seat.pk),
        lambda: revoke_token(admin, uuid4()),
    ]
    with unchanged(twin, Membership, RoleGrant, Committee, CommitteeMember), world.inside():
        for act in acts:
            with pytest.raises(Http404):
                act()


def test_a_person_or_node_of_another_organization_can_not_be_chosen(world: World, twin: World) -> None:
    with unchanged(world, RoleGrant, CommitteeMember, Committee), world.inside():
        admin, foreign, person = world.actor("admin"), twin.people["owner"].pk, world.people["owner"].pk
        cases: list[tuple[Callable[[], object], str]] = [
            (lambda: grant_role(admin, user_id=foreign, node_id=world.package.pk, role="pmo"), "user_id"),
            (lambda: grant_role(admin, user_id=person, node_id=twin.package.pk, role="pmo"), "node_id"),
            (lambda: grant_role(admin, user_id=person, node_id=world.package.pk, role="king"), "role"),
            (lambda: seat_member(admin, world.committee.pk, user_id=foreign, role="member"), "user_id"),
            (lambda: seat_member(admin, world.committee.pk, user_id=person, role="pmo"), "role"),
            (lambda: create_committee(admin, name="New", node_id=twin.package.pk), "node_id"),
            (lambda: create_committee(admin, name="Commercial committee", node_id=world.package.pk), "name"),
        ]
        for act, field in cases:
            with pytest.raises(Invalid) as refusal:
                act()
            assert list(refusal.value.errors) == [field]


def test_an_edited_membership_is_guarded_against_the_second_tab(inside: World) -> None:
    owner = membership(inside, "owner")
    mark = owner.version
    edit_member(inside.actor("admin"), owner.pk, expected_version=mark, title="Buyer", ends_on=date(2026, 12, 31))
    with pytest.raises(StaleVersion) as refusal:
        edit_member(inside.actor("admin"), owner.pk, expected_version=mark, title="Seller")
    assert refusal.value.current["title"] == "Buyer"
    with pytest.raises(Invalid):
        edit_member(inside.actor("admin"), owner.pk, ends_on=date(2026, 10, 1))


def test_the_last_administrator_stays(world: World) -> None:
    admin, mine = world.actor("admin"), membership(world, "admin")
    with unchanged(world, Membership), world.inside():
        acts: list[Callable[[], object]] = [
            lambda: edit_member(admin, mine.pk, is_admin=False),
            lambda: edit_member(admin, mine.pk, ends_on=date(2026, 12, 31)),
            lambda: deactivate_member(admin, mine.pk, successors={}),
        ]
        for act in acts:
            with pytest.raises(Conflict):
                act()
    with world.inside():
        edit_member(admin, membership(world, "owner").pk, is_admin=True)
        assert edit_member(admin, mine.pk, is_admin=False).is_admin is False


def test_nobody_gives_a_role_or_a_seat_to_themselves(world: World) -> None:
    admin, me = world.actor("admin"), world.people["admin"].pk
    with unchanged(world, RoleGrant, CommitteeMember), world.inside():
        with pytest.raises(NotAllowed) as refusal:
            grant_role(admin, user_id=me, node_id=world.package.pk, role="controller")
        with pytest.raises(NotAllowed):
            seat_member(admin, world.committee.pk, user_id=me, role="member")
    assert refusal.value.reason == "Nobody gives a role to themselves. Ask another administrator."


def test_a_role_is_granted_once_and_revoked(inside: World) -> None:
    facts = {"user_id": inside.people["reader"].pk, "node_id": inside.package.pk, "role": "owner"}
    grant = grant_role(inside.actor("admin"), **facts)  # type: ignore[arg-type]
    assert inside.actor("reader").has_role(inside.package.path, Role.OWNER)
    with pytest.raises(Invalid) as refusal:
        grant_role(inside.actor("admin"), **facts)  # type: ignore[arg-type]
    assert list(refusal.value.errors) == ["role"]
    revoke_role(inside.actor("admin"), grant.pk)
    assert not inside.actor("reader").has_role(inside.package.path, Role.OWNER)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {Verb.ROLE_GRANTED, Verb.ROLE_REVOKED} <= verbs


def test_who_leaves_hands_over_what_they_lead_and_loses_every_right(inside: World) -> None:
    admin, chair, pmo = inside.actor("admin"), membership(inside, "chair"), inside.people["pmo"]
    Node.objects.filter(pk=inside.package.pk).update(lead=chair.user)
    token, key = issue_token(inside.actor("chair"), name="Export")
    duties = {duty.label: duty.key for duty in successions.duties_of(chair.user_id)}
    assert list(duties) == ["Lead of Measure package of Alder", "Chair of Commercial committee"]
    deactivate_member(admin, chair.pk, successors=dict.fromkeys(duties.values(), pmo.pk), reason="Retired")
    assert membership_of(chair.user_id, "alder") is None
    assert membership_of_token(key) is None
    assert not RoleGrant.objects.filter(user=chair.user).exists()
    assert Node.objects.get(pk=inside.package.pk).lead == pmo
    assert CommitteeMember.objects.get(committee=inside.committee, role="chair").user == pmo
    entry = AuditEntry.objects.get(verb=Verb.MEMBER_DEACTIVATED)
    assert (entry.reason, len(entry.change["handed_over"])) == ("Retired", 2)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_what_nodes_and_units_name_a_leaving_person_for_passes_on_as_well(inside: World) -> None:
    admin, controller = inside.actor("admin"), membership(inside, "controller")
    sponsor, member, chair = (inside.people[key] for key in ("sponsor", "member", "chair"))
    program = Node.objects.filter(pk=inside.nodes[Level.PROGRAM].pk)
    program.update(default_sponsor=sponsor, default_controller=controller.user)
    BusinessUnit.objects.update(lead=controller.user)
    duties = {duty.kind: duty for duty in successions.duties_of(controller.user_id)}
    assert [duty.label for duty in duties.values()] == [
        "Unit lead of Drive Systems",
        "Default controller of Program of Alder",
    ]
    named = duties["default controller"].key

    def hand(successor: User) -> None:
        chosen = {named: successor.pk, duties["unit lead"].key: member.pk}
        deactivate_member(admin, controller.pk, successors=chosen)

    for refused, why in ((sponsor, "is the sponsor as well"), (member, "no controller here")):
        with pytest.raises(Invalid, match=why):
            hand(refused)
    RoleGrant.objects.create(user=chair, node=inside.nodes[Level.ORGANIZATION], role=Role.CONTROLLER)
    hand(chair)
    assert (program.get().default_controller, BusinessUnit.objects.get().lead) == (chair, member)
    assert AuditEntry.objects.get(verb=Verb.NODE_EDITED).change == {"controller": ["Controller Alder", "Chair Alder"]}


@pytest.mark.parametrize("successor", ["nobody", "themselves", "a stranger"])
def test_nobody_leaves_an_open_duty_behind(world: World, twin: World, successor: str) -> None:
    owner, admin = membership(world, "owner"), world.actor("admin")
    with world.inside():
        Node.objects.filter(pk=world.package.pk).update(lead=owner.user)
        key = successions.duties_of(owner.user_id)[0].key
    chosen = {"nobody": None, "themselves": owner.user_id, "a stranger": twin.people["owner"].pk}[successor]
    with unchanged(world, Membership, Node, RoleGrant), world.inside(), pytest.raises(Invalid) as refusal:
        deactivate_member(admin, owner.pk, successors={key: chosen})
    assert list(refusal.value.errors) == [key]


@pytest.fixture
def other_app() -> Iterator[list[tuple[str, UUID]]]:
    """An app above that registers duties, and refuses the reader as successor."""
    handed: list[tuple[str, UUID]] = []
    subject = uuid4()

    def duties(user_id: UUID) -> list[successions.Duty]:
        return [successions.Duty("other", "controller", subject, "M-1 Steel")]

    def hand_over(actor: Actor, duty: successions.Duty, successor_id: UUID) -> None:
        if User.objects.get(pk=successor_id).name.startswith("Reader"):
            raise Invalid({"controller": "The owner may not become controller."})
        handed.append((duty.label, successor_id))

    successions.register("other", successions.Succession(duties, hand_over))
    yield handed
    del successions._sources["other"]


def test_duties_of_higher_apps_are_handed_over_by_them(world: World, other_app: list[tuple[str, UUID]]) -> None:
    owner, admin = membership(world, "owner"), world.actor("admin")
    with unchanged(world, Membership, RoleGrant), world.inside():
        key = successions.duties_of(owner.user_id)[-1].key
        with pytest.raises(Invalid) as refusal:
            deactivate_member(admin, owner.pk, successors={key: world.people["reader"].pk})
    assert refusal.value.errors == {key: ["The owner may not become controller."]}
    with world.inside():
        deactivate_member(admin, owner.pk, successors={key: world.people["pmo"].pk})
    assert other_app == [("Controller of M-1 Steel", world.people["pmo"].pk)]


def test_who_left_comes_back_without_their_old_roles(inside: World) -> None:
    admin, owner = inside.actor("admin"), membership(inside, "owner")
    deactivate_member(admin, owner.pk, successors={})
    with pytest.raises(Conflict):
        deactivate_member(admin, owner.pk, successors={})
    invited = invite_member(admin, email="owner@alder.example", name="Owner", title="Adviser")
    prove(inside.people["owner"])
    back = accept_invitation(invited.pk, inside.people["owner"])
    assert (back.pk, back.is_active, back.title) == (owner.pk, True, "Adviser")
    assert inside.actor("owner").grants == ()
    assert AuditEntry.objects.filter(verb=Verb.MEMBER_REACTIVATED).count() == 1


def test_a_seat_brings_the_role_at_the_node_and_takes_it_along(inside: World) -> None:
    admin, person = inside.actor("admin"), inside.people["reader"]
    committee = create_committee(admin, name="Operations", node_id=inside.nodes[Level.PROGRAM].pk)
    seat_member(admin, committee.pk, user_id=person.pk, role="member")
    assert inside.actor("reader").has_role(inside.package.path, Role.MEMBER)
    assert committee.pk in inside.actor("reader").committee_ids
    seat = seat_member(admin, committee.pk, user_id=person.pk, role="chair")
    assert not inside.actor("reader").has_role(inside.package.path, Role.MEMBER)
    edit_committee(admin, committee.pk, node_id=inside.nodes[Level.PORTFOLIO].pk)
    grant = RoleGrant.objects.get(user=person, role=Role.CHAIR)
    assert grant.node_id == inside.nodes[Level.PORTFOLIO].pk
    unseat_member(admin, seat.pk)
    assert not RoleGrant.objects.filter(user=person, role=Role.CHAIR).exists()


def test_a_committee_is_versioned_and_has_one_chair(inside: World) -> None:
    admin = inside.actor("admin")
    edit_committee(admin, inside.committee.pk, expected_version=1, name="Steering")
    with pytest.raises(StaleVersion):
        edit_committee(admin, inside.committee.pk, expected_version=1, name="Other")
    with pytest.raises(Invalid) as refusal:
        seat_member(admin, inside.committee.pk, user_id=inside.people["member"].pk, role="chair")
    assert refusal.value.errors == {"role": ["Chair Alder chairs this committee. Make them a member first."]}


def test_a_committee_with_open_measures_is_not_retired(world: World) -> None:
    with world.inside():
        world.measure("M-1")
    with unchanged(world, Committee), world.inside(), pytest.raises(Conflict) as refusal:
        retire_committee(world.actor("admin"), world.committee.pk, reason="Over")
    assert refusal.value.message == "Commercial committee still has 1 open measure. Give them another committee first."


def test_a_committee_whose_measures_have_ended_is_retired_and_restored(inside: World) -> None:
    inside.measure("M-1", lifecycle="cancelled")
    admin, committee = inside.actor("admin"), inside.committee.pk
    with pytest.raises(Invalid):
        retire_committee(admin, committee, reason=" ")
    retire_committee(admin, committee, reason="Over")
    with pytest.raises(Conflict):
        retire_committee(admin, committee, reason="Over")
    with pytest.raises(Invalid):
        seat_member(admin, committee, user_id=inside.people["reader"].pk, role="member")
    assert restore_committee(admin, committee).retired_at is None


def test_a_token_acts_as_its_owner_until_it_is_revoked(inside: World) -> None:
    token, key = issue_token(inside.actor("owner"), name="Export", expires_on=date(2026, 12, 31))
    assert membership_of_token(key) == membership(inside, "owner")
    assert key.startswith("cat4_")
    assert key not in str(ApiToken.objects.filter(pk=token.pk).values())
    with pytest.raises(NotAllowed):
        revoke_token(inside.actor("pmo"), token.pk)
    revoke_token(inside.actor("admin"), token.pk)
    assert membership_of_token(key) is None
    with pytest.raises(Conflict):
        revoke_token(inside.actor("owner"), token.pk)


@pytest.mark.parametrize(
    ("facts", "field"), [({"name": " "}, "name"), ({"name": "Old", "expires_on": date(2026, 10, 14)}, "expires_on")]
)
def test_a_bad_token_is_refused_by_field(world: World, facts: dict[str, object], field: str) -> None:
    with unchanged(world, ApiToken), world.inside(), pytest.raises(Invalid) as refusal:
        issue_token(world.actor("owner"), **facts)  # type: ignore[arg-type]
    assert list(refusal.value.errors) == [field]
