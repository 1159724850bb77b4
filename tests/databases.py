"""The test database of one process: a copy of a migrated template, reached as cat4_app.

Migrations run once per content of the migrations, as cat4_owner and in a process of their own, just
as in production. Every test process copies the template; so does the clean-up after a test
that commits: the serving role may neither truncate nor delete what is append-only.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from cat4.launcher import roles
from cat4.launcher.state import CHECKOUT

# What decides how a migrated database looks.
SCHEMA_SOURCES = (
    "*/migrations/*.py",
    "cat4/*/migrations/*.py",
    "cat4/tenancy/management/commands/*.py",
    "cat4/tenancy/*.py",
    "cat4/settings/*.py",
    "requirements/dev.lock",
)


def schema_sources() -> dict[str, str]:
    """Each file that decides how a migrated database looks, with its SHA-256."""
    paths = {path for pattern in SCHEMA_SOURCES for path in CHECKOUT.glob(pattern)}
    return {str(path.relative_to(CHECKOUT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)}


def template_name() -> str:
    """Named after the content of the migrations: changed migrations ask for a new template."""
    digest = hashlib.sha256(json.dumps(schema_sources()).encode())
    return f"cat4_template_{digest.hexdigest()[:16]}"


def database_name() -> str:
    """One for each process of each parallel run, also where runs share a server."""
    slot = os.environ["CAT4_TEST_SLOT"]
    run = hashlib.sha256(slot.encode()).hexdigest()[:8]
    return f"test_cat4_{run}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@contextmanager
def as_owner(database: str = roles.MAINTENANCE_DATABASE) -> Iterator[psycopg.Connection]:
    """A connection of the owner: for tests that prepare or look where the serving role can't."""
    url = roles.replace_in_url(os.environ["DATABASE_OWNER_URL"], database=database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def ensure_template(*, afresh: bool = False) -> str:
    """The name of the migrated template; built by whichever process comes first."""
    name = template_name()
    with Path(os.environ["CAT4_TEST_SLOT"], "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with as_owner() as connection:
            if afresh:
                drop(connection, name)
            if not _exists(connection, name):
                _build(connection, name, None if afresh else _forerunner(connection))
                _drop_outdated(connection, name)
    return name


def _forerunner(connection: psycopg.Connection) -> str | None:
    """A template of before, where the present migrations are its own and newer ones: those alone are then run."""
    wanted = schema_sources()
    query = (
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'cat4_template_%'"
    )
    for name, comment in connection.execute(query).fetchall():
        before = json.loads(comment or "{}")
        added = wanted.keys() - before.keys()
        stays = before and all(wanted.get(path) == digest for path, digest in before.items())
        if stays and all("/migrations/" in path for path in added):
            return str(name)
    return None


def copy_template(template: str, name: str) -> None:
    """A fresh database, in place of one of that name: whoever is still connected to it is cut off."""
    with as_owner() as connection:
        drop(connection, name)
        _create(connection, name, template)


def drop(connection: psycopg.Connection, name: str) -> None:
    if not _exists(connection, name):
        return
    # Each role may end its own sessions; neither may end the other's.
    end_sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
    connection.execute(end_sessions, [name, roles.OWNER])
    app_url = roles.replace_in_url(os.environ["DATABASE_URL"], database=roles.MAINTENANCE_DATABASE)
    with psycopg.connect(app_url, autocommit=True) as app:
        app.execute(end_sessions, [name, roles.APP])
    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
    roles.restrict(connection, name)


def _build(connection: psycopg.Connection, name: str, forerunner: str | None) -> None:
    building = f"{name}_new"
    drop(connection, building)
    _create(connection, building, forerunner or "template0")
    for command in ("migrate", "grant_app_role"):
        _manage_as_owner(building, command)
    _let_rows_be_set_up(building)
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
    connection.execute(comment.format(sql.Identifier(building), sql.Literal(json.dumps(schema_sources()))))
    # Renamed last: a build cut short is never taken for a template.
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))


def _let_rows_be_set_up(database: str) -> None:
    """Tests set measures up at any degree; `starts_defined` puts the rule back that keeps the application from it."""
    with as_owner(database) as connection:
        connection.execute("ALTER TABLE measures_measure DISABLE TRIGGER governance_starts_defined")


@contextmanager
def starts_defined(database: str) -> Iterator[None]:
    """Within it a measure starts at DoI 0, as everywhere outside of tests."""
    with as_owner(database) as connection:
        connection.execute("ALTER TABLE measures_measure ENABLE TRIGGER governance_starts_defined")
        yield
        connection.execute("ALTER TABLE measures_measure DISABLE TRIGGER governance_starts_defined")


def _drop_outdated(connection: psycopg.Connection, present: str) -> None:
    templates = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'cat4_template_%'")
    for (name,) in templates.fetchall():
        if name != present:
            drop(connection, name)


def _manage_as_owner(database: str, command: str) -> None:
    owner = roles.replace_in_url(os.environ["DATABASE_OWNER_URL"], database=database)
    app = roles.replace_in_url(os.environ["DATABASE_URL"], database=database)
    done = subprocess.run(
        [sys.executable, "manage.py", command, "--skip-checks"],
        cwd=CHECKOUT,
        env=os.environ | {"CAT4_ROLE": "owner", "DATABASE_OWNER_URL": owner, "DATABASE_URL": app},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"manage.py {command} failed:\n{done.stdout}\n{done.stderr}")
