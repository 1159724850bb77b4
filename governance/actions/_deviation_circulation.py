"""A written circulation where the committee doesn't meet soon enough (domain section 9)."""

from datetime import date

from ..models import Deviation


def circulate(deviation: Deviation, today: date) -> bool:
    """Ask the committee in writing, unless it meets within 7 days (default)."""
    return False
