"""Reporting months: their state, and what keeps the next one from being complete."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor
from hierarchy.constants import PeriodState
from hierarchy.fiscal import add_months, first_of_month, month_range
from hierarchy.models import OrganizationSettings, ReportingPeriod
from hierarchy.selectors.periods import last_locked_month
from measures.constants import Doi, Lifecycle
from measures.models import EffectMonth, Measure
from measures.selectors.measures import visible_measures

_MONTHS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A month as listed."""

    month: date
    state: str
    locked_at: datetime | None = None
    locked_by: str = ""


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """A measure with lines that nobody reported or validated for a month, and who owes it."""

    measure: Measure
    unreported: tuple[str, ...]
    unvalidated: tuple[str, ...]


def period_lines() -> list[PeriodLine]:
    """The latest months of the calendar up to the running one, newest first."""
    settings = OrganizationSettings.objects.select_related("organization").get()
    running = min(first_of_month(clock.today(settings.organization.time_zone)), settings.last_month)
    first = max(settings.first_month, add_months(running, 1 - _MONTHS_SHOWN))
    months = list(month_range(first, running))
    rows = ReportingPeriod.objects.filter(month__in=months).select_related("locked_by")
    known = {
        row.month: PeriodLine(
            row.month, row.get_state_display(), row.locked_at, row.locked_by.name if row.locked_by else ""
        )
        for row in rows
    }
    open_state = str(PeriodState.OPEN.label)
    return [known.get(month, PeriodLine(month, open_state)) for month in reversed(months)]


def next_to_lock() -> date | None:
    """The month that comes next, if it is over; before the first lock the last month that is over."""
    settings = OrganizationSettings.objects.select_related("organization").get()
    running = first_of_month(clock.today(settings.organization.time_zone))
    last = last_locked_month()
    month = add_months(last, 1) if last else add_months(running, -1)
    return month if settings.first_month <= month < running and month <= settings.last_month else None


def open_measures(actor: Actor, month: date) -> list[OpenMeasure]:
    """Decided and active measures that the actor sees, with planned lines that aren't reported or validated."""
    unreported: dict[UUID, list[str]] = defaultdict(list)
    unvalidated: dict[UUID, list[str]] = defaultdict(list)
    seen = visible_measures(actor).filter(lifecycle=Lifecycle.ACTIVE, doi__gte=Doi.DECIDED)
    rows = EffectMonth.objects.filter(month=month, measure__in=seen, validated__isnull=True)
    columns = ("measure_id", "line__name", "plan", "reported")
    for measure_id, name, plan, reported in rows.order_by("line__position", "line__name").values_list(*columns):
        if reported is not None:
            unvalidated[measure_id].append(name)
        elif plan:
            unreported[measure_id].append(name)
    measures = seen.filter(pk__in=unreported.keys() | unvalidated.keys()).select_related("owner", "controller")
    return [
        OpenMeasure(measure, tuple(unreported[measure.pk]), tuple(unvalidated[measure.pk]))
        for measure in measures.order_by("code")
    ]
