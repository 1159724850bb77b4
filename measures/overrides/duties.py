"""Overrides that are about to lapse."""

from datetime import date

from cat4.duties.registry import duty

from .actions.reminders import remind_of_expiring_overrides


@duty("measures.remind_of_overrides")
def remind_of_overrides(today: date) -> int:
    """Who vouched for a status hears before it lapses."""
    return remind_of_expiring_overrides(today)
