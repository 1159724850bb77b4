"""Reminding of overrides that lapse."""

from datetime import date

from cat4.notices.selectors import told_events
from cat4.tenancy.context import current_organization_id
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.organization.actions import rule_actor
from measures.core.notices import tell
from measures.models import StatusOverride

OVERRIDE_REMINDER_DAYS = 3


def remind_of_expiring_overrides(today: date) -> int:
    """Tell author and owner three working days before an override lapses; returns the notices."""
    soon = work_calendar().add(today, OVERRIDE_REMINDER_DAYS)
    lasting = StatusOverride.objects.filter(
        organization_id=current_organization_id(), ended_at__isnull=True, expires_on__range=(today, soon)
    )
    rows = list(lasting.select_related("measure").order_by("id"))
    told = told_events(f"override:{row.pk}:expiring" for row in rows)
    return sum(
        tell(
            "override.expiring", rule_actor("schedule"), row.measure, event=f"override:{row.pk}:expiring",
            people=[row.author_id, row.measure.owner_id], expires=row.expires_on,
        )
        for row in rows
        if f"override:{row.pk}:expiring" not in told
    )  # fmt: skip
