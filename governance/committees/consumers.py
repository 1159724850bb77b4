"""What follows for a committee from deviations that it hasn't decided."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.deviations.constants import DeviationTopic

from .actions.escalations import circulate


@consumes(DeviationTopic.UNDECIDED)
def ask_in_writing(deviation_id: UUID) -> None:
    """Whoever doesn't meet soon enough votes in writing."""
    circulate(deviation_id)
