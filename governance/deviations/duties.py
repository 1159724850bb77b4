"""The clock of deviations."""

from datetime import date

from cat4.duties.registry import duty

from .actions.clock import run_clock
from .actions.following import mark_unfollowed


@duty("deviations.clock")
def tick(today: date) -> int:
    """Every step that is due by today and not yet taken; returns how many were taken."""
    return run_clock(today)


@duty("deviations.unfollowed")
def follow_what_was_off(today: date) -> int:
    """What was off plan before the rules began to look; returns how many measures were marked."""
    return mark_unfollowed(today)
