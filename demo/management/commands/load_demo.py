"""Build the demo organizations, unless they are there."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership, User
from cat4.outbox.actions import drain
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import Organization
from demo.committees import committee_steps
from demo.company import Company, reload_actors, set_up
from demo.details import detail_steps
from demo.deviations import deviation_steps
from demo.kestrel import set_up_kestrel
from demo.network import network_steps
from demo.notices import open_inboxes, send_no_mail
from demo.people import LOGINS, PASSWORD, PEOPLE
from demo.periods import period_steps
from demo.rules import rule_steps
from demo.sketches import sketches
from demo.steering import steering_steps
from demo.steps import lock_steps, play
from demo.story import MeasureStory
from governance.months.actions.lock import lock_period
from governance.proofs.actions.verifying import verify_now
from hierarchy.organization.actions import create_organization
from hierarchy.people.selectors.actors import load_actor

_BEGIN = date(2024, 2, 1)
# From this month on statuses are computed at each lock, so that they have a history.
_STATUSES_FROM = date(2026, 5, 1)
_NAMES = {person.key: person for person in PEOPLE}


class Command(BaseCommand):
    help = "Load the demo: Alderbrook Group, Kestrel Rail and the empty Solveig Foods, unless they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="leave Alderbrook Group out, which takes a minute")

    def handle(self, *args: Any, small: bool = False, **options: Any) -> None:
        started = time.monotonic()
        builders = {"kestrel": _build_kestrel, "solveig": _build_solveig}
        if not small:
            builders = {"alderbrook": _build_alderbrook, **builders}
        # All or nothing: a start that was interrupted begins again from an empty table.
        with transaction.atomic():
            known = set(Organization.objects.filter(slug__in=builders).values_list("slug", flat=True))
            for slug, build in builders.items():
                if slug not in known:
                    build()
        if known != builders.keys():
            self.stdout.write(f"Loaded the demo in {time.monotonic() - started:.0f} s.")
        self.stdout.write(f"\nSign in with the password {PASSWORD} as:")
        for key, role in LOGINS:
            person = _NAMES[key]
            if User.objects.filter(email=person.email).exists():
                self.stdout.write(f"  {person.email:28} {person.name:16} {role}")


def _build_kestrel() -> None:
    with clock.at(date(2026, 8, 24)):
        kestrel = _organization(
            "Kestrel Rail", "kestrel", "adam", currency="GBP", time_zone="Europe/London", fiscal_year_start=4
        )
    with organization_context(kestrel.pk):
        set_up_kestrel(kestrel, _admin(kestrel))


def _build_solveig() -> None:
    with clock.at(date(2026, 8, 24)):
        _organization("Solveig Foods", "solveig", "ines", currency="NOK", time_zone="Europe/Oslo")


def _organization(name: str, slug: str, admin: str, **facts: Any) -> Organization:
    person = _NAMES[admin]
    return create_organization(
        name=name, slug=slug, admin_email=person.email, admin_name=person.name, admin_password=PASSWORD, **facts
    )


def _admin(organization: Organization) -> Actor:
    memberships = Membership.objects.select_related("user", "organization")
    return load_actor(memberships.get(organization=organization, is_admin=True))


def _build_alderbrook() -> None:
    with clock.at(_BEGIN):
        organization = _organization("Alderbrook Group", "alderbrook", "adam", first_month=date(2024, 1, 1))
    with organization_context(organization.pk):
        company = Company(organization)
        with clock.at(_BEGIN):
            admin = _admin(organization)
            set_up(company, admin)
        reload_actors(company)
        stories = {sketch.code: MeasureStory(company, sketch) for sketch in sketches()}
        steps = [step for story in stories.values() for step in story.steps()]
        steps += [*rule_steps(company, admin)]
        steps += [*steering_steps(company, admin), *network_steps(stories), *detail_steps(stories)]
        steps += deviation_steps(stories, admin)
        steps += period_steps(company, stories)
        send_no_mail(company)
        steps += committee_steps(company, admin)
        play([*steps, *lock_steps(lambda month: _lock(company, month))])
        drain(organization.pk)
        open_inboxes(company)
        verify_now()


def _lock(company: Company, month: date) -> None:
    # What a lock keeps is computed before it, as a worker does within seconds.
    if month >= _STATUSES_FROM:
        drain(company.organization.pk)
    reason = "Closed on working day 10; what is missing starts later than planned."
    lock_period(company.actors["lucia"], month=month, reason=reason)
    if month >= _STATUSES_FROM:
        drain(company.organization.pk)
