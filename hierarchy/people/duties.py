"""What comes with the day: access that ends while somebody is still answerable."""

from datetime import date

from cat4.duties.registry import duty

from .actions.endings import warn_of_endings


@duty("members.endings")
def warn(today: date) -> int:
    """Administrators hear in time, and again when nobody did anything."""
    return warn_of_endings(today)
