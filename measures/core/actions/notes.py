"""What every action on a measure does the same way: refuse a stale version, record, publish."""

from collections.abc import Mapping
from typing import Any, Protocol

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import StaleVersion
from cat4.outbox.actions import publish
from cat4.tenancy.models import TenantModel
from measures.constants import Topic, Verb
from measures.models import Measure


class Versioned(Protocol):
    """A row that counts its edits."""

    version: int


def check_version(row: Versioned, expected: int | None, **now: Any) -> None:
    """Refuse an edit that began on an older state; None skips the check, for callers who read under the lock.

    Raises:
        StaleVersion: `current` holds the version and the values as they are now.
    """
    if expected is not None and expected != row.version:
        raise StaleVersion("Someone saved this since you opened it.", current={"version": row.version, **now})


def note(
    actor: Actor,
    verb: Verb,
    row: TenantModel,
    measure: Measure,
    summary: str,
    *,
    change: Mapping[str, Any] | None = None,
    reason: str = "",
    ledger: bool = False,
) -> None:
    """Write the audit entry of a measure and tell the consumers that it changed."""
    record(
        actor, verb, row, summary=summary, change=change, reason=reason, measure_id=measure.pk, ledger=ledger
    )  # fmt: skip
    publish(Topic.MEASURE_CHANGED, measure.pk)
