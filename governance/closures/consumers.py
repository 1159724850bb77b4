"""What follows for a closure when its evidence goes."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.constants import Topic
from measures.constants import Topic as MeasureTopic

from .actions.sustain import follow_enabler, follow_withdrawn_evidence


@consumes(MeasureTopic.EVIDENCE_WITHDRAWN)
def propose_to_reopen(measure_id: UUID) -> None:
    """What a closed measure rested on proves nothing any more."""
    follow_withdrawn_evidence(measure_id)


@consumes(Topic.GATE_DECIDED)
def follow_enablers(measure_id: UUID) -> None:
    """What a measure makes possible hears when it falls, and when it stands again."""
    follow_enabler(measure_id)
