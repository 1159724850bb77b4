"""What is told by the day: answers that are owed, overrides that lapse, forecasts that nobody confirmed.

Each looks at what is due and not settled, and names what it says by its event: run hourly or after days of
standstill, nobody hears the same twice, and of several reminders that were missed only the last.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cat4.fiscal import add_months, first_of_month
from cat4.notices.actions import notify
from cat4.notices.selectors import told_people
from cat4.tenancy.context import current_organization_id
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from hierarchy.organization.selectors import organization
from measures.constants import Doi, Lifecycle
from measures.models import Measure, PlanVersion

FORECAST_REMINDER_DAYS = 3
FORECAST_OVERDUE_DAYS = 1
FORECAST_ESCALATION_DAYS = 5


def forecast_due_on(month: date, days: WorkCalendar) -> date:
    """The forecast of a month is confirmed by its last working day (domain section 14)."""
    return days.day_at(days.index(add_months(month, 1) - timedelta(days=1)))


def remind_of_forecasts(today: date) -> int:
    """Remind owners three working days before their forecasts are due and the day after; returns the notices.

    One notice for all forecasts of a person: which they are, the page says, and is never out of date.
    """
    days, this_month = work_calendar(), first_of_month(today)
    last_month = add_months(this_month, -1)
    told = 0
    if days.between(forecast_due_on(last_month, days), today) >= FORECAST_OVERDUE_DAYS:
        told += _remind("forecast.overdue", last_month, "owner", days)
    due = forecast_due_on(this_month, days)
    if today <= due and days.between(today, due) <= FORECAST_REMINDER_DAYS:
        told += _remind("forecast.confirmation_due", this_month, "owner", days)
    return told


def escalate_forecasts(today: date) -> int:
    """Tell the sponsors a week of working days after the forecasts were due; returns the notices."""
    days, month = work_calendar(), add_months(first_of_month(today), -1)
    if days.between(forecast_due_on(month, days), today) < FORECAST_ESCALATION_DAYS:
        return 0
    return _remind("forecast.escalated", month, "sponsor", days)


# Where the person sees which forecasts they are.
_PAGES = {"owner": "/my-work/", "sponsor": "/freshness/"}


def _remind(kind: str, month: date, role: str, days: WorkCalendar) -> int:
    """One notice to each person in the role, of how many forecasts nobody has confirmed since the month began."""
    event = f"{kind}:{month:%Y-%m}"
    waiting = _unconfirmed_since(month).filter(**{f"{role}__isnull": False})
    counts = dict(waiting.order_by().values_list(role).annotate(Count("id")))
    facts = {"month": month, "due": forecast_due_on(month, days)}
    reached = told_people(event)
    return sum(
        notify(kind, event=event, people=[person], path=_PAGES[role], facts={**facts, "count": count})
        for person, count in counts.items()
        if person not in reached
    )


def _unconfirmed_since(month: date) -> QuerySet[Measure]:
    """Running measures whose forecast was last confirmed, and whose plan was last frozen, before the month."""
    start = datetime.combine(month, time(), ZoneInfo(organization().time_zone))
    frozen = PlanVersion.objects.filter(measure=OuterRef("pk"), frozen_at__gte=start)
    return Measure.objects.filter(
        Q(forecast_confirmed_at__isnull=True) | Q(forecast_confirmed_at__lt=start),
        ~Exists(frozen),
        organization_id=current_organization_id(),
        doi__in=(Doi.DECIDED, Doi.IMPLEMENTED),
        lifecycle=Lifecycle.ACTIVE,
    )
