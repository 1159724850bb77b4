"""What follows from a locked month for those who report."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.constants import Topic

from .notices import tell_of_lock


@consumes(Topic.PERIOD_LOCKED)
def tell_of_locked_month(period_id: UUID) -> None:
    """Whoever reports or validates hears that a month is closed for good."""
    tell_of_lock(period_id)
