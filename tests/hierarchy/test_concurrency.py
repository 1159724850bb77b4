"""Two people at once: a node added while its branch moves ends up with the branch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from django.db import connection

from cat4.accounts.actor import Actor
from cat4.errors import Conflict
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.actions.nodes import create_node, move_node
from hierarchy.people.actions.members import deactivate_member
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def _is_waiting() -> bool:
    """Whether another session waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def _wait_for_other() -> None:
    pause = Event()
    for _ in range(400):
        if _is_waiting():
            return
        pause.wait(0.01)
    pytest.fail("The other session never waited for a lock.")


def _move(world: World, actor: Actor, node_id: UUID, parent_id: UUID) -> None:
    try:
        with world.inside():
            move_node(actor, node_id, parent_id=parent_id)
    finally:
        connection.close()


def _deactivate(world: World, actor: Actor, membership_id: UUID) -> str:
    try:
        with world.inside():
            deactivate_member(actor, membership_id, successors={})
        return "done"
    except Conflict as refused:
        return refused.message
    finally:
        connection.close()


def test_a_package_added_while_its_program_moves_gets_the_new_path(world: World) -> None:
    actor, program, project = world.actor("pmo"), world.nodes[Level.PROGRAM], world.nodes[Level.PROJECT]
    with world.inside():
        second = create_node(actor, parent_id=world.nodes[Level.ORGANIZATION].pk, name="Second portfolio")
    with ThreadPoolExecutor(1) as pool:
        with world.inside():
            added = create_node(actor, parent_id=project.pk, name="Added meanwhile")
            moving = pool.submit(_move, world, actor, program.pk, second.pk)
            _wait_for_other()
        moving.result(timeout=20)
    with world.inside():
        assert Node.objects.get(pk=added.pk).path == [*second.path, program.pk, project.pk, added.pk]


def test_two_administrators_who_leave_at_once_do_not_leave_the_organization_without(world: World) -> None:
    admin = world.actor("admin")
    other = world.people["owner"].memberships.get()
    other.is_admin = True
    other.save()
    mine = world.people["admin"].memberships.get()
    with ThreadPoolExecutor(1) as pool:
        with world.inside():
            deactivate_member(admin, mine.pk, successors={})
            second = pool.submit(_deactivate, world, world.actor("owner"), other.pk)
            _wait_for_other()
        assert second.result(timeout=20).startswith("Owner Alder is the last administrator.")
