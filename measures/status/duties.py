"""What moves with the day alone: slips, staleness, fiscal years, and what is overdue."""

from datetime import date

from cat4.duties.registry import duty

from .actions.recompute import mark_outdated


@duty("measures.recompute_dated")
def recompute_dated(_today: date) -> int:
    """Each measure once on every day; returns how many were marked."""
    return mark_outdated()
