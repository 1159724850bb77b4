"""What comes with the day: meetings are planned, papers lock, circulations end."""

from datetime import date

from cat4.duties.registry import duty

from .actions.circulation_days import close_due, remind_to_vote
from .actions.conditions import remind_of_conditions
from .actions.meetings import lock_due_papers
from .actions.meetings import plan_meetings as plan


@duty("meetings.plan")
def plan_meetings(today: date) -> int:
    """Make the meetings of every cadence for the coming weeks."""
    return plan(today)


@duty("meetings.papers")
def lock_papers(today: date) -> int:
    """Lock the papers of meetings whose hour has come; hours don't wait for a new day."""
    return lock_due_papers()


@duty("committees.remind")
def remind(today: date) -> int:
    """Conditions that come due, and votes that are still out."""
    return remind_of_conditions(today) + remind_to_vote(today)


@duty("circulations.close")
def close_circulations(today: date) -> int:
    """Settle the circulations whose last day is over."""
    return close_due(today)
