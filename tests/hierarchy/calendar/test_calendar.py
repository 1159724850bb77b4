"""The organization's working days: country, own days, who may change them, what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cat4.audit.models import AuditEntry
from cat4.errors import Invalid, NotAllowed, StaleVersion
from cat4.outbox.models import OutboxRow
from hierarchy.calendar.actions import add_own_day, choose_holidays, remove_own_day
from hierarchy.calendar.selectors.calendar import calendar_year, work_calendar
from hierarchy.calendar.workdays import WEEKDAYS
from hierarchy.constants import Topic, Verb
from hierarchy.models import OrganizationSettings, OwnDay
from tests.hierarchy.conftest import unchanged
from tests.world import World

NATIONAL_DAY = date(2026, 10, 26)  # a Monday in Austria
FRIDAY, TUESDAY = date(2026, 10, 23), date(2026, 10, 27)
SATURDAY = date(2026, 10, 24)


def test_without_a_country_every_weekday_counts(inside: World) -> None:
    assert work_calendar() == WEEKDAYS


def test_the_holidays_of_the_country_are_skipped(inside: World) -> None:
    settings = choose_holidays(inside.actor("admin"), country="at", expected_version=1)
    assert (settings.holiday_country, settings.version) == ("AT", 2)
    assert work_calendar().between(FRIDAY, TUESDAY) == 1
    entry = AuditEntry.objects.get(verb=Verb.HOLIDAYS_CHANGED)
    assert (entry.change, entry.summary) == ({"country": ["", "AT"]}, "took over the public holidays of AT")
    assert [row.topic for row in OutboxRow.objects.all()] == [Topic.SETTINGS_CHANGED]


def test_a_part_of_a_country_has_its_own_holidays(inside: World) -> None:
    admin, corpus_christi = inside.actor("admin"), date(2026, 6, 4)
    choose_holidays(admin, country="DE")
    assert work_calendar().is_working_day(corpus_christi)
    choose_holidays(admin, country="DE", subdivision="BY")
    assert not work_calendar().is_working_day(corpus_christi)
    choose_holidays(admin, country="")
    assert work_calendar() == WEEKDAYS


def test_the_calendar_reaches_two_years_beyond_the_fiscal_one(inside: World) -> None:
    choose_holidays(inside.actor("admin"), country="AT")
    calendar = work_calendar()
    assert not calendar.is_working_day(date(2022, 10, 26))
    assert not calendar.is_working_day(date(2031, 1, 1))
    assert calendar.is_working_day(date(2021, 10, 26))


def test_the_calendar_costs_one_query(inside: World) -> None:
    admin = inside.actor("admin")
    choose_holidays(admin, country="AT")
    add_own_day(admin, on=FRIDAY, kind="closed", reason="Shutdown")
    add_own_day(admin, on=SATURDAY, kind="worked", reason="Inventory")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = work_calendar()
    assert len(queries) == 1
    assert work_calendar() is first


def test_own_days_close_and_open(inside: World) -> None:
    admin = inside.actor("admin")
    choose_holidays(admin, country="AT")
    add_own_day(admin, on=FRIDAY, kind="closed", reason="Shutdown")
    add_own_day(admin, on=SATURDAY, kind="worked", reason="Inventory")
    add_own_day(admin, on=NATIONAL_DAY, kind="worked", reason="Customer event")
    calendar = work_calendar()
    assert [calendar.is_working_day(day) for day in (FRIDAY, SATURDAY, NATIONAL_DAY)] == [False, True, True]
    assert calendar.between(date(2026, 10, 22), TUESDAY) == 3


def test_an_own_day_is_taken_out_with_a_reason_that_stays_on_record(inside: World) -> None:
    admin = inside.actor("admin")
    day = add_own_day(admin, on=FRIDAY, kind="closed", reason="Shutdown")
    OutboxRow.objects.all().delete()
    remove_own_day(admin, day.pk, reason="Moved to December")
    assert work_calendar() == WEEKDAYS
    entry = AuditEntry.objects.get(verb=Verb.DAY_REMOVED)
    assert (entry.reason, entry.change) == ("Moved to December", {"kind": ["closed", None], "said": "Shutdown"})
    assert [row.topic for row in OutboxRow.objects.all()] == [Topic.SETTINGS_CHANGED]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"on": SATURDAY}, "on"),
        ({"on": date(2040, 1, 2)}, "on"),
        ({"kind": "half"}, "kind"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_bad_own_day_is_refused_by_field(world: World, facts: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"on": FRIDAY, "kind": "closed", "reason": "Shutdown", **facts}
    with unchanged(world, OwnDay), world.inside(), pytest.raises(Invalid) as refusal:
        add_own_day(world.actor("admin"), **given)
    assert list(refusal.value.errors) == [field]


def test_a_day_stands_in_the_list_once(world: World) -> None:
    with world.inside():
        add_own_day(world.actor("admin"), on=FRIDAY, kind="closed", reason="Shutdown")
    with unchanged(world, OwnDay), world.inside(), pytest.raises(Invalid, match="in the list already"):
        add_own_day(world.actor("admin"), on=FRIDAY, kind="worked", reason="Inventory")


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"country": "XX"}, "country"), ({"country": "AT", "subdivision": "BY"}, "subdivision")],
)
def test_an_unknown_place_is_refused(world: World, facts: dict[str, Any], field: str) -> None:
    with unchanged(world, OrganizationSettings), world.inside(), pytest.raises(Invalid) as refusal:
        choose_holidays(world.actor("admin"), **facts)
    assert list(refusal.value.errors) == [field]


def test_a_stale_choice_is_refused_and_the_same_again_writes_nothing(world: World) -> None:
    with world.inside():
        choose_holidays(world.actor("admin"), country="AT")
    with unchanged(world, OrganizationSettings), world.inside():
        with pytest.raises(StaleVersion):
            choose_holidays(world.actor("admin"), country="DE", expected_version=1)
        choose_holidays(world.actor("admin"), country="AT", expected_version=2)


@pytest.mark.parametrize("persona", ["pmo", "owner", "controller", "reader"])
def test_only_an_administrator_changes_the_working_days(world: World, persona: str) -> None:
    with world.inside():
        day = add_own_day(world.actor("admin"), on=FRIDAY, kind="closed", reason="Shutdown")
        actor = world.actor(persona)
    with unchanged(world, OwnDay, OrganizationSettings), world.inside():
        with pytest.raises(NotAllowed):
            choose_holidays(actor, country="AT")
        with pytest.raises(NotAllowed):
            add_own_day(actor, on=TUESDAY, kind="closed", reason="Shutdown")
        with pytest.raises(NotAllowed):
            remove_own_day(actor, day.pk, reason="No")


def test_days_of_another_organization_are_neither_seen_nor_removed(world: World, twin: World) -> None:
    with twin.inside():
        foreign = add_own_day(twin.actor("admin"), on=FRIDAY, kind="closed", reason="Shutdown")
    with world.inside():
        assert work_calendar() == WEEKDAYS
        with pytest.raises(Http404):
            remove_own_day(world.actor("admin"), foreign.pk, reason="Mine")
    with twin.inside():
        assert OwnDay.objects.count() == 1


def test_a_year_lists_what_differs_from_the_week(inside: World) -> None:
    admin = inside.actor("admin")
    choose_holidays(admin, country="AT")
    add_own_day(admin, on=NATIONAL_DAY, kind="worked", reason="Customer event")
    year = calendar_year(2026)
    days = {day.on: day for day in year.days}
    assert (days[NATIONAL_DAY].name, days[NATIONAL_DAY].is_working) == ("Customer event", True)
    assert days[NATIONAL_DAY].note == "National Day"
    assert (days[date(2026, 12, 26)].name, days[date(2026, 12, 26)].note) == (
        "Saint Stephen's Day", "Falls on a weekend",
    )  # fmt: skip
    weekdays = WEEKDAYS.between(date(2025, 12, 31), date(2026, 12, 31))
    public = sum(day.weekday() < 5 for day in days)
    assert year.working_days == weekdays - public + 1


def test_the_pages_choose_a_country_with_its_part_and_keep_own_days(client: Client, world: World) -> None:
    client.force_login(world.people["admin"])
    base = world.url("/settings/working-days/")
    assert "no public holidays chosen" in client.get(base).content.decode()
    assert "Part of the country" in client.get(base + "holidays/", {"country": "DE"}).content.decode()
    assert client.post(base + "holidays/", {"country": "ZZ", "version": "1"}).status_code == 422
    chosen = client.post(base + "holidays/", {"country": "DE", "subdivision": "BY", "version": "1"}, follow=True)
    assert "public holidays of Germany, Bayern" in chosen.content.decode()
    stale = client.post(base + "holidays/", {"country": "AT", "version": "1"})
    assert stale.status_code == 409
    assert "Corpus Christi" in client.get(base, {"year": "2026"}).content.decode()
    assert client.get(base, {"year": "1990"}).status_code == 404
    assert client.post(base + "add/", {"on": "2026-10-24", "kind": "closed", "reason": "x"}).status_code == 422
    shutdown = {"on": "2026-12-24", "kind": "closed", "reason": "Plant shutdown"}
    added = client.post(base + "add/", shutdown, follow=True)
    assert "Plant shutdown" in added.content.decode()
    with world.inside():
        day = OwnDay.objects.get()
    assert client.post(f"{base}{day.pk}/remove/", {"reason": ""}).status_code == 422
    assert client.post(f"{base}{day.pk}/remove/", {"reason": "Open after all"}).status_code == 302
    with world.inside():
        assert not OwnDay.objects.exists()
