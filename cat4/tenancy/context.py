"""The organization context: the one place where a tenant is entered.

Row-level security compares every tenant row with the setting `app.organization_id`. It is set here,
locally to a transaction, and nowhere else: an architecture test fails on any other `set_config`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

_current: ContextVar[UUID | None] = ContextVar("organization_id", default=None)


class NoOrganization(RuntimeError):
    """Code that needs an organization ran outside `organization_context`."""


def _set_locally(organization_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organization_id', %s, true)", [str(organization_id or "")])


@contextmanager
def organization_context(organization_id: UUID) -> Iterator[None]:
    """Open a transaction that sees the rows of one organization only.

    Contexts nest: the setting outlives a savepoint, so the previous value is put back on the way out.
    After an error the enclosing transaction is rolled back, or its savepoint, and PostgreSQL restores
    the setting by itself.
    """
    previous = _current.get()
    token = _current.set(organization_id)
    try:
        with transaction.atomic():
            _set_locally(organization_id)
            yield
            if not connection.needs_rollback:
                _set_locally(previous)
    finally:
        _current.reset(token)


def current_organization_id() -> UUID:
    """The organization of the surrounding context.

    Raises:
        NoOrganization: outside any context. There is no default tenant.
    """
    organization_id = _current.get()
    if organization_id is None:
        raise NoOrganization("No organization context is open. Enter organization_context(id) first.")
    return organization_id


def entered_organization_id() -> UUID | None:
    """The same where nothing depends on it: None outside any context."""
    return _current.get()


def take_if_free(name: str) -> bool:
    """Take the organization's lock of that name until the end of the transaction; False while another has it."""
    with connection.cursor() as cursor:
        key = f"{name}:{current_organization_id()}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        row = cursor.fetchone()
    return bool(row and row[0])
