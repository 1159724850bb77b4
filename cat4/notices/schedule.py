"""When the mail of a notice is due: pure arithmetic of instants and time zones."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# With the waits of `put_off` about two days: an address that is refused for that long is wrong.
MOST_ATTEMPTS = 20


def next_digest(after: datetime, *, hour: int, time_zone: str) -> datetime:
    """The next instant after `after` at which clocks of the zone show the full hour, in UTC.

    Each day of the zone has exactly one: an hour that a change to summer time leaves out comes an hour
    later by the clock, and of an hour that comes twice it is the first.
    """
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while True:
        due = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if due > after:
            return due
        day += timedelta(days=1)


def put_off(attempts: int) -> timedelta:
    """How long to wait after so many failures: one minute, doubled each time, up to four hours."""
    return timedelta(minutes=min(2 ** max(attempts - 1, 0), 240))
