"""The current organization, its settings and its thresholds."""

from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import Organization

from ..models import OrganizationSettings
from ..thresholds import Thresholds


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
