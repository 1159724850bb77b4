"""One source of now: a context before a pinned date before the machine's clock."""

from contextvars import Context
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cat4 import clock


def test_a_context_sets_the_instant_and_gives_it_back() -> None:
    with clock.at(datetime(2030, 1, 1, 23, 30, tzinfo=UTC)):
        assert clock.today() == date(2030, 1, 1)
        assert clock.today("Europe/Vienna") == date(2030, 1, 2)
    assert clock.today() == date(2026, 10, 15)


@pytest.mark.parametrize("hour", [0, 12, 23])
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Europe/Vienna", "Asia/Tokyo"])
def test_a_pinned_day_is_that_day_at_any_hour_in_the_time_zones_of_the_demo(hour: int, zone: str) -> None:
    pinned = clock._office_hours(date(2026, 10, 15), datetime(2031, 5, 5, hour, 59, tzinfo=UTC))
    with clock.at(pinned):
        assert clock.today(zone) == date(2026, 10, 15)


def test_within_a_pinned_day_later_stays_later() -> None:
    morning = clock._office_hours(date(2026, 10, 15), datetime(2031, 5, 5, 9, 0, tzinfo=UTC))
    second_later = clock._office_hours(date(2026, 10, 15), datetime(2031, 5, 5, 9, 0, 1, tzinfo=UTC))
    assert (second_later - morning).total_seconds() == 0.125


def test_a_pinned_day_may_stand_in_a_file_that_turns(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    settings.CAT4_CLOCK = f"@{file}"
    for day in ("2026-10-15", "2026-12-31"):
        file.write_text(f"{day}\n")
        # A context of its own: the tests' clock doesn't reach it.
        assert Context().run(clock.today).isoformat() == day
