"""An id of another organization in a body, a filter or a cursor points nowhere, and hostile text breaks nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from measures.models import Measure
from tests.api.cases import CASES, Case
from tests.api.scene import Scene, build_scene
from tests.security.matrix import address, prepare, rows
from tests.security.routes import routes
from tests.world import World

LISTS = {row.key for row in rows() if row.method == "get"}
MARKUP = '"><script>alert(1)</script>'
# Beside each other in one address: what the one stops, the other parameters of the next page meet.
UNREADABLE = ["\0", "9" * 40]
PARAMETERS = [
    "q", "view", "sort", "doi", "implementation", "potential", "lifecycle", "governable", "overdue", "node", "cursor",
    "limit", "open", "density", "unit", "depth", "export", "before", "year", "month", "months", "kind", "currency",
    "package", "purpose", "milestone", "next", "package_id", "node_id", "owner_id", "parent_id", "level", "state",
    "measure_id", "outcome", "external_id", "source_system",
]  # fmt: skip


@pytest.fixture
def foreign(twin: World) -> Scene:
    return prepare(build_scene(twin))


def traces(world: World) -> tuple[int, int]:
    with world.inside():
        return AuditEntry.objects.count(), OutboxRow.objects.count()


def with_foreign(case: Case, name: str, foreign: Scene) -> dict[str, Any]:
    """The body with the one id replaced by that of the other organization."""
    assert case.body is not None
    marked = f"{{{name}}}"
    return {
        field: foreign.fill(value) if value == marked else value
        for field, value in case.body.items()
    }  # fmt: skip


REFERENCES = [
    (case, value.strip("{}"))
    for case in CASES
    for value in (case.body or {}).values()
    if isinstance(value, str) and value.startswith("{")
]


@pytest.mark.parametrize(("case", "name"), REFERENCES, ids=str)
def test_an_id_in_a_body_is_of_ones_own_organization(world: World, foreign: Scene, case: Case, name: str) -> None:
    scene = build_scene(world)
    before = traces(world), traces(foreign.world)
    response = scene.call(case.allowed, case.method, case.path, with_foreign(case, name, foreign))
    assert response.status_code in {404, 422}
    assert (traces(world), traces(foreign.world)) == before


FILTERS = {
    "/measures/": {"package_id": "package", "node_id": "project", "owner_id": "owner"},
    "/nodes/": {"parent_id": "project"},
}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in FILTERS.items() for name in names])
def test_a_filter_by_a_foreign_id_finds_nothing(world: World, foreign: Scene, path: str, name: str) -> None:
    scene = build_scene(world)
    response = scene.call("pmo", "get", f"{path}?{name}={foreign.ids[FILTERS[path][name]]}")
    assert response.status_code in {200, 404, 422}
    assert response.json().get("results", []) == []


def test_a_cursor_of_another_organization_shows_only_ones_own(world: World, foreign: Scene) -> None:
    scene = build_scene(world)
    theirs = foreign.call("pmo", "get", "/measures/?limit=1").json()["next"]
    cursor = theirs.partition("cursor=")[2].partition("&")[0]
    shown = scene.call("pmo", "get", f"/measures/?limit=50&cursor={cursor}").json()["results"]
    assert shown
    with world.inside():
        assert {row["id"] for row in shown} <= {str(pk) for pk in Measure.objects.values_list("pk", flat=True)}


def hostile_queries(page: int) -> list[dict[str, str]]:
    """Markup in every parameter at once and in a search alone; control characters and numbers in turn."""
    mixed = {name: UNREADABLE[(page + place) % 2] for place, name in enumerate(PARAMETERS)}
    return [dict.fromkeys(PARAMETERS, MARKUP), {"q": MARKUP}, mixed]


def test_no_page_and_no_list_fails_on_hostile_text(world: World) -> None:
    """No failure, and all of it escaped."""
    scene = prepare(build_scene(world))
    client = Client(raise_request_exception=False)
    client.force_login(world.people["pmo"])
    failed = {}
    for page, key in enumerate(sorted(LISTS & routes().keys())):
        if key.startswith("/"):
            continue
        path = address(world, key, scene.ids)
        for query in hostile_queries(page):
            response = client.get(f"{path}?{urlencode(query)}")
            if response.status_code >= 500:
                failed[f"{key} {query}"] = str(response.status_code)
            elif "html" in response.get("Content-Type", "") and "<script>alert(1)" in response.content.decode():
                failed[f"{key} {query}"] = "unescaped"
    assert failed == {}
