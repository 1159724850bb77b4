"""The working days of the current organization."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404

from cat4 import clock
from hierarchy.constants import DayKind
from hierarchy.models import OwnDay
from hierarchy.organization.selectors import organization_settings

from ..public_holidays import exchanged_weekends, public_holidays
from ..workdays import WorkCalendar
from .frame import YEARS_AROUND, organization_frame


def work_calendar() -> WorkCalendar:
    """Monday to Friday without public holidays and own days off, with the weekends that are worked.

    The organization works them, or its country does in exchange for a day off.

    Covers the fiscal calendar and two years around it; beyond, every weekday counts.
    """
    return organization_frame().calendar


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that isn't a working day though it is a weekday, or the other way round.

    `own_day` is set where the organization said so itself; `note` says what stands against it.
    """

    on: date
    name: str
    is_working: bool
    own_day: OwnDay | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What a calendar year of the organization holds beside its weekends."""

    year: int
    days: tuple[DayOff, ...]
    working_days: int


def calendar_year(year: int) -> CalendarYear:
    """The public holidays and own days of a calendar year, in order, and how many working days are left."""
    settings = organization_settings()
    place = (settings.holiday_country, settings.holiday_subdivision)
    public, exchanged = public_holidays(*place, year, year), exchanged_weekends(*place, year, year)
    own = {day.on: day for day in OwnDay.objects.filter(on__year=year)}
    days = tuple(
        _exchanged(on) if on in exchanged and on not in own else _day_off(on, public.get(on, ""), own.get(on))
        for on in sorted({*public, *own, *exchanged})
    )
    calendar = work_calendar()
    return CalendarYear(year, days, calendar.between(date(year - 1, 12, 31), date(year, 12, 31)))


def _exchanged(on: date) -> DayOff:
    return DayOff(on, "Worked in exchange for a day off", is_working=True)


def _day_off(on: date, public: str, own: OwnDay | None) -> DayOff:
    is_working = own is not None and own.kind == DayKind.WORKED
    name = own.reason if own else public
    note = public if own and public else ""
    if not own and on.weekday() > 4:
        note = "Falls on a weekend"
    return DayOff(on, name, is_working, own, note)


def calendar_years() -> list[int]:
    """The calendar years that the settings page can show: those of the fiscal calendar and two around it."""
    settings = organization_settings()
    return list(range(settings.first_month.year - YEARS_AROUND, settings.last_month.year + YEARS_AROUND + 1))


def year_to_show(asked: str) -> int:
    """The year that was asked for, else this one, inside what can be shown.

    Raises:
        Http404: it is no year of the calendar.
    """
    years = calendar_years()
    if not asked:
        this_year = clock.today(organization_settings().organization.time_zone).year
        return min(max(this_year, years[0]), years[-1])
    if asked not in {str(year) for year in years}:
        raise Http404("That year lies outside of the calendar.")
    return int(asked)


def own_day(pk: UUID) -> OwnDay:
    """An own day.

    Raises:
        Http404: unknown, or of another organization.
    """
    day = OwnDay.objects.filter(pk=pk).first()
    if day is None:
        raise Http404("There is no such day.")
    return day
