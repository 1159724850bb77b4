"""The one source of "now" and "today".

Statuses, slips and clocks depend on the date, so tests, the demo and replays must be able to set it.
Precedence: `at(...)` (a context, for seeds and tests), the setting CAT4_CLOCK (for the demo: a date, or "@" and
the path of a file that holds one, so that every process turns to another day at once), the machine's clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

_pinned: ContextVar[datetime | None] = ContextVar("cat4_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    real = datetime.now(UTC)
    if settings.CAT4_CLOCK:
        return _office_hours(_pinned_day(settings.CAT4_CLOCK), real)
    return real


def _pinned_day(setting: str) -> date:
    return date.fromisoformat(Path(setting[1:]).read_text().strip() if setting.startswith("@") else setting)


def _office_hours(day: date, real: datetime) -> datetime:
    """The real day's course, pressed into the pinned day's morning: later stays later, in no time zone another day."""
    midnight = real.replace(hour=0, minute=0, second=0, microsecond=0)
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + (real - midnight) / 8


def today(time_zone: str = "UTC") -> date:
    """The present date in `time_zone`, an IANA name such as "Europe/Vienna"."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def day_of(instant: datetime, time_zone: str) -> date:
    """The date of an instant where the time zone is: its date in UTC is another one for some hours of each day."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def at(instant: datetime | date) -> Iterator[None]:
    """Within the block, now is `instant`; a plain date means nine o'clock UTC of that day."""
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day, 9, tzinfo=UTC)
    token = _pinned.set(instant)
    try:
        yield
    finally:
        _pinned.reset(token)
