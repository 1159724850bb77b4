"""What an organization does by the day: reminders, clocks, escalations. Apps register in their `duties.py`."""

from collections.abc import Callable
from datetime import date

Duty = Callable[[date], int]

_duties: dict[str, Duty] = {}


def duty(name: str) -> Callable[[Duty], Duty]:
    """Register a function of the organization's present day, which returns how much it did.

    It runs inside the organization's context, in a transaction of its own, many times a day and perhaps not
    for days: it looks at what is due by today and not yet done, so that it catches up by itself and
    does nothing twice.
    """

    def register(function: Duty) -> Duty:
        if name in _duties:
            raise ValueError(f"Two duties are named {name}.")
        _duties[name] = function
        return function

    return register


def duties() -> dict[str, Duty]:
    """In order of registration, which is the order of INSTALLED_APPS: lower apps first."""
    return dict(_duties)
