"""The clock of deviations."""

from datetime import date

from cat4.duties.registry import duty

from ..actions.deviation_clock import run_clock


@duty("deviations.clock")
def tick(today: date) -> int:
    """Every step that is due by today and not yet taken; returns how many were taken."""
    return run_clock(today)
