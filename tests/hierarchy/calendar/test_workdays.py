"""The working days of an organization: weekends, public holidays, own days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hierarchy.calendar.public_holidays import countries, exchanged_weekends, public_holidays, subdivisions
from hierarchy.calendar.selectors.calendar import calendar_year, work_calendar
from hierarchy.calendar.workdays import WEEKDAYS, WorkCalendar
from hierarchy.models import OrganizationSettings, OwnDay
from tests.world import World

CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}
some_days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
calendars = st.builds(
    WorkCalendar.without,
    st.sets(some_days, max_size=20),
    st.sets(some_days, max_size=20),
)


def counted(calendar: WorkCalendar, start: date, end: date) -> int:
    """Working days after `start` up to `end`, one by one."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def test_a_holiday_is_skipped_like_a_weekend() -> None:
    calendar = WorkCalendar.without(CHRISTMAS)
    assert calendar.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert calendar.between(date(2026, 12, 24), date(2026, 12, 29)) == 1
    assert WEEKDAYS.between(date(2026, 12, 24), date(2026, 12, 29)) == 3
    assert calendar.add(date(2026, 12, 29), -1) == date(2026, 12, 24)


def test_a_day_off_counts_as_the_working_day_before_it() -> None:
    calendar = WorkCalendar.without(CHRISTMAS)
    for day in (date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27), date(2026, 12, 28)):
        assert calendar.between(date(2026, 12, 24), day) == 0
        assert not calendar.is_working_day(day)
    assert calendar.is_working_day(date(2026, 12, 24))


def test_a_holiday_on_a_weekend_takes_no_working_day() -> None:
    assert WorkCalendar.without({date(2026, 12, 26)}) == WEEKDAYS


def test_a_worked_saturday_is_a_working_day() -> None:
    calendar = WorkCalendar.without(set(), {date(2026, 10, 17)})
    assert calendar.is_working_day(date(2026, 10, 17))
    assert calendar.between(date(2026, 10, 16), date(2026, 10, 19)) == 2
    assert calendar.add(date(2026, 10, 16), 1) == date(2026, 10, 17)
    assert calendar.add(date(2026, 10, 19), -1) == date(2026, 10, 17)
    assert not calendar.is_working_day(date(2026, 10, 18))


def test_a_holiday_that_is_worked_is_a_working_day() -> None:
    assert WorkCalendar.without(CHRISTMAS, CHRISTMAS) == WEEKDAYS


@settings(max_examples=120, deadline=None)
@given(calendar=calendars, day=some_days, count=st.integers(-40, 40))
def test_adding_and_counting_are_inverse(calendar: WorkCalendar, day: date, count: int) -> None:
    later = calendar.add(day, count)
    assert calendar.between(day, later) == count
    assert count == 0 or calendar.is_working_day(later)


@settings(max_examples=120, deadline=None)
@given(calendar=calendars, start=some_days, end=some_days)
def test_between_counts_the_working_days_one_by_one(calendar: WorkCalendar, start: date, end: date) -> None:
    first, last = min(start, end), max(start, end)
    assert calendar.between(first, last) == counted(calendar, first, last)
    assert calendar.between(last, first) == -calendar.between(first, last)


@settings(max_examples=60, deadline=None)
@given(off=st.sets(some_days, max_size=15), worked=st.sets(some_days, max_size=15))
def test_exactly_the_days_that_were_named_differ_from_the_week(off: set[date], worked: set[date]) -> None:
    calendar = WorkCalendar.without(off, worked)
    for number in range(90):
        day = date(2026, 1, 1) + timedelta(days=number)
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert calendar.is_working_day(day) is expected, day


@settings(max_examples=60, deadline=None)
@given(calendar=calendars, start=st.integers(0, 60))
def test_numbers_lead_to_working_days_and_back(calendar: WorkCalendar, start: int) -> None:
    base = calendar.index(date(2026, 1, 1)) + start
    days = [calendar.day_at(base + number) for number in range(8)]
    assert [calendar.index(day) for day in days] == [base + number for number in range(8)]
    assert all(earlier < later for earlier, later in pairwise(days))
    assert all(calendar.is_working_day(day) for day in days)


def test_holidays_are_those_of_the_country_and_of_its_part() -> None:
    austria = public_holidays("AT", "", 2026, 2026)
    assert austria[date(2026, 10, 26)] == "National Day"
    assert date(2026, 6, 4) in public_holidays("DE", "BY", 2026, 2026)
    assert date(2026, 6, 4) not in public_holidays("DE", "", 2026, 2026)
    assert public_holidays("", "", 2026, 2026) == {}


def test_a_weekend_that_a_country_works_in_exchange_for_a_day_off_is_worked() -> None:
    """Hungary worked Saturday 10 January 2026 for Friday 2 January."""
    saturday, friday = date(2026, 1, 10), date(2026, 1, 2)
    assert saturday in exchanged_weekends("HU", "", 2026, 2026)
    assert friday in public_holidays("HU", "", 2026, 2026)
    assert exchanged_weekends("HU", "", 2025, 2025).isdisjoint({saturday})
    assert exchanged_weekends("DE", "", 2026, 2026) == exchanged_weekends("", "", 2026, 2026) == frozenset()


def test_what_the_organization_says_goes_before_what_its_country_works(world: World) -> None:
    saturday, monday = date(2026, 1, 10), date(2026, 1, 12)
    with world.inside():
        OrganizationSettings.objects.update(holiday_country="HU")
        assert work_calendar().is_working_day(saturday)
        assert work_calendar().add(date(2026, 1, 9), 1) == saturday
        (shown,) = [day for day in calendar_year(2026).days if day.on == saturday]
        assert (shown.name, shown.is_working) == ("Worked in exchange for a day off", True)
        settings_of = OrganizationSettings.objects.get()
        OwnDay.objects.create(settings=settings_of, on=saturday, kind="closed", reason="Plants are closed")
        assert work_calendar().add(date(2026, 1, 9), 1) == monday


def test_countries_and_their_parts_have_names() -> None:
    assert (countries()["AT"], countries()["GB"]) == ("Austria", "United Kingdom")
    assert all(len(code) == 2 for code in countries())
    assert ("BY", "Bayern") in subdivisions("DE")
    assert subdivisions("XX") == ()
