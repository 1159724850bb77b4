"""What every action on a measure does the same way: record and publish."""

from collections.abc import Mapping
from typing import Any

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from cat4.tenancy.models import TenantModel
from measures.constants import Topic, Verb
from measures.models import Measure


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
