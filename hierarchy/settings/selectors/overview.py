"""What there is of everything that an organization sets, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from cat4.accounts.selectors import active_member_ids
from hierarchy.constants import Level, MasterKind
from hierarchy.master.selectors.master import master_records
from hierarchy.models import Committee, Node
from hierarchy.organization.selectors import organization_settings
from hierarchy.rates.selectors.overview import missing_plan_rates


@dataclass(frozen=True, slots=True)
class SettingsOverview:
    """How many of each are in use; the version of the thresholds, and the code of the country with its holidays."""

    nodes: int
    members: int
    committees: int
    master: Mapping[MasterKind, int]
    missing_rates: int
    version: int
    holiday_country: str


def settings_overview() -> SettingsOverview:
    """The organization as it is set up."""
    settings = organization_settings()
    return SettingsOverview(
        members=len(active_member_ids(settings.organization.pk)),
        nodes=Node.objects.filter(retired_at__isnull=True, level__gt=Level.ORGANIZATION).count(),
        committees=Committee.objects.filter(retired_at__isnull=True).count(),
        missing_rates=len(missing_plan_rates()),
        master={kind: master_records(kind).count() for kind in MasterKind},
        version=settings.version,
        holiday_country=settings.holiday_country,
    )
