"""Reminders around the closing calendar (domain section 12).

Each step has its event, so that a notice is sent once however often the duty runs. After days of standstill only
what is true now is sent: who was to be reminded before a date that has passed is told that it has passed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from cat4.accounts.actor import Role
from cat4.notices.actions import notify
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.models import RoleGrant
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.organization.selectors import thresholds
from measures.models import Measure
from measures.money.selectors.month_progress import MeasureMonth, month_progress

from ..selectors.debts import Owed, open_months, owed_by_controller, owed_by_owner
from ..selectors.due_dates import due_dates_of
from .nudges import tell

# Working days before a due date on which people are reminded, and after it on which the sponsor is told.
_BEFORE, _SPONSOR_AFTER = 2, 2
People = dict[UUID, list[Owed]]


def remind(today: date) -> int:
    """Send what is due by today for every month that is over and not locked; returns how many notices are new."""
    return sum(_remind_of(month, today) for month in open_months(today))


def _remind_of(month: date, today: date) -> int:
    calendar, rows = work_calendar(), month_progress(month)
    due = due_dates_of(month, thresholds(), calendar)
    told = 0
    if calendar.add(due.submit_on, -_BEFORE) <= today <= due.submit_on:
        told += _tell("period.report_due", month, due.submit_on, _of(rows, owed_by_owner, _owner))
    if today > due.submit_on:
        told += _tell("period.report_overdue", month, due.submit_on, _of(rows, owed_by_owner, _owner))
    if today >= calendar.add(due.submit_on, _SPONSOR_AFTER):
        told += _tell("period.report_escalated", month, due.submit_on, _of(rows, owed_by_owner, _sponsor))
    if calendar.add(due.validate_on, -_BEFORE) <= today <= due.validate_on:
        told += _tell("period.validation_due", month, due.validate_on, _of(rows, owed_by_controller, _controller))
    if today > due.validate_on:
        told += _tell("period.validation_overdue", month, due.validate_on, _of(rows, owed_by_controller, _controller))
    if today > due.lock_on:
        told += _tell_lockers(month, due.lock_on)
    return told


def _owner(measure: Measure) -> UUID | None:
    return measure.owner_id


def _sponsor(measure: Measure) -> UUID | None:
    return measure.sponsor_id


def _controller(measure: Measure) -> UUID | None:
    return measure.controller_id


def _of(
    rows: Iterable[MeasureMonth],
    owed_of: Callable[[MeasureMonth], Owed | None],
    person_of: Callable[[Measure], UUID | None],
) -> People:
    """What is owed, by the person who is told of it."""
    found: People = defaultdict(list)
    for row in rows:
        owed, person = owed_of(row), person_of(row.measure)
        if owed is not None and person is not None:
            found[person].append(owed)
    return found


def _tell(kind: str, month: date, due_on: date, people: People) -> int:
    event = f"{kind}:{month:%Y-%m}"
    return sum(
        tell(kind, event, person, month, owed, due_on=due_on, owners=_owners(owed)) for person, owed in people.items()
    )


def _owners(owed: Iterable[Owed]) -> list[str]:
    return sorted({task.row.measure.owner.name for task in owed if task.row.measure.owner})


def _tell_lockers(month: date, due_on: date) -> int:
    lockers = RoleGrant.objects.filter(node=root_node(), role__in=[Role.PMO, Role.CONTROLLER])
    return notify(
        "period.lock_overdue",
        event=f"period.lock_overdue:{month:%Y-%m}",
        people=set(lockers.values_list("user_id", flat=True)),
        path=f"/periods/{month:%Y-%m}/",
        facts={"month": month, "due_on": due_on},
    )
