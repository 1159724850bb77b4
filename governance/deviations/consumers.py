"""What follows from facts of measures and from locked months."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.constants import Topic
from measures.constants import Topic as MeasureTopic

from .actions.clock import settle_compensations
from .actions.following import follow_live, follow_milestone, follow_ripple, follow_rules, mark_closed_measures
from .constants import DeviationTopic


@consumes(MeasureTopic.MEASURE_RECOMPUTED)
def find_deviations(measure_id: UUID) -> None:
    """Statuses and sums that changed may open, change or close a deviation."""
    follow_rules(measure_id)


@consumes(MeasureTopic.MEASURE_CHANGED)
def follow_deviations(measure_id: UUID) -> None:
    """What is live is looked at after each change, also one that changed no sum."""
    follow_live(measure_id)


@consumes(MeasureTopic.RIPPLE_STORED)
@consumes(MeasureTopic.RIPPLE_ANSWERED)
def follow_deviations_of_ripple(ripple_id: UUID) -> None:
    """A slip that moves others far, and one that was taken, change the deviation of who set it off."""
    follow_ripple(ripple_id)


@consumes(MeasureTopic.HAND_OFF_REFUSED)
def find_refused_hand_off(milestone_id: UUID) -> None:
    """A refused hand-over opens a deviation on its giver."""
    follow_milestone(milestone_id)


@consumes(Topic.GATE_DECIDED)
def settle_counter_measures(measure_id: UUID) -> None:
    """A measure that compensates is a counter-measure that is done, once it reaches DoI 2."""
    settle_compensations(measure_id)


@consumes(Topic.PERIOD_LOCKED)
def look_at_closed_measures(_period_id: UUID) -> None:
    """A lock may show that the money of a closed measure didn't last."""
    mark_closed_measures()


@consumes(DeviationTopic.DUE)
def find_reversals(measure_id: UUID) -> None:
    """Each closed measure in a transaction of its own."""
    follow_rules(measure_id)
