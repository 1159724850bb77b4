"""What moves with the day alone: slips, staleness, fiscal years, and what is overdue."""

from datetime import date

from cat4.duties.registry import duty

from .actions.network import push_overdue
from .actions.recompute import mark_outdated


@duty("measures.recompute_dated")
def recompute_dated(_today: date) -> int:
    """Each measure once on every day; returns how many were marked."""
    return mark_outdated()


@duty("measures.push_overdue")
def push_overdue_milestones(_today: date) -> int:
    """What is overdue without a new forecast pushes what waits for it; returns how many ripples were stored."""
    return push_overdue()
