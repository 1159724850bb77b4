"""Nobody makes themselves controller or chair: not by naming, not by succession, not by page, action or API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cat4.accounts.actor import Role
from cat4.accounts.models import Membership
from cat4.audit.models import AuditEntry
from cat4.errors import Invalid
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import CommitteeMember, RoleGrant
from hierarchy.people import successions
from hierarchy.people.actions.members import deactivate_member
from measures.core.actions.measures import create_measure, edit_measure
from measures.models import Measure
from tests.world import World

NOT_ONESELF = "Nobody names themselves controller. Somebody else has to name you."
OWN_SUCCESSOR = "Nobody hands a duty to themselves. Choose somebody else, or ask another administrator."
FACTS: dict[str, Any] = {
    "name": "Retender steel",
    "description": "Bundle the steel volumes of both plants and tender them again.",
    "business_reason": "Two plants pay two prices.",
    "kind": "ebitda_cost",
}


def no_controller(world: World, persona: str) -> str:
    return (
        f"{world.people[persona].name} is no controller here. "
        f"Grant the controller's role at {world.package.name} or above first, in People."
    )


def grant(world: World, persona: str, level: Level = Level.PACKAGE) -> None:
    RoleGrant.objects.create(user=world.people[persona], node=world.nodes[level], role=Role.CONTROLLER)


def left(world: World) -> tuple[object, ...]:
    """What a refusal leaves as it was."""
    with world.inside():
        return (
            list(Measure.objects.order_by("id").values()),
            list(RoleGrant.objects.order_by("id").values()),
            list(CommitteeMember.objects.order_by("id").values()),
            list(Membership.objects.order_by("id").values()),
            AuditEntry.objects.count(),
            OutboxRow.objects.count(),
        )


def membership(world: World, persona: str) -> UUID:
    return Membership.objects.get(user=world.people[persona], organization=world.organization).pk


def successors(world: World, leaver: str, successor: str) -> dict[str, UUID | None]:
    return {duty.key: world.people[successor].pk for duty in successions.duties_of(world.people[leaver].pk)}


@pytest.mark.parametrize("leaver", ["owner", "sponsor", "controller", "chair"])
def test_an_administrator_does_not_succeed_to_a_duty(world: World, leaver: str) -> None:
    with world.inside():
        world.measure()
        grant(world, "admin")
    before = left(world)
    with world.inside(), pytest.raises(Invalid) as refusal:
        chosen = successors(world, leaver, "admin")
        deactivate_member(world.actor("admin"), membership(world, leaver), successors=chosen)
    assert refusal.value.errors == {key: [OWN_SUCCESSOR] for key in chosen}
    assert len(chosen) == 1
    assert left(world) == before


def test_the_page_offers_an_administrator_not_themselves(client: Client, world: World) -> None:
    with world.inside():
        world.measure()
        chosen = successors(world, "controller", "admin")
    before = left(world)
    client.force_login(world.people["admin"])
    path = world.url(f"/members/{membership(world, 'controller')}/deactivate/")
    assert str(world.people["admin"].pk) not in client.get(path).content.decode()
    assert client.post(path, chosen).status_code == 422
    assert left(world) == before


def test_a_controller_is_succeeded_by_a_controller_only(world: World) -> None:
    with world.inside():
        world.measure()
    before = left(world)
    with world.inside():
        chosen = successors(world, "controller", "reader")
        with pytest.raises(Invalid) as refusal:
            deactivate_member(world.actor("admin"), membership(world, "controller"), successors=chosen)
    assert refusal.value.errors == {key: [no_controller(world, "reader")] for key in chosen}
    assert left(world) == before
    with world.inside():
        grant(world, "reader")
        deactivate_member(world.actor("admin"), membership(world, "controller"), successors=chosen)
        assert Measure.objects.get().controller == world.people["reader"]


@pytest.mark.parametrize("persona", ["pmo", "admin", "reader", "member", "chair"])
def test_who_lacks_the_role_is_not_named_controller(world: World, persona: str) -> None:
    """The portfolio manager themselves, and anybody else."""
    with world.inside():
        measure = world.measure()
    before = left(world)
    person = world.people[persona].pk
    with world.inside():
        with pytest.raises(Invalid) as edited:
            edit_measure(world.actor("pmo"), measure.pk, controller_id=person)
        with pytest.raises(Invalid) as created:
            create_measure(world.actor("pmo"), package_id=world.package.pk, controller_id=person, **FACTS)
    reason = NOT_ONESELF if persona == "pmo" else no_controller(world, persona)
    assert edited.value.errors == created.value.errors == {"controller_id": [reason]}
    assert left(world) == before


def test_nobody_names_themselves_even_with_the_role(world: World) -> None:
    with world.inside():
        grant(world, "pmo")
        measure = world.measure()
    before = left(world)
    with world.inside(), pytest.raises(Invalid) as refusal:
        edit_measure(world.actor("pmo"), measure.pk, controller_id=world.people["pmo"].pk)
    assert refusal.value.errors == {"controller_id": [NOT_ONESELF]}
    assert left(world) == before


@pytest.mark.parametrize("level", list(Level))
def test_the_role_at_any_node_above_the_measure_is_enough(world: World, level: Level) -> None:
    with world.inside():
        grant(world, "reader", level)
        measure = world.measure()
        edit_measure(world.actor("pmo"), measure.pk, controller_id=world.people["reader"].pk)
        assert Measure.objects.get().controller == world.people["reader"]


def test_the_role_elsewhere_is_not(world: World) -> None:
    from tests.api.scene import build_scene

    scene = build_scene(world)
    with world.inside():
        RoleGrant.objects.create(user=world.people["reader"], node_id=scene.ids["other"], role=Role.CONTROLLER)
    before = left(world)
    with world.inside(), pytest.raises(Invalid) as refusal:
        edit_measure(world.actor("pmo"), UUID(scene.ids["draft"]), controller_id=world.people["reader"].pk)
    assert refusal.value.errors == {"controller_id": [no_controller(world, "reader")]}
    assert left(world) == before


def test_who_controls_already_stays_without_the_role(world: World) -> None:
    """A role that was revoked since doesn't keep other facts from being edited."""
    with world.inside():
        measure = world.measure()
        RoleGrant.objects.filter(user=world.people["controller"]).delete()
        edit_measure(world.actor("pmo"), measure.pk, name="Other", controller_id=world.people["controller"].pk)
        assert Measure.objects.get().name == "Other"


@pytest.mark.parametrize("persona", ["pmo", "reader"])
def test_neither_the_page_nor_the_api_names_such_a_controller(client: Client, world: World, persona: str) -> None:
    with world.inside():
        measure = world.measure()
    before = left(world)
    client.force_login(world.people["pmo"])
    person = str(world.people[persona].pk)
    facts: dict[str, Any] = {"controller_id": person, "owner_id": str(world.people["owner"].pk), "version": "1"}
    page = client.post(world.url(f"/measures/{measure.pk}/edit/governance/"), facts)
    assert page.status_code == 422
    api = client.patch(
        world.url(f"/api/v1/measures/{measure.pk}/"), {"controller_id": person}, content_type="application/json"
    )
    reason = NOT_ONESELF if persona == "pmo" else no_controller(world, persona)
    assert (api.status_code, api.json()["errors"]) == (422, {"controller_id": [reason]})
    assert left(world) == before
