"""Secrets stay secret and stay the same; only one launcher holds a state folder."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cat4.launcher import demo
from cat4.launcher.environment import Services, serving_environment
from cat4.launcher.roles import DatabaseUrls
from cat4.launcher.state import AlreadyRunningError, State


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    state = State(tmp_path)
    secret = state.secret("x")
    assert len(secret) >= 32
    assert State(tmp_path).secret("x") == secret != state.secret("y")
    assert stat.S_IMODE((state.secrets / "x").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.secrets.stat().st_mode) == 0o700


def test_the_record_holds_connections_so_only_its_owner_reads_it(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.write_record(url="x")
    assert stat.S_IMODE((state.run / "launcher.json").stat().st_mode) == 0o600
    assert state.record() == {"url": "x"}
    state.clear_record()
    assert state.record() == {}


def test_a_second_launcher_is_told_where_the_first_one_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = State(tmp_path)
    with state.lock():
        state.write_record(pid=123, url="http://127.0.0.1:8000", ready=True)
        assert state.locked
        with pytest.raises(AlreadyRunningError), State(tmp_path).lock():
            pass
        said = demo.already_running(state)
    assert not state.locked
    assert said == "cat4 runs at http://127.0.0.1:8000 already (process 123). Stop it with `make stop`."


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "http://127.0.0.1:8137"),
        ({"CAT4_HOST": "0.0.0.0", "CAT4_ALLOWED_HOSTS": "cat4.lan,localhost"}, "http://cat4.lan:8137"),  # noqa: S104
        ({"CAT4_HOST": "0.0.0.0"}, "http://127.0.0.1:8137"),  # noqa: S104
        ({"CAT4_PUBLIC_URL": "https://cat4.example.org"}, "https://cat4.example.org"),
    ],
)
def test_links_in_mails_follow_the_port_unless_the_public_address_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], expected: str
) -> None:
    for name in ("CAT4_ALLOWED_HOSTS", "CAT4_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"CAT4_CLOCK": "@0", **asked}.items():
        monkeypatch.setenv(name, value)
    services = Services(DatabaseUrls(app="postgres://a", owner="postgres://o"), "redis://r")
    env = serving_environment(State(tmp_path), services, demo._public_url(asked.get("CAT4_HOST", "127.0.0.1"), 8137))
    assert env["CAT4_PUBLIC_URL"] == expected
