"""Reminders around the due dates of a month: owners, their sponsors, controllers, and who locks (domain section 12)."""

from datetime import date

from cat4.duties.registry import duty

from .actions.reminders import remind


@duty("governance.period_reminders")
def remind_of_months(today: date) -> int:
    """Before and after each due date, once per person and step; returns how many notices are new."""
    return remind(today)
