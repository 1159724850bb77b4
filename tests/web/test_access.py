"""Each request leaves one line that says who, where, with which answer and how long, and none of its secrets."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cat4.accounts.models import ApiToken, Membership
from cat4.accounts.selectors import token_digest
from tests.log_lines import Lines, written_lines
from tests.security.served import serving
from tests.world import PASSWORD, World

SECRET = "s3cret-of-an-invitation"
RESET = "1a2b-c9kx7f-0123456789abcdef0123456789abcdef"
ACCESS = "cat4.access"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with written_lines() as found:
        yield found


def ask(url: str) -> int:
    """The status of the answer to a real request."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def line_of(lines: Lines) -> dict[str, Any]:
    """The one line, of which the times are checked and taken off."""
    (line,) = lines.by(ACCESS)
    assert line.pop("at").endswith("+00:00")
    assert isinstance(line.pop("duration_ms"), int)
    return line


def test_a_request_leaves_one_line_without_its_query(client: Client, world: World, lines: Lines) -> None:
    client.force_login(world.people["pmo"])
    answer = client.get(world.url("/members/"), {"q": "a name"})
    assert line_of(lines) == {
        "level": "INFO",
        "logger": ACCESS,
        "message": "GET /o/alder/members/ 200",
        "request_id": answer["X-Request-ID"],
        "person_id": str(world.people["pmo"].pk),
        "organization": "alder",
        "method": "GET",
        "path": "/o/alder/members/",
        "status": 200,
    }
    assert "name" not in lines.text.replace('"logger"', "")


def test_a_visitor_s_line_names_nobody(client: Client, world: World, lines: Lines) -> None:
    client.get(world.url("/members/"))
    line = line_of(lines)
    assert (line["person_id"], line["organization"], line["status"]) == (None, None, 302)


def test_a_stranger_s_line_names_no_organization(client: Client, world: World, twin: World, lines: Lines) -> None:
    client.force_login(world.people["pmo"])
    client.get(twin.url("/members/"))
    line = line_of(lines)
    assert (line["person_id"], line["organization"], line["status"]) == (str(world.people["pmo"].pk), None, 404)


def test_a_call_with_a_token_names_its_person_and_not_the_token(client: Client, world: World, lines: Lines) -> None:
    key = "key-of-the-owner"
    membership = Membership.objects.get(organization=world.organization, user=world.people["owner"])
    ApiToken.objects.create(membership=membership, name="ERP", digest=token_digest(key))
    client.get(world.url("/api/v1/people/"), headers={"Authorization": f"Bearer {key}"})
    line = line_of(lines)
    assert (line["person_id"], line["status"]) == (str(world.people["owner"].pk), 200)
    assert key not in lines.text


def test_what_was_sent_is_in_no_line(client: Client, world: World, lines: Lines) -> None:
    client.post("/accounts/login/", {"login": "owner@alder.example", "password": PASSWORD})
    line = line_of(lines)
    assert (line["person_id"], line["status"]) == (str(world.people["owner"].pk), 302)
    assert PASSWORD not in lines.text
    assert "owner@alder.example" not in lines.text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/accounts/invitation/{SECRET}/", "/accounts/invitation/<str:secret>/"),
        (f"/accounts/invitation/{SECRET}", "/accounts/..."),
        (f"/accounts/invitation/{SECRET}/%C3%A4", "/accounts/..."),
        (f"/Accounts/Invitation/{SECRET}/", "/accounts/..."),
        (f"/%2Faccounts/invitation/{SECRET}/", "//accounts/..."),
        (f"/o/alder/accounts/invitation/{SECRET}/", "/o/alder/accounts/..."),
    ],
)
def test_the_secret_of_an_invitation_is_in_no_line(
    client: Client, world: World, lines: Lines, path: str, shown: str
) -> None:
    """Nor in Django's own, which name the path of what was refused."""
    client.force_login(world.people["pmo"])
    answer = client.get(path)
    assert line_of(lines)["path"] == shown
    assert SECRET not in lines.text
    if answer.status_code >= 400:
        assert [shown in line["message"] for line in lines.by("django.request")] == [True]


@pytest.mark.parametrize("prefix", ["", "/o/alder"])
def test_the_key_of_a_password_reset_is_in_no_line(client: Client, world: World, lines: Lines, prefix: str) -> None:
    client.force_login(world.people["pmo"])
    client.get(f"{prefix}/accounts/password/reset/key/{RESET}/")
    shown = line_of(lines)["path"]
    assert shown.startswith(f"{prefix}/accounts/")
    assert "(?P<key>" in shown
    assert RESET.rpartition("-")[2] not in lines.text


def test_a_failure_keeps_the_secret_too_and_says_where_it_happened(
    client: Client, world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("hierarchy.people.views.answering.render", fails)
    client.raise_request_exception = False
    assert client.get(f"/accounts/invitation/{SECRET}/").status_code == 500
    (line,) = lines.by("django.request")
    assert line["message"] == "Internal Server Error: /accounts/invitation/<str:secret>/"
    assert line["error"].endswith("RuntimeError: a bug")
    assert SECRET not in lines.text


def test_pages_beside_the_account_are_named_in_full(client: Client, world: World, lines: Lines) -> None:
    client.force_login(world.people["pmo"])
    client.get(world.url("/settings/accounts/"))
    assert line_of(lines)["path"] == "/o/alder/settings/accounts/"


def test_an_address_without_end_is_cut(client: Client, db: None, lines: Lines) -> None:
    client.get("/" + "x" * 5000)
    assert line_of(lines)["path"] == "/" + "x" * 499


def test_every_line_of_a_request_has_its_id_and_its_organization(
    client: Client, world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warns(*arguments: object) -> list[object]:
        logging.getLogger("any").warning("something\nodd")
        return []

    monkeypatch.setattr("hierarchy.people.views.members.member_lines", warns)
    client.force_login(world.people["pmo"])
    answer = client.get(world.url("/members/"))
    (line,) = lines.by("any")
    assert (line["message"], line["request_id"], line["organization_id"]) == (
        "something\nodd",
        answer["X-Request-ID"],
        str(world.organization.pk),
    )
    logging.getLogger("any").warning("after it")
    assert "request_id" not in lines.by("any")[-1]


def test_a_process_writes_json_lines_alone_when_it_is_told_to(django_db_setup: None, tmp_path: Path) -> None:
    with serving(tmp_path / "web.log", CAT4_LOG_FORMAT="json") as web:
        assert ask(f"{web.url}/accounts/invitation/{SECRET}/?next=/o/x/") == 410
    written = [json.loads(line) for line in (tmp_path / "web.log").read_text().splitlines()]
    assert [line["path"] for line in written if line["logger"] == ACCESS] == ["/accounts/invitation/<str:secret>/"]
    assert SECRET not in (tmp_path / "web.log").read_text()


def test_a_process_writes_text_without_a_line_for_each_request_otherwise(django_db_setup: None, tmp_path: Path) -> None:
    with serving(tmp_path / "web.log") as web:
        assert ask(f"{web.url}/accounts/invitation/{SECRET}/") == 410
    text = (tmp_path / "web.log").read_text()
    assert ACCESS not in text
    assert "WARNING django.request Gone: /accounts/invitation/<str:secret>/" in text
    assert SECRET not in text
