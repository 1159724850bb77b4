"""What follows for a committee from deviations that it hasn't decided, and from requests that ended undecided."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.constants import Topic
from governance.deviations.constants import DeviationTopic

from .actions.circulations import withdraw_with_request
from .actions.escalations import circulate, withdraw_unbegun


@consumes(DeviationTopic.UNDECIDED)
def ask_in_writing(measure_id: UUID) -> None:
    """Whoever doesn't meet soon enough votes in writing."""
    circulate(measure_id)


@consumes(DeviationTopic.RECOVERED)
def ask_no_more(deviation_id: UUID) -> None:
    """What has recovered leaves a circulation in which nobody has voted yet."""
    withdraw_unbegun(deviation_id)


@consumes(Topic.REQUEST_ENDED)
def ask_about_no_ended_request(request_id: UUID) -> None:
    """Nobody votes any more on a request that was withdrawn or expired."""
    withdraw_with_request(request_id)
