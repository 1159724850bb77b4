"""The current organization, its settings and its thresholds."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from cat4.accounts.actor import Actor, Role
from cat4.accounts.models import User
from cat4.accounts.selectors import active_member_ids, people
from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import Organization
from hierarchy.models import OrganizationSettings, RoleGrant
from hierarchy.thresholds import Thresholds


def organization_settings() -> OrganizationSettings:
    """The settings of the current organization, with the organization itself."""
    settings = OrganizationSettings.objects.select_related("organization")
    return settings.get(organization_id=current_organization_id())


def thresholds() -> Thresholds:
    """The thresholds in force."""
    return organization_settings().thresholds


def organization() -> Organization:
    """The current organization: its name, reporting currency, time zone and fiscal year."""
    return organization_settings().organization


def on_days(instant: str, first_day: date | None, last_day: date | None) -> Q:
    """Rows whose `instant`, a field, lies on these days, both included: whole days of the organization's time zone."""
    zone = ZoneInfo(organization().time_zone)
    found = Q()
    if first_day:
        found &= Q(**{f"{instant}__gte": datetime.combine(first_day, time(), zone)})
    # After the last day that there is nothing lies.
    if last_day and last_day != date.max:
        found &= Q(**{f"{instant}__lt": datetime.combine(last_day + timedelta(days=1), time(), zone)})
    return found


def active_people(actor: Actor) -> list[User]:
    """Who may act in the organization today, by name; the choices of every person field."""
    return sorted(people(active_member_ids(actor.organization_id)).values(), key=lambda user: user.name.casefold())


def is_auditor(user_id: UUID) -> bool:
    """Whether the person audits the organization: reads everything, changes nothing, takes no part."""
    return RoleGrant.objects.filter(user_id=user_id, role=Role.AUDITOR).exists()


def holds_role(user_id: UUID, path: Iterable[UUID], role: Role) -> bool:
    """Whether a person, who need not be the actor, has the role at a node of `path`."""
    return RoleGrant.objects.filter(user_id=user_id, node_id__in=list(path), role=role).exists()
