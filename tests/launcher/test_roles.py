"""Roles and database from an administrator's login: safe attributes, no surprise for other installations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cat4.launcher import roles
from cat4.launcher.errors import LauncherError
from cat4.launcher.postgres import Postgres
from cat4.launcher.state import State


@pytest.fixture
def server(state: State) -> Iterator[Postgres]:
    server = Postgres(state, throwaway=True)
    server.start()
    yield server
    server.stop()


def test_neither_role_may_pass_row_level_security(server: Postgres) -> None:
    urls = roles.prepare(server.state, server.admin_url, "cat4")
    assert roles.prepare(server.state, server.admin_url, "cat4") == urls
    attributes = "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles"
    with psycopg.connect(urls.app) as connection:
        found = connection.execute(f"{attributes} WHERE rolname LIKE 'cat4%' ORDER BY 1").fetchall()
    assert found == [
        ("cat4_app", False, False, False, False, True),
        ("cat4_owner", False, False, False, True, True),
    ]


def test_the_serving_role_may_connect_and_no_more(server: Postgres) -> None:
    urls = roles.prepare(server.state, server.admin_url, "cat4")
    with psycopg.connect(urls.app, autocommit=True) as connection:
        for forbidden in ("CREATE TABLE t (n int)", "CREATE TEMP TABLE t (n int)", "CREATE SCHEMA s"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE t (n int)")
        assert connection.execute("SHOW lock_timeout").fetchone() == ("10s",)


def test_an_administrator_need_not_be_superuser(server: Postgres) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE admin LOGIN CREATEDB CREATEROLE PASSWORD 'x'")
    admin = roles.replace_in_url(server.admin_url, user="admin", password="x")
    urls = roles.prepare(server.state, admin, "cat4")
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE t (n int)")


def test_a_role_that_could_pass_the_policies_is_refused(server: Postgres) -> None:
    roles.prepare(server.state, server.admin_url, "cat4")
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE cat4_app BYPASSRLS")
    with pytest.raises(LauncherError, match="cat4_app may pass row-level security"):
        roles.prepare(server.state, server.admin_url, "cat4")


def test_roles_of_another_installation_keep_their_passwords(server: Postgres, tmp_path: Path) -> None:
    urls = roles.prepare(server.state, server.admin_url, "cat4")
    with pytest.raises(LauncherError, match="exists on this server"):
        roles.prepare(State(tmp_path), server.admin_url, "other")
    psycopg.connect(urls.app).close()


def test_a_server_out_of_reach_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="can't be reached"):
        roles.prepare(State(tmp_path), "postgres://admin:x@127.0.0.1:1/cat4", "cat4")


@pytest.mark.parametrize(
    ("url", "change", "expected"),
    [
        ("postgres://a:b@h:1/d?x=1", {"database": "e"}, "postgres://a:b@h:1/e?x=1"),
        ("postgres://a:b@h:1/d", {"user": "c", "password": "p/@"}, "postgres://c:p%2F%40@h:1/d"),
        ("postgres://h/d", {"user": "c", "password": "p"}, "postgres://c:p@h/d"),
        ("redis://:p@h:1/0", {"database": "3"}, "redis://:p@h:1/3"),
    ],
)
def test_urls_keep_what_is_not_changed(url: str, change: dict[str, str], expected: str) -> None:
    assert roles.replace_in_url(url, **change) == expected
