"""Doubts and overlaps follow a changed measure."""

from uuid import UUID

from cat4.outbox.registry import consumes
from measures.constants import Topic
from measures.overrides.actions.overrides import end_overrides

from .actions.findings import mark_findings, refresh_findings


@consumes(Topic.MEASURE_CHANGED)
def mark(measure_id: UUID) -> None:
    """A change may raise or settle doubts and overlaps, also of measures beside it."""
    mark_findings(measure_id)


@consumes(Topic.FINDINGS_OUTDATED)
def check(measure_id: UUID) -> None:
    """Doubts and overlaps follow in a transaction of their own, so that figures never wait for them."""
    end_overrides(measure_id)
    refresh_findings(measure_id)
