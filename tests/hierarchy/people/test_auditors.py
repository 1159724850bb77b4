"""An auditor reads everything and takes no part in what they audit (domain section 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cat4.accounts.actor import Role
from cat4.accounts.models import Membership
from cat4.errors import Invalid
from hierarchy.committees.actions.committees import seat_member
from hierarchy.constants import Level
from hierarchy.models import RoleGrant
from hierarchy.nodes.actions.nodes import edit_node
from hierarchy.people.actions.deputies import name_deputy
from hierarchy.people.actions.invitations import invite_member
from hierarchy.people.actions.members import edit_member, grant_role
from hierarchy.people.selectors.members import member_lines
from measures.core.actions.measures import edit_measure
from tests.governance.ready import add_person
from tests.world import World

AUDITS = "An auditor changes nothing. Choose somebody else."


@pytest.fixture
def audited(world: World) -> World:
    add_person(world, "Audra", Role.AUDITOR)
    add_person(world, "Nora")
    return world


def membership(world: World, key: str) -> Any:
    lines = member_lines(world.actor("admin"))
    return next(line.membership for line in lines if line.membership.user == world.people[key])


def come_back_as_administrator(world: World, key: str) -> None:
    """After an access that ended on its day: the roles are still there."""
    user = world.people[key]
    Membership.objects.filter(user=user).update(ends_on=date(2026, 10, 1))
    invite_member(world.actor("admin"), email=user.email, name=user.name, is_admin=True)


ACTS: dict[str, tuple[str, Callable[[World, Any], Any]]] = {
    "a role": (
        "role",
        lambda w, who: grant_role(w.actor("admin"), user_id=who, node_id=w.package.pk, role="owner"),
    ),
    "administration": (
        "is_admin",
        lambda w, who: edit_member(w.actor("admin"), membership(w, "audra").pk, is_admin=True),
    ),
    "administration on coming back": ("is_admin", lambda w, who: come_back_as_administrator(w, "audra")),
    "a seat": (
        "user_id",
        lambda w, who: seat_member(w.actor("admin"), w.committee.pk, user_id=who, role="member"),
    ),
    "a deputy's place": (
        "deputy_id",
        lambda w, who: name_deputy(
            w.actor("chair"), principal_id=w.people["chair"].pk, deputy_id=who, reason="Away",
            first_day=date(2026, 10, 20), last_day=date(2026, 10, 21),
        ),
    ),
    "a node": ("lead_id", lambda w, who: edit_node(w.actor("pmo"), w.package.pk, lead_id=who)),
    "a measure": ("owner_id", lambda w, who: edit_measure(w.actor("pmo"), w.measure().pk, owner_id=who)),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_an_auditor_gets_no_part(audited: World, name: str) -> None:
    field, act = ACTS[name]
    with audited.inside(), pytest.raises(Invalid) as caught:
        act(audited, audited.people["audra"].pk)
    assert caught.value.errors == {field: [AUDITS]}


@pytest.mark.parametrize("key", ["owner", "member", "nora"])
def test_who_has_a_part_does_not_become_auditor(audited: World, key: str) -> None:
    """A role, a seat, or administration."""
    user, root = audited.people[key], audited.nodes[Level.ORGANIZATION]
    with audited.inside():
        edit_member(audited.actor("admin"), membership(audited, "nora").pk, is_admin=True)
        with pytest.raises(Invalid) as caught:
            grant_role(audited.actor("admin"), user_id=user.pk, node_id=root.pk, role="auditor")
    assert caught.value.errors["role"][0].startswith(f"{user.name} has other roles")


def test_an_auditor_reads_the_whole_organization(audited: World) -> None:
    with audited.inside():
        admin, nora = audited.actor("admin"), audited.people["nora"].pk
        with pytest.raises(Invalid) as caught:
            grant_role(admin, user_id=nora, node_id=audited.package.pk, role="auditor")
        assert caught.value.errors == {
            "role": ["An auditor reads everything. Grant the role at the organization itself."]
        }
        grant_role(admin, user_id=nora, node_id=audited.nodes[Level.ORGANIZATION].pk, role="auditor")
        assert audited.actor("nora").holds(Role.AUDITOR)


@pytest.mark.parametrize(("key", "role"), [("audra", Role.OWNER), ("owner", Role.AUDITOR)])
def test_the_database_keeps_auditors_apart(audited: World, key: str, role: Role) -> None:
    with audited.inside(), pytest.raises(DatabaseError, match="an auditor has no other role"), transaction.atomic():
        RoleGrant.objects.create(user=audited.people[key], node=audited.nodes[Level.ORGANIZATION], role=role)
