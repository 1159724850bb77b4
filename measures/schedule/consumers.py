"""What follows from dates that move."""

from uuid import UUID

from cat4.outbox.registry import consumes
from hierarchy.constants import Topic as HierarchyTopic
from measures.constants import Topic

from .actions.network import follow_lifecycle, settle_after, settle_everything
from .actions.reminders import ask_affected_owners
from .actions.ripple_money import store_ripple_money


@consumes(Topic.MEASURE_CHANGED)
def release_what_waited(measure_id: UUID) -> None:
    """What waited for a measure that is given up waits for it no longer."""
    follow_lifecycle(measure_id)


@consumes(Topic.MILESTONE_MOVED)
def settle_network(milestone_id: UUID) -> None:
    """Computed dates follow what their milestones wait for."""
    settle_after(milestone_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def settle_every_date(_settings_id: UUID) -> None:
    """Lags are counted in working days, which days off change."""
    settle_everything()


@consumes(Topic.RIPPLE_STORED)
def compute_ripple_money(ripple_id: UUID) -> None:
    """The money of a ripple is computed once, after the dates are saved."""
    store_ripple_money(ripple_id)


@consumes(Topic.RIPPLE_STORED)
def tell_affected_owners(ripple_id: UUID) -> None:
    """Who has to answer a ripple hears of it."""
    ask_affected_owners(ripple_id)
