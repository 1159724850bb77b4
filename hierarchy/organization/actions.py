"""The start of an organization, made by the operator of the installation."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership, User
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import naming_duplicates
from cat4.errors import Invalid
from cat4.fiscal import fiscal_year, fiscal_year_bounds
from cat4.tenancy.context import current_organization_id, organization_context
from cat4.tenancy.models import Organization
from cat4.web.formats import LOCALES
from cat4.wording import listed
from hierarchy.constants import Level, Verb
from hierarchy.models import Node, OrganizationSettings
from hierarchy.policies import AUDITS

from .selectors import is_auditor

# The operator at the command line: no person of the organization.
SYSTEM_ID = UUID(int=0)
TAKEN = {
    "tenancy_organization_slug_key": ("slug", "Another organization has this short name."),
    "organization_slug_any_case": ("slug", "Another organization has this short name."),
}
_JUST_NOW = ("email", "This address was added a moment ago. Try again.")
KNOWN = {"accounts_user_email_key": _JUST_NOW, "user_email_any_case": _JUST_NOW}


def system_actor(organization_id: UUID) -> Actor:
    """The installation itself, for what no person does."""
    return Actor(user_id=SYSTEM_ID, name="cat4", organization_id=organization_id, cause="system")


def rule_actor(cause: str = "rule") -> Actor:
    """The installation in the current organization, where a rule acts; with "schedule", where a day has come."""
    return replace(system_actor(current_organization_id()), cause=cause)


@transaction.atomic
def create_organization(
    *,
    name: str,
    slug: str,
    admin_email: str,
    admin_name: str,
    admin_password: str | None = None,
    currency: str = "EUR",
    locale: str = "en",
    time_zone: str = "Europe/Vienna",
    fiscal_year_start: int = 1,
    first_month: date | None = None,
    last_month: date | None = None,
) -> Organization:
    """Create a tenant with its root node, its settings and its first administrator.

    The fiscal calendar runs from two fiscal years back to five ahead, unless given. A person who is
    known already keeps their name and password.

    Raises:
        Invalid: by field.
    """
    problems = Problems()
    facts = checked_facts(
        problems,
        name=name,
        currency=currency,
        locale=locale,
        time_zone=time_zone,
        fiscal_year_start=fiscal_year_start,
    )
    facts["slug"] = _slug(problems, slug)
    email = checks.email(problems, "admin_email", admin_email)
    label = "the administrator's name"
    person = checks.text(problems, "admin_name", admin_name, label=label, limit=200, required=True)
    problems.stop_if_any()
    first, last = _calendar(first_month, last_month, fiscal_year_start)
    with naming_duplicates(TAKEN):
        organization = Organization.objects.create(**facts)
    admin = find_or_create_user(email, person, admin_password, field="admin_password")
    Membership.objects.create(user=admin, organization=organization, is_admin=True)
    with organization_context(organization.pk):
        _plant(organization, first, last)
    return organization


def find_or_create_user(email: str, name: str, password: str | None, *, field: str) -> User:
    """The person of this address. One who is known already is left as they are: they belong to themselves.

    Raises:
        Invalid: on `field`, when a new person's password is too weak.
    """
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    if password:
        try:
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            raise Invalid({field: error.messages}) from error
    with naming_duplicates(KNOWN):
        return User.objects.create_user(email, name, password or None)


def _plant(organization: Organization, first: date, last: date) -> None:
    root = Node(level=Level.ORGANIZATION, name=organization.name)
    root.path = [root.pk]
    root.save(force_insert=True)
    OrganizationSettings.objects.create(first_month=first, last_month=last)
    summary = f"created the organization {organization.name}"
    record(system_actor(organization.pk), Verb.ORGANIZATION_CREATED, root, summary=summary)


def _calendar(first: date | None, last: date | None, start: int) -> tuple[date, date]:
    year = fiscal_year(clock.today(), start)
    first = first or fiscal_year_bounds(year - 2, start)[0]
    last = last or fiscal_year_bounds(year + 5, start)[1]
    if first.day != 1 or last.day != 1:
        raise Invalid({"first_month": "A month is given as the date of its first day."})
    if last <= first:
        raise Invalid({"last_month": "The last month lies after the first."})
    return first, last


def _slug(problems: Problems, slug: str) -> str:
    slug = str(slug or "").strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,59}", slug):
        problems.add("slug", "Two to sixty small letters, digits and hyphens, beginning with a letter or digit.")
    return slug


def takes_part(problems: Problems, field: str, user_id: UUID, *, keep: UUID | None = None) -> None:
    """Somebody who may be named for work: active in the organization, and not its auditor; `keep` may be inactive."""
    checks.active_member(problems, field, user_id, current_organization_id(), keep=keep)
    if field not in problems and is_auditor(user_id):
        problems.add(field, AUDITS)


def checked_facts(problems: Problems, **facts: Any) -> dict[str, Any]:
    """The facts of an organization that may change later, each as it is kept; what is wrong is noted by name."""
    return {field: _CHECKS[field](problems, value) for field, value in facts.items()}


def _name(problems: Problems, name: object) -> str:
    return checks.text(problems, "name", name, label="a name", limit=200, required=True)


def _currency(problems: Problems, code: object) -> str:
    return checks.currency(problems, "currency", code, any_case=True)


def _locale(problems: Problems, code: object) -> object:
    """A language whose numbers and dates pages can write."""
    if code not in LOCALES:
        problems.add("locale", f"One of {listed(sorted(LOCALES), joint='or')}.")
    return code


def _time_zone(problems: Problems, name: object) -> object:
    """A name of the IANA database."""
    if name not in available_timezones():
        problems.add("time_zone", "An IANA name, such as Europe/Vienna.")
    return name


def _first_month(problems: Problems, month: object) -> object:
    """The month with which fiscal years begin."""
    if not (isinstance(month, int) and 1 <= month <= 12):
        problems.add("fiscal_year_start", "A month from 1 to 12.")
    return month


_CHECKS: dict[str, Callable[[Problems, Any], Any]] = {
    "name": _name,
    "locale": _locale,
    "time_zone": _time_zone,
    "currency": _currency,
    "fiscal_year_start": _first_month,
}
