"""The lock under which dates of an organization take turns."""

from django.db import connection

from cat4.tenancy.context import current_organization_id

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def lock_network() -> None:
    """Let changes of dates and dependencies of one organization take turns, until the end of the transaction.

    Taken before any row is locked: two slips at once then never wait for each other's rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"network:{current_organization_id()}"])
