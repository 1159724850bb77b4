"""Forecasts that are due."""

from datetime import date

from cat4.duties.registry import duty

from .actions.reminders import escalate_forecasts, remind_of_forecasts


@duty("measures.remind_of_forecasts")
def remind_of_unconfirmed_forecasts(today: date) -> int:
    """Owners before and after their forecasts are due, then the sponsors."""
    return remind_of_forecasts(today) + escalate_forecasts(today)
