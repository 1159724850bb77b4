"""Requests that wait too long."""

from datetime import date

from cat4.duties.registry import duty

from .actions.expiry import expire_requests


@duty("governance.expire_requests")
def expire(today: date) -> int:
    """A request that nobody decided in time ends; returns how many did."""
    return expire_requests(today)
