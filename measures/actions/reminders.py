"""What is told by the day: answers that are owed, overrides that lapse, forecasts that nobody confirmed.

Each looks at what is due and not settled, and names what it says by its event: run hourly or after days of
standstill, nobody hears the same twice, and of several reminders that were missed only the last.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cat4.accounts.actor import Actor
from cat4.notices.actions import notify
from cat4.notices.selectors import told_events, told_people
from cat4.tenancy.context import current_organization_id
from hierarchy.actions.organizations import system_actor
from hierarchy.fiscal import add_months
from hierarchy.selectors.calendar import work_calendar
from hierarchy.selectors.settings import organization
from hierarchy.workdays import WorkCalendar

from ..constants import Doi, Lifecycle
from ..models import Measure, PlanVersion, RippleAnswer, StatusOverride
from .telling import tell

ANSWER_REMINDER_DAYS = 2
OVERRIDE_REMINDER_DAYS = 3
FORECAST_REMINDER_DAYS = 3
FORECAST_OVERDUE_DAYS = 1
FORECAST_ESCALATION_DAYS = 5


def schedule_actor() -> Actor:
    """The installation, acting because a day has come."""
    return replace(system_actor(current_organization_id()), cause="schedule")


def ask_affected_owners(ripple_id: UUID) -> int:
    """Ask the owner of each measure that a ripple moves for an answer (domain section 8); returns the notices."""
    return sum(
        _tell_of_answer("ripple.answer_asked", answer, "asked")
        for answer in _unanswered().filter(ripple_id=ripple_id)
    )  # fmt: skip


def remind_of_answers(today: date) -> int:
    """Remind two working days before an answer is due, and on the day; returns the notices."""
    days = work_calendar()
    soon = days.add(today, ANSWER_REMINDER_DAYS)
    answers = list(_unanswered().filter(due_on__lte=soon))
    stages = {answer.pk: "due" if answer.due_on <= today else "soon" for answer in answers}
    told = told_events(_answer_event(answer, stages[answer.pk]) for answer in answers)
    return sum(
        _tell_of_answer("ripple.answer_due", answer, stages[answer.pk], is_over=answer.due_on <= today)
        for answer in answers
        if _answer_event(answer, stages[answer.pk]) not in told
    )


def _unanswered() -> QuerySet[RippleAnswer]:
    waiting = RippleAnswer.objects.filter(
        organization_id=current_organization_id(),
        answered_at__isnull=True,
        ripple__superseded_at__isnull=True,
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
    )
    return waiting.select_related("measure", "ripple__trigger").order_by("due_on", "id")


def _answer_event(answer: RippleAnswer, stage: str) -> str:
    return f"ripple:{answer.pk}:{stage}"


def _tell_of_answer(kind: str, answer: RippleAnswer, stage: str, **facts: bool) -> int:
    return tell(
        kind, schedule_actor(), answer.measure, event=_answer_event(answer, stage), due=answer.due_on,
        people=[answer.measure.owner_id], path=f"/ripples/{answer.ripple_id}/", trigger=answer.ripple.trigger.name,
        **facts,
    )  # fmt: skip


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
            "override.expiring", schedule_actor(), row.measure, event=f"override:{row.pk}:expiring",
            people=[row.author_id, row.measure.owner_id], expires=row.expires_on,
        )
        for row in rows
        if f"override:{row.pk}:expiring" not in told
    )  # fmt: skip


def forecast_due_on(month: date, days: WorkCalendar) -> date:
    """The forecast of a month is confirmed by its last working day (domain section 14)."""
    return days.day_at(days.index(add_months(month, 1) - timedelta(days=1)))


def remind_of_forecasts(today: date) -> int:
    """Remind owners three working days before their forecasts are due and the day after; returns the notices.

    One notice for all forecasts of a person: which they are, the page says, and is never out of date.
    """
    days, this_month = work_calendar(), today.replace(day=1)
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
    days, month = work_calendar(), add_months(today.replace(day=1), -1)
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
