"""What moves with the day alone: slips, staleness, fiscal years, and what is overdue."""

from datetime import date

from cat4.duties.registry import duty

from .actions.network import push_overdue
from .actions.recompute import mark_outdated
from .actions.reminders import (
    escalate_forecasts,
    remind_of_answers,
    remind_of_expiring_overrides,
    remind_of_forecasts,
)


@duty("measures.recompute_dated")
def recompute_dated(_today: date) -> int:
    """Each measure once on every day; returns how many were marked."""
    return mark_outdated()


@duty("measures.push_overdue")
def push_overdue_milestones(_today: date) -> int:
    """What is overdue without a new forecast pushes what waits for it; returns how many ripples were stored."""
    return push_overdue()


@duty("measures.remind_of_answers")
def remind_of_unanswered_ripples(today: date) -> int:
    """Who owes an answer to a ripple is reminded two working days before it is due, and when it is."""
    return remind_of_answers(today)


@duty("measures.remind_of_overrides")
def remind_of_overrides(today: date) -> int:
    """Who vouched for a status hears before it lapses."""
    return remind_of_expiring_overrides(today)


@duty("measures.remind_of_forecasts")
def remind_of_unconfirmed_forecasts(today: date) -> int:
    """Owners before and after their forecasts are due, then the sponsors."""
    return remind_of_forecasts(today) + escalate_forecasts(today)
