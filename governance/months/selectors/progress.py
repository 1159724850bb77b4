"""Reporting months: their state and due dates, and what keeps the next one from being complete."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db.models import QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import add_months, first_of_month, month_range
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.constants import PeriodState
from hierarchy.models import OrganizationSettings, ReportingPeriod
from hierarchy.organization.selectors import organization
from measures.core.selectors.measures import visible_measures
from measures.money.selectors.month_progress import MeasureMonth, counted, month_progress

from ..models import PeriodStep, Snapshot
from .debts import Debt, debts, present_day
from .due_dates import DueDates, due_dates

_MONTHS_SHOWN = 15
_MONTH = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])", re.ASCII)
ORDER = (PeriodState.OPEN, PeriodState.SUBMITTED, PeriodState.VALIDATED, PeriodState.LOCKED)
NEXT = dict(pairwise(ORDER))


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A month as listed. `days_late` is how many working days the lock came, or is, after its date."""

    month: date
    state: str
    due: DueDates
    locked_at: datetime | None = None
    locked_by: str = ""
    days_late: int = 0

    @property
    def is_locked(self) -> bool:
        return self.state == PeriodState.LOCKED

    @property
    def label(self) -> str:
        return PeriodState(self.state).label


@dataclass(frozen=True, slots=True)
class MonthStep:
    """A state on the way of a month: by when it was to be reached, and how it was."""

    label: str
    state: str
    due_on: date | None
    reached: PeriodStep | None
    days_late: int


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month with its steps, who owes what, and what its lock kept."""

    line: PeriodLine
    is_over: bool
    steps: tuple[MonthStep, ...]
    counts: dict[str, int]
    debts: list[Debt]
    history: list[PeriodStep]
    snapshot: Snapshot | None
    next_state: str
    previous_state: str

    @property
    def may_be_locked(self) -> bool:
        return self.is_over and not self.line.is_locked

    @property
    def missing(self) -> int:
        """Measures that aren't validated."""
        return self.counts["measures"] - self.counts["validated"]


def period_lines() -> list[PeriodLine]:
    """The latest months of the calendar up to the running one, newest first."""
    settings = OrganizationSettings.objects.select_related("organization").get()
    running = min(first_of_month(clock.today(settings.organization.time_zone)), settings.last_month)
    first = max(settings.first_month, add_months(running, 1 - _MONTHS_SHOWN))
    return lines_of(list(month_range(first, running)))[::-1]


def lines_of(months: Sequence[date]) -> list[PeriodLine]:
    """Months with their state and due dates, in the order given."""
    rows = ReportingPeriod.objects.filter(month__in=months).select_related("locked_by")
    known = {row.month: row for row in rows}
    due, calendar, today = due_dates(months), work_calendar(), present_day()
    zone = organization().time_zone
    lines = []
    for month in months:
        row = known.get(month)
        locked_at = row.locked_at if row else None
        end = clock.day_of(locked_at, zone) if locked_at else today
        lines.append(
            PeriodLine(
                month,
                row.state if row else PeriodState.OPEN,
                due[month],
                locked_at,
                row.locked_by.name if row and row.locked_by else "",
                max(0, calendar.between(due[month].lock_on, end)),
            )
        )
    return lines


def month_of_calendar(text: str) -> date:
    """The month of an address such as 2026-09.

    Raises:
        Http404: it is no month, or none of the fiscal calendar.
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        raise Http404("There is no such month.")
    settings, month = OrganizationSettings.objects.get(), date(int(match[1]), int(match[2]), 1)
    if not settings.first_month <= month <= settings.last_month:
        raise Http404("That month lies outside of the calendar.")
    return month


def next_to_lock() -> date | None:
    """The month that comes next, if it is over; before the first lock the last month that is over."""
    settings = OrganizationSettings.objects.select_related("organization").get()
    running = first_of_month(clock.today(settings.organization.time_zone))
    last = last_locked_month()
    month = add_months(last, 1) if last else add_months(running, -1)
    return month if settings.first_month <= month < running and month <= settings.last_month else None


def open_measures(actor: Actor, month: date) -> list[MeasureMonth]:
    """Decided and active measures that the actor sees, with lines that aren't reported or validated."""
    return [row for row in month_progress(month, visible_measures(actor)) if not row.is_validated]


def month_page(actor: Actor, month: date) -> MonthPage:
    """Everything about a month of the calendar, of the measures that the actor sees."""
    line, rows = lines_of([month])[0], month_progress(month, visible_measures(actor))
    history = list(PeriodStep.objects.filter(month=month).select_related("person"))
    at = ORDER.index(PeriodState(line.state))
    return MonthPage(
        line=line,
        is_over=add_months(month, 1) <= present_day(),
        steps=_steps(line, history),
        counts=counted(rows),
        debts=[] if line.is_locked else debts(rows),
        history=history,
        snapshot=Snapshot.objects.filter(month=month).first(),
        next_state=ORDER[at + 1] if at < len(ORDER) - 2 else "",
        previous_state=ORDER[at - 1] if 0 < at < len(ORDER) - 1 else "",
    )


def _steps(line: PeriodLine, history: Sequence[PeriodStep]) -> tuple[MonthStep, ...]:
    """The states in order; one that was left again counts as not reached."""
    reached = ORDER.index(PeriodState(line.state))
    due = (None, line.due.submit_on, line.due.validate_on, line.due.lock_on)
    calendar, today = work_calendar(), present_day()
    steps = []
    for at, (state, due_on) in enumerate(zip(ORDER, due, strict=True)):
        step = next((change for change in history if change.after == state), None) if at and at <= reached else None
        end = step.at.date() if step else today
        is_counted = due_on is not None and (step is not None or at > reached)
        late = max(0, calendar.between(due_on, end)) if is_counted and due_on else 0
        steps.append(
            MonthStep(state.label, "done" if at < reached else "now" if at == reached else "next", due_on, step, late)
        )
    return tuple(steps)


def periods() -> QuerySet[ReportingPeriod]:
    """The months that have a state; every member may know which are locked."""
    return ReportingPeriod.objects.select_related("locked_by")
