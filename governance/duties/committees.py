"""What comes with the day: circulations end."""

from datetime import date

from cat4.duties.registry import duty

from ..actions.circulation_days import close_due


@duty("circulations.close")
def close_circulations(today: date) -> int:
    """Settle the circulations whose last day is over."""
    return close_due(today)
