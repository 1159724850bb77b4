"""The two roles and the database, made with an administrator's login.

cat4_owner owns the schema and migrates; cat4_app serves and owns nothing. Neither may pass row-level
security: a role that could would make every policy of the schema void.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from cat4.launcher.errors import LauncherError
from cat4.launcher.state import State

APP, OWNER = "cat4_app", "cat4_owner"
ATTRIBUTES = {
    OWNER: sql.SQL("LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"),
    APP: sql.SQL("LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"),
}
MAINTENANCE_DATABASE = "postgres"


@dataclass(frozen=True)
class DatabaseUrls:
    """The logins of the Django processes."""

    app: str
    owner: str


def replace_in_url(url: str, *, user: str = "", password: str = "", database: str = "") -> str:
    """The URL with another login or database; what isn't given stays."""
    parts = urlsplit(url)
    login, _, address = parts.netloc.rpartition("@")
    if user:
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    path = f"/{quote(database)}" if database else parts.path
    return urlunsplit(parts._replace(netloc=f"{login}@{address}" if login else address, path=path))


def database_name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def prepare(state: State, admin_url: str, database: str) -> DatabaseUrls:
    """Make roles and database where absent; returns the URLs of the two roles. Safe to repeat."""
    maintenance = replace_in_url(admin_url, database=MAINTENANCE_DATABASE)
    try:
        with psycopg.connect(maintenance, autocommit=True, connect_timeout=10) as connection:
            for role in (OWNER, APP):
                _ensure_role(connection, state, role)
            _ensure_database(connection, database)
    except psycopg.OperationalError as error:
        raise LauncherError(f"The database server can't be reached: {error}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise LauncherError(
            f"DATABASE_URL alone must be an administrator's who may create roles and databases ({error}). "
            "Or create them yourself and set DATABASE_URL and DATABASE_OWNER_URL (docs/operations.md)."
        ) from error
    app, owner = (
        replace_in_url(admin_url, user=role, password=state.secret(role), database=database) for role in (APP, OWNER)
    )
    return DatabaseUrls(app=app, owner=owner)


def _ensure_role(connection: psycopg.Connection, state: State, role: str) -> None:
    row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if row is None:
        create = sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(
            sql.Identifier(role), ATTRIBUTES[role], sql.Literal(state.secret(role))
        )
        connection.execute(create)
        if role == OWNER:
            # A migration behind a long transaction fails and can be repeated, instead of holding up everybody.
            connection.execute(sql.SQL("ALTER ROLE {} SET lock_timeout = '10s'").format(sql.Identifier(role)))
        return
    if any(row):
        raise LauncherError(f"The role {role} may pass row-level security: take SUPERUSER and BYPASSRLS from it first.")
    if not state.has_secret(role):
        # Roles belong to the whole server: a new password would lock another installation out.
        raise LauncherError(
            f"The role {role} exists on this server, and its password isn't in {state.secrets}. "
            "Set both DATABASE_URL (cat4_app) and DATABASE_OWNER_URL (cat4_owner)."
        )


def _ensure_database(connection: psycopg.Connection, database: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if exists:
        return
    names = {"owner": sql.Identifier(OWNER), "db": sql.Identifier(database)}
    # An administrator who isn't a superuser can give a database only to a role he is a member of.
    connection.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
    connection.execute(sql.SQL("CREATE DATABASE {db} OWNER {owner} TEMPLATE template0").format(**names))
    restrict(connection, database)
    connection.execute(sql.SQL("REVOKE {owner} FROM CURRENT_USER").format(**names))


def restrict(connection: psycopg.Connection, database: str) -> None:
    """Only the owner and the serving role may connect; the latter may do no more than that."""
    names = {"app": sql.Identifier(APP), "db": sql.Identifier(database)}
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {db} TO {app}").format(**names))
