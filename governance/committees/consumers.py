"""What follows for a committee from deviations that it hasn't decided."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.deviations.constants import DeviationTopic

from .actions.escalations import circulate, withdraw_unbegun


@consumes(DeviationTopic.UNDECIDED)
def ask_in_writing(measure_id: UUID) -> None:
    """Whoever doesn't meet soon enough votes in writing."""
    circulate(measure_id)


@consumes(DeviationTopic.RECOVERED)
def ask_no_more(deviation_id: UUID) -> None:
    """What has recovered leaves a circulation in which nobody has voted yet."""
    withdraw_unbegun(deviation_id)
