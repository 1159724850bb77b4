"""What the day brings to notices."""

from datetime import UTC, date, datetime, time, timedelta

from cat4.duties.registry import duty

from .inbox import empty_old

KEEP_READ = timedelta(days=180)


@duty("notices.empty_old")
def empty_old_notices(today: date) -> int:
    """Half a year after it was read nobody looks for it any more: the audit and the ledger keep what matters."""
    return empty_old(datetime.combine(today, time(), UTC) - KEEP_READ)
