"""Every route, every method, every persona: one table, and nothing outside of it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from cat4.accounts.actor import Role
from hierarchy.models import RoleGrant
from tests.api.scene import Scene, build_scene
from tests.security.matrix import VISITOR, Asker, Row, address, prepare, rows
from tests.security.routes import METHODS, routes
from tests.world import PERSONAS, World

TABLE = list(rows())


def part(key: str) -> str:
    """Rows are asked together by app, in one organization."""
    return "installation" if key.startswith("/") else key.partition(":")[0] if ":" in key else "accounts"


PARTS = sorted({part(row.key) for row in TABLE})
each_part = pytest.mark.parametrize("name", PARTS)
each_inner_part = pytest.mark.parametrize("name", [name for name in PARTS if name != "installation"])


@pytest.fixture
def scene(world: World) -> Scene:
    cache.clear()
    return prepare(build_scene(world))


def of(name: str) -> list[Row]:
    return [row for row in TABLE if part(row.key) == name]


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert routes().keys() - {row.key for row in TABLE} == set()
    assert {row.key for row in TABLE} - routes().keys() == set()
    asked = [(row.key, row.method) for row in TABLE]
    assert len(set(asked)) == len(asked)


@each_part
def test_every_persona_gets_the_answer_of_the_table(scene: Scene, name: str) -> None:
    askers = {persona: Asker(scene, persona) for persona in (*PERSONAS, VISITOR)}
    wrong = {}
    for row in of(name):
        path, drawn = address(scene.world, row.key, scene.ids), False
        for persona, expected in row.statuses:
            status = askers[persona].status(row, path, rendered=not drawn)
            # Each page is drawn once, for the first who may see it.
            drawn = drawn or status < 400
            if status != expected:
                wrong[f"{row} as {persona}"] = f"{status}, not {expected}"
    assert wrong == {}


def test_an_auditor_reads_everything_and_changes_nothing(scene: Scene) -> None:
    """Of the acts, those that a reader has too: their own notices, settings and tokens, a proof, a verification."""
    world = scene.world
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).update(role=Role.AUDITOR)
    auditor, wrong = Asker(scene, "reader"), {}
    for row in TABLE:
        if row.method == "get" and ":trail" not in row.key:
            continue
        expected = 200 if ":trail" in row.key else dict(row.statuses)["reader"]
        status = auditor.status(row, address(world, row.key, scene.ids), rendered=False)
        if status != expected:
            wrong[str(row)] = f"{status}, not {expected}"
    assert wrong == {}


@each_inner_part
def test_a_visitor_is_asked_to_sign_in_everywhere(scene: Scene, name: str) -> None:
    visitor = Asker(scene, VISITOR)
    asked = {}
    for row in of(name):
        path = address(scene.world, row.key, scene.ids)
        asked[str(row)] = (visitor.status(row, path), 401 if "/api/" in path else 302)
    assert {row: statuses for row, statuses in asked.items() if statuses[0] != statuses[1]} == {}


@each_inner_part
def test_a_member_of_another_organization_finds_nothing_anywhere(scene: Scene, twin: World, name: str) -> None:
    strangers = [Asker(Scene(twin, scene.ids), persona) for persona in ("pmo", "admin")]
    found = {}
    for row in of(name):
        path = address(scene.world, row.key, scene.ids)
        statuses = {stranger.status(row, path) for stranger in strangers}
        if statuses != {404}:
            found[str(row)] = statuses
    assert found == {}


@each_inner_part
def test_an_id_of_another_organization_is_found_by_nobody(scene: Scene, twin: World, name: str) -> None:
    foreign = prepare(build_scene(twin))
    askers = {persona: Asker(scene, persona) for persona in PERSONAS}
    found = {}
    for row in of(name):
        persona = next((persona for persona, status in row.statuses if status not in {403, 404}), "pmo")
        if "pk" in routes()[row.key].arguments:
            own, elsewhere = (address(scene.world, row.key, ids) for ids in (scene.ids, foreign.ids))
            status = askers[persona].status(row, elsewhere, meant=own)
            if status != 404:
                found[f"{row} as {persona}"] = status
    assert found == {}


@each_inner_part
def test_a_method_without_a_row_is_not_offered(scene: Scene, name: str) -> None:
    asker = Asker(scene, "pmo")
    offered = {}
    for key in {row.key for row in of(name) if not row.key.startswith("account_")}:
        path = address(scene.world, key, scene.ids)
        for method in {*METHODS} - {row.method for row in TABLE if row.key == key}:
            status = asker.status(Row(key, method, ()), path)
            if status != 405:
                offered[f"{method} {key}"] = status
    assert offered == {}
