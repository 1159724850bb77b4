"""No page, file or answer names a measure to somebody who may not see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from cat4.accounts.models import Membership, User
from hierarchy.constants import Level
from hierarchy.models import Node, RoleGrant
from measures.models import Measure
from tests.api.scene import Scene, build_scene
from tests.security.matrix import address, prepare, rows
from tests.world import World

# Words that stand in nothing else.
NAME, CODE = "Verborgenes", "V-B-G"


@pytest.fixture
def scene(world: World) -> Scene:
    cache.clear()
    scene = prepare(build_scene(world))
    with world.inside():
        for number, measure in enumerate(Measure.objects.order_by("code")):
            Measure.objects.filter(pk=measure.pk).update(name=f"{NAME} {number}", code=f"{CODE}-{number}")
    return scene


def stranger(world: World) -> User:
    """A member without any role, seat or part."""
    person = User.objects.create_user("nobody@alder.example", "Nobody Alder", "correct horse battery")
    Membership.objects.create(user=person, organization=world.organization)
    return person


def addresses(scene: Scene) -> Iterator[tuple[str, str]]:
    """Each route that can be read, and the page of each member, for their duties."""
    for row in rows():
        if row.method == "get" and not row.key.startswith("/"):
            yield row.key, address(scene.world, row.key, scene.ids)
    for membership in Membership.objects.filter(organization=scene.world.organization):
        yield f"member {membership.user.name}", scene.world.url(f"/members/{membership.pk}/")


def named(scene: Scene, person: User) -> dict[str, int]:
    """Where a name or code is read, and how often."""
    client, found = Client(), {}
    client.force_login(person)
    for key, path in addresses(scene):
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        times = body.count(NAME.encode()) + body.count(CODE.encode())
        if times:
            found[key] = times
    return found


def test_a_member_without_any_role_reads_no_name_of_a_measure(scene: Scene) -> None:
    assert named(scene, stranger(scene.world)) == {}


def test_who_has_a_role_elsewhere_reads_no_name_of_a_measure(scene: Scene) -> None:
    world, person = scene.world, stranger(scene.world)
    with world.inside():
        other = Node(level=Level.PORTFOLIO, name="Another portfolio", parent=world.nodes[Level.ORGANIZATION])
        other.path = [world.nodes[Level.ORGANIZATION].pk, other.pk]
        other.save(force_insert=True)
        RoleGrant.objects.create(user=person, node=other, role="owner")
    assert named(scene, person) == {}
