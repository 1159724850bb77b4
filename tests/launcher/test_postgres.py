"""The embedded server: kept data, refused strangers, and whatever an earlier start left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cat4.launcher import account
from cat4.launcher.errors import LauncherError
from cat4.launcher.postgres import Postgres
from cat4.launcher.processes import Identity, wait_until
from cat4.launcher.state import State


@pytest.fixture
def server(state: State) -> Iterator[Postgres]:
    server = Postgres(state)
    server.start()
    yield server
    server.stop()


def write_row(server: Postgres) -> None:
    with psycopg.connect(server.admin_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")


def rows(server: Postgres) -> list[tuple[int]]:
    with psycopg.connect(server.admin_url) as connection:
        return connection.execute("SELECT n FROM kept").fetchall()


def test_data_survive_a_stop_and_a_start(server: Postgres) -> None:
    write_row(server)
    server.stop()
    server.start()
    assert rows(server) == [(1,)]


def test_data_survive_the_death_of_the_server(server: Postgres) -> None:
    write_row(server)
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    assert wait_until(lambda: server.ended, seconds=10)
    server.start()
    assert rows(server) == [(1,)]


def test_a_server_left_running_is_stopped_before_another_one_starts(state: State, server: Postgres) -> None:
    write_row(server)
    assert server.process is not None
    left = Identity.of(server.process.pid)
    second = Postgres(state)
    try:
        second.start()
        assert left is not None
        assert not left.alive
        assert rows(second) == [(1,)]
    finally:
        second.stop()


def test_a_pid_file_that_names_another_program_is_dropped(server: Postgres) -> None:
    server.stop()
    # After a reboot, the number may be anybody's: here it's that of this very process.
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    server.start()
    assert not server.ended


def test_every_login_needs_its_password(server: Postgres) -> None:
    secret = server.state.secret("postgres-superuser")
    for url in (server.admin_url.replace(secret, "wrong"), server.admin_url.replace(f":{secret}", "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)
    assert "trust" not in [
        line.split()[-1] for line in (server.data / "pg_hba.conf").read_text().splitlines() if line[:1].islower()
    ]


def test_the_server_listens_on_loopback_alone_and_not_as_root(server: Postgres) -> None:
    with psycopg.connect(server.admin_url) as connection:
        listening = connection.execute("SHOW listen_addresses").fetchone()
    assert listening == ("127.0.0.1",)
    assert server.process is not None
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0


def test_data_of_another_version_are_left_alone(server: Postgres) -> None:
    server.stop()
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(LauncherError, match="was written by PostgreSQL 15"):
        server.start()


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    server.stop()
    (server.data / "postgresql.conf").write_text("nonsense = on\n")
    with pytest.raises(LauncherError, match="unrecognized configuration parameter"):
        server.start()


def test_programs_and_data_move_where_the_services_user_can_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reachable, closed = tmp_path / "reachable", tmp_path / "closed"
    monkeypatch.setattr(account, "SYSTEM_HOME", reachable)
    monkeypatch.setattr(account, "can_reach", lambda user, path: path.is_relative_to(reachable))
    user = account.Account("somebody", os.geteuid(), os.getegid())
    home = account.services_home(closed, user)
    assert home.parent == reachable
    program = closed / "package" / "program"
    program.parent.mkdir()
    program.touch(mode=0o755)
    copy = account.reachable_program(program, [program.parent], home, user)
    assert copy == home / "programs" / "package" / "program"
    program.write_text("newer")
    assert account.reachable_program(program, [program.parent], home, user).read_text() == "newer"
