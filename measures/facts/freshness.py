"""Measures whose forecast is stale, for queries of many; `MeasureFacts.is_stale` says it of one."""

from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from cat4 import clock
from hierarchy.models import OrganizationSettings
from hierarchy.organization.selectors import organization_settings
from measures.constants import Doi, Lifecycle
from measures.formulas.freshness import stale_before
from measures.models import PlanVersion

RUNNING = Q(doi__in=(Doi.DECIDED, Doi.IMPLEMENTED), lifecycle=Lifecycle.ACTIVE)


def stale_today(settings: OrganizationSettings | None = None) -> Q:
    """Running measures whose forecast was confirmed, or frozen with the plan, more than two cadences ago, or never.

    `settings` are the organization's, where they are loaded already.
    """
    settings = settings or organization_settings()
    zone = settings.organization.time_zone
    before = stale_before(clock.today(zone), settings.thresholds.stale_after_days, ZoneInfo(zone))
    frozen = PlanVersion.objects.filter(measure=OuterRef("pk"), frozen_at__gte=before)
    unconfirmed = Q(forecast_confirmed_at__isnull=True) | Q(forecast_confirmed_at__lt=before)
    return RUNNING & unconfirmed & ~Q(Exists(frozen))
