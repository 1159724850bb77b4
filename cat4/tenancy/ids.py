"""Identifiers: UUID version 7, made here because PostgreSQL before 18 can't."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7: unguessable enough to publish, ordered by time so that indexes stay compact."""
    return uuid7()
