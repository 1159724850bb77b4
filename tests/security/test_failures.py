"""What is away or full says so and passes; nothing is half done, and nothing tells more than it should."""

from __future__ import annotations

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connections
from django.test import Client
from redis.exceptions import ConnectionError as BrokerAway

from cat4.errors import Conflict
from governance.models import ProofPack
from governance.proofs.actions.packs import ask_for_proof
from measures.evidence.storage import store
from tests.world import World


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*arguments: Any, **options: Any) -> Any:
        raise error

    return fail


@pytest.fixture
def client(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.people["pmo"])
    return client


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("the connection is lost"),
        OperationalError("sorry, too many clients already"),
        BrokerAway("gone"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
    ids=["database", "connections", "broker", "disk"],
)
def test_what_passes_is_503_with_a_page_and_a_time(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("hierarchy.people.views.members.member_lines", failing(error))
    monkeypatch.setattr("hierarchy.people.api.views.active_people", failing(error))
    page = client.get(world.url("/members/"))
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    assert "A part of the server is away" in page.content.decode()
    answer = client.get(world.url("/api/v1/people/"))
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (
        503,
        "10",
        "application/problem+json",
    )
    assert answer.json()["code"] == "unavailable"


def test_a_fault_of_ours_is_500_and_says_nothing_of_it(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hierarchy.people.views.members.member_lines", failing(ValueError("secret detail")))
    monkeypatch.setattr("hierarchy.people.api.views.active_people", failing(OSError(errno.EACCES, "secret detail")))
    page = client.get(world.url("/members/"))
    assert page.status_code == 500
    assert "Retry-After" not in page
    answer = client.get(world.url("/api/v1/people/"))
    assert (answer.status_code, answer.json()["code"]) == (500, "failure")
    assert "secret" not in page.content.decode() + answer.content.decode()


def test_a_file_that_a_full_disk_cut_short_is_removed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    original = default_storage.save

    def cut_short(name: str, content: Any) -> str:
        original(name, ContentFile(b"half"))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "save", cut_short)
    with pytest.raises(OSError, match="No space left"):
        store(world.organization.pk, ContentFile(b"a;b\n1;2\n", name="ledger.csv"))
    folder = Path(default_storage.path(str(world.organization.pk)))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.fixture
def shared_world(transactional_db: None, world: World) -> World:
    return world


def test_of_ten_who_ask_for_a_proof_pack_at_once_one_gets_it(shared_world: World) -> None:
    def ask(_: int) -> bool:
        try:
            with shared_world.inside():
                ask_for_proof(shared_world.actor("controller"))
        except Conflict:
            return False
        finally:
            connections.close_all()
        return True

    with shared_world.inside():
        actor = shared_world.actor("controller")
        assert actor.grants
    with ThreadPoolExecutor(10) as pool:
        got = sum(pool.map(ask, range(10)))
    with shared_world.inside():
        assert (got, ProofPack.objects.count()) == (1, 1)
