"""Which days are working days: the holidays of a country, and own days off or worked. Versioned and audited."""

from datetime import date
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import check_version, naming_duplicates
from cat4.errors import Invalid, require
from cat4.outbox.actions import publish
from hierarchy.constants import DayKind, Topic, Verb
from hierarchy.models import OrganizationSettings, OwnDay
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings

from .public_holidays import countries, subdivisions
from .selectors.calendar import calendar_years, own_day

TAKEN = {"own_day_once": ("on", "This day is in the list already. Remove it first.")}


@transaction.atomic
def choose_holidays(
    actor: Actor, *, country: str, subdivision: str = "", expected_version: int | None = None
) -> OrganizationSettings:
    """Take over the public holidays of a country or a part of it; no country is no public holidays.

    Every slip, lag and clock is counted again. Nothing changed writes nothing.

    Raises:
        NotAllowed, StaleVersion; Invalid on `country` or `subdivision`.
    """
    require(may_change_settings(actor))
    settings = _settings_for_write()
    before = {"country": settings.holiday_country, "subdivision": settings.holiday_subdivision}
    check_version(settings, expected_version, **before)
    after = _checked(country, subdivision)
    if after == before:
        return settings
    settings.holiday_country, settings.holiday_subdivision = after["country"], after["subdivision"]
    settings.version += 1
    settings.save(update_fields=["holiday_country", "holiday_subdivision", "version"])
    place = "-".join(code for code in after.values() if code)
    summary = f"took over the public holidays of {place}" if place else "took away the public holidays"
    change = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
    record(actor, Verb.HOLIDAYS_CHANGED, settings, summary=summary, change=change, ledger=True)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return settings


@transaction.atomic
def add_own_day(actor: Actor, *, on: date, kind: str, reason: str) -> OwnDay:
    """Say that the organization is closed on a day, or works on one that would be off.

    Raises:
        NotAllowed; Invalid on `on`, `kind` or `reason`.
    """
    require(may_change_settings(actor))
    settings = _settings_for_write()
    problems = Problems()
    words = checks.text(problems, "reason", reason, label="a reason", limit=200, required=True)
    if kind not in DayKind.values:
        problems.add("kind", "The day is closed or worked.")
    years = calendar_years()
    if not years[0] <= on.year <= years[-1]:
        problems.add("on", f"The calendar runs from {years[0]} to {years[-1]}.")
    elif kind == DayKind.CLOSED and on.weekday() > 4:
        problems.add("on", f"{on:%A}s are off anyway.")
    problems.stop_if_any()
    with naming_duplicates(TAKEN):
        day = OwnDay.objects.create(settings=settings, on=on, kind=kind, reason=words)
    summary = f"made {on:%d %b %Y} {'a day off' if kind == DayKind.CLOSED else 'a working day'}"
    record(actor, Verb.DAY_SET, day, summary=summary, change={"kind": [None, kind]}, reason=words, ledger=True)
    publish(Topic.SETTINGS_CHANGED, settings.pk)
    return day


@transaction.atomic
def remove_own_day(actor: Actor, day_id: UUID, *, reason: str) -> None:
    """Take an own day out of the calendar: it is again what weekday and public holidays make it.

    Raises:
        Http404, NotAllowed; Invalid on `reason`.
    """
    day = own_day(day_id)
    require(may_change_settings(actor))
    settings = _settings_for_write()
    problems = Problems()
    words = checks.text(problems, "reason", reason, label="a reason", limit=2000, required=True)
    problems.stop_if_any()
    summary = f"took {day.on:%d %b %Y} out of the own days"
    change = {"kind": [day.kind, None], "said": day.reason}
    record(actor, Verb.DAY_REMOVED, day, summary=summary, change=change, reason=words, ledger=True)
    day.delete()
    publish(Topic.SETTINGS_CHANGED, settings.pk)


def _settings_for_write() -> OrganizationSettings:
    """The settings, locked: changes of the calendar take turns."""
    locked = OrganizationSettings.objects.select_for_update(no_key=True, of=("self",))
    return locked.get(pk=organization_settings().pk)


def _checked(country: str, subdivision: str) -> dict[str, str]:
    country, subdivision = country.strip().upper(), subdivision.strip()
    if country and country not in countries():
        raise Invalid({"country": "Choose a country of the list."})
    if subdivision and subdivision not in {code for code, _ in subdivisions(country)}:
        raise Invalid({"subdivision": "That is no part of this country."})
    return {"country": country, "subdivision": subdivision}
