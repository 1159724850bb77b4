"""The working days: public holidays, and own days off or worked."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import require
from cat4.web.fields import ReasonForm
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings

from .actions import add_own_day, choose_holidays, remove_own_day
from .forms import HolidaysForm, OwnDayForm
from .public_holidays import countries, subdivisions
from .selectors.calendar import calendar_year, calendar_years, own_day, year_to_show

_SETTINGS, _CALENDAR = "hierarchy:settings", "hierarchy:calendar"


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """A year's holidays and own days."""
    settings = organization_settings()
    year, years = year_to_show(request.GET.get("year", "")), calendar_years()
    part = dict(subdivisions(settings.holiday_country)).get(settings.holiday_subdivision, "")
    context = {
        "shown": calendar_year(year),
        "previous": year - 1 if year > years[0] else None,
        "next": year + 1 if year < years[-1] else None,
        "country": countries().get(settings.holiday_country, ""),
        "part": part,
        "may": may_change_settings(request.actor),
    }
    return render(request, "hierarchy/calendar/calendar.html", context)


@require_http_methods(["GET", "POST"])
def choose(request: OrganizationRequest) -> HttpResponse:
    """Choose country and part. A country that has parts asks for one before it is saved."""
    require(may_change_settings(request.actor))
    settings = organization_settings()
    asked = request.GET.get("country", settings.holiday_country)
    initial = {"country": asked, "subdivision": settings.holiday_subdivision, "version": settings.version}
    form = HolidaysForm(posted(request), country=asked, initial=initial)
    page = _page("Public holidays", "Save holidays", template="hierarchy/calendar/holidays.html")

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = choose_holidays(
            request.actor,
            country=clean["country"],
            subdivision=clean.get("subdivision", ""),
            expected_version=clean["version"],
        )
        name = countries().get(saved.holiday_country, "")
        return reverse(_CALENDAR), f"Took over the holidays of {name}." if name else "No public holidays any more."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def add_day(request: OrganizationRequest) -> HttpResponse:
    """Add a day off, or one that is worked."""
    require(may_change_settings(request.actor))
    form = OwnDayForm(posted(request), initial={"on": request.GET.get("on", ""), "kind": request.GET.get("kind", "")})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        day = add_own_day(request.actor, **clean)
        return f"{reverse(_CALENDAR)}?year={day.on.year}", f"Added {day.reason}."

    return answer(request, form, _page("Add an own day", "Add day"), act)


@require_http_methods(["GET", "POST"])
def remove_day(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take an own day out of the calendar."""
    day = own_day(pk)
    require(may_change_settings(request.actor))
    page = _page("Remove an own day", "Remove day", sub=f"{day.on:%d %b %Y}, {day.reason}", danger=True)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        remove_own_day(request.actor, pk, reason=clean["reason"])
        return f"{reverse(_CALENDAR)}?year={day.on.year}", f"Removed {day.reason}."

    return answer(request, ReasonForm(posted(request)), page, act)


def _page(title: str, submit: str, **more: Any) -> FormPage:
    crumbs = (("Settings", reverse(_SETTINGS)), ("Working days", reverse(_CALENDAR)))
    note = "Slips, lags and clocks of every measure are counted again. The change goes into the ledger."
    return FormPage(title, submit, reverse(_CALENDAR), crumbs=crumbs, note=note, **more)
