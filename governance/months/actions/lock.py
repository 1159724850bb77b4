"""Locking a reporting month: after it, nothing of the month moves any more (domain section 12)."""

from datetime import date

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, Invalid, require
from cat4.fiscal import add_months, month_range
from cat4.outbox.actions import publish
from cat4.wording import month_name
from governance.constants import Topic, Verb
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.constants import PeriodState
from hierarchy.models import OrganizationSettings, ReportingPeriod
from hierarchy.nodes.selectors.nodes import root_node
from measures.constants import Lifecycle
from measures.models import Measure
from measures.money.selectors.month_progress import month_progress
from measures.status.actions.pending import recompute_waiting
from measures.status.actions.recompute import mark_changed

from ..policies import may_lock_period
from ..selectors.due_dates import due_dates
from .snapshots import keep_snapshot
from .steps import missing_for, reasoned, take_remaining_steps, write_step


@transaction.atomic
def lock_period(actor: Actor, *, month: date, reason: str = "") -> ReportingPeriod:
    """Lock a month that is over. Months are locked in order and never reopened.

    Every measure and node is kept as it stands at this moment, and the hash of that goes into the ledger. No step is
    skipped: what was not taken to submitted and validated before is now, each step with this person's name. What isn't
    validated is listed in the ledger entry by its code, and accepted by the person with a reason.
    The first lock of an organization takes the earlier months of its calendar along, so that no open
    month ever lies before a locked one.

    Raises:
        NotAllowed.
        Invalid: on `month`: no month of the calendar, not over yet, or an earlier one comes first; on `reason`.
        Conflict: it is locked already, or too many measures wait to be computed.
    """
    require(may_lock_period(actor, root_node().pk))
    # Before the settings row is taken: whoever enters money holds a measure and waits for that row.
    recompute_waiting()
    # Two people who lock at once take turns at the settings row.
    settings = OrganizationSettings.objects.select_related("organization").select_for_update(of=("self",)).get()
    last = last_locked_month()
    if last is not None and month <= last:
        raise Conflict(f"{month_name(month)} is locked already.", current={"last_locked_month": last.isoformat()})
    _check(month, settings, last)
    rows = month_progress(month)
    missing = missing_for(rows, PeriodState.LOCKED)
    reason = reasoned(missing, reason, PeriodState.LOCKED)
    take_remaining_steps(actor, month, rows, reason=reason)
    snapshot = keep_snapshot(month, settings, last)
    taken_along = [] if last else list(month_range(settings.first_month, add_months(month, -1)))
    for earlier in taken_along:
        _lock(actor, earlier)
    period = _lock(actor, month)
    write_step(actor, month, PeriodState.VALIDATED, PeriodState.LOCKED, reason=reason, missing=len(missing))
    summary = f"locked {month_name(month)}"
    if taken_along:
        summary += f" and the {len(taken_along)} months before it" if taken_along[1:] else " and the month before it"
    change = {
        "month": f"{month:%Y-%m}",
        "also": [f"{earlier:%Y-%m}" for earlier in taken_along],
        "before": PeriodState.VALIDATED,
        "missing": [row.measure.code for row in missing],
        "due_on": due_dates([month])[month].lock_on,
        "snapshot": {"measures": snapshot.measures, "nodes": snapshot.nodes, "digest": snapshot.digest},
    }
    record(actor, Verb.PERIOD_LOCKED, period, summary=summary, change=change, reason=reason, ledger=True)
    _tell(period)
    return period


def _check(month: date, settings: OrganizationSettings, last: date | None) -> None:
    if month.day != 1 or not settings.first_month <= month <= settings.last_month:
        first, final = month_name(settings.first_month), month_name(settings.last_month)
        raise Invalid({"month": f"Choose a month of the fiscal calendar, {first} to {final}."})
    if last is not None and month != add_months(last, 1):
        raise Invalid({"month": f"{month_name(add_months(last, 1))} comes first: months are locked in order."})
    if add_months(month, 1) > clock.today(settings.organization.time_zone):
        raise Invalid({"month": f"{month_name(month)} is not over yet."})


def _lock(actor: Actor, month: date) -> ReportingPeriod:
    locked = {"state": PeriodState.LOCKED, "locked_at": clock.now(), "locked_by_id": actor.user_id}
    return ReportingPeriod.objects.update_or_create(month=month, defaults=locked)[0]


def _tell(period: ReportingPeriod) -> None:
    """The figures of every open measure change with a lock."""
    open_measures = Measure.objects.filter(lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD])
    mark_changed(list(open_measures.order_by().values_list("pk", flat=True)))
    publish(Topic.PERIOD_LOCKED, period.pk)
