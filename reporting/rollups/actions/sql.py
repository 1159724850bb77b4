"""Statements of this app's raw SQL, which `tables`, `statements`, `anew` and `status_rows` put together.

Fragments are constants of those modules; every value is a parameter, the organization always.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from cat4.tenancy.context import current_organization_id
from reporting.constants import FIRST_VALUED_DOI


def execute(statement: str, values: Mapping[str, Any]) -> None:
    """Run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_fixed(), **values})


def rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    """What a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_fixed(), **values})
        found: list[Any] = cursor.fetchall()
        return found


def of(row: str, names: Sequence[str]) -> str:
    """Columns of a row, for a list of them."""
    return ", ".join(f"{row}.{name}" for name in names)


def lock_roll_up() -> None:
    """One climb or rebuild at a time per organization, until the transaction ends.

    Every climb ends at the root, where they would queue anyway; whoever comes second reads only after the
    first has committed, so that no status is computed from sums that miss a difference.
    """
    execute("SELECT pg_advisory_xact_lock(hashtextextended('roll-up ' || %(organization)s, 0))", {})


def _fixed() -> dict[str, Any]:
    return {"organization": str(current_organization_id()), "first_doi": FIRST_VALUED_DOI}
