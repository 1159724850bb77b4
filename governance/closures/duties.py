"""What closures are held to by the day."""

from datetime import date

from cat4.duties.registry import duty

from .actions.sustain import run_sustain_checks


@duty("governance.sustain_checks")
def check_what_lasts(today: date) -> int:
    """Each check after closing once its month is locked; returns how many were made."""
    return run_sustain_checks(today)
