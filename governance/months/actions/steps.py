"""The steps of a reporting month before its lock: open, submitted, validated, and back (domain section 12).

A month moves by the act of a controller or portfolio manager of the whole organization, never by itself: who takes
the step answers for it, also for what is missing.
"""

from datetime import date
from itertools import pairwise

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, Invalid, require
from cat4.fiscal import add_months
from cat4.wording import counted, month_name
from governance.constants import Verb
from hierarchy.calendar.selectors.periods import last_locked_month, period_states
from hierarchy.constants import PeriodState
from hierarchy.models import OrganizationSettings, ReportingPeriod
from hierarchy.nodes.selectors.nodes import root_node
from measures.money.selectors.month_progress import MeasureMonth, month_progress

from ..models import PeriodStep
from ..policies import may_lock_period

ORDER = (PeriodState.OPEN, PeriodState.SUBMITTED, PeriodState.VALIDATED, PeriodState.LOCKED)
_NEXT = dict(pairwise(ORDER[:-1]))
_BACK = {after: before for before, after in _NEXT.items()}


@transaction.atomic
def advance_month(actor: Actor, *, month: date, reason: str = "") -> ReportingPeriod:
    """Take an ended month from open to submitted, or from submitted to validated.

    Submitted: every measure that owes something was handed in by its owner. Validated: its controller confirmed
    all of it. Where measures are missing, a reason says why the month goes on without them.

    Raises:
        NotAllowed; Conflict when it is validated or locked.
        Invalid: on `month` (not over, an earlier one is behind) or `reason`.
    """
    require(may_lock_period(actor, root_node().pk))
    settings, state = _state_of(month)
    if state not in _NEXT:
        raise Conflict(f"{month_name(month)} is {state} already.", current={"state": state})
    after = _NEXT[PeriodState(state)]
    if add_months(month, 1) > clock.today(settings.organization.time_zone):
        raise Invalid({"month": f"{month_name(month)} is not over yet."})
    _check_order(month, after)
    missing = missing_for(month_progress(month), after)
    return _move(actor, month, state, after, reason=reasoned(missing, reason, after), missing=len(missing))


@transaction.atomic
def step_back_month(actor: Actor, *, month: date, reason: str) -> ReportingPeriod:
    """Take a month one step back, so that figures can move again. Not once it is locked.

    Raises:
        NotAllowed; Conflict when it is open or locked.
        Invalid: on `reason`, or on `month` when a later month has gone further.
    """
    require(may_lock_period(actor, root_node().pk))
    _, state = _state_of(month)
    if state not in _BACK:
        sentence = "is locked and stays locked" if state == PeriodState.LOCKED else "is open"
        raise Conflict(f"{month_name(month)} {sentence}.", current={"state": state})
    if not reason.strip():
        raise Invalid({"reason": "Say why the month goes back."})
    later = period_states().get(add_months(month, 1), PeriodState.OPEN)
    after = _BACK[PeriodState(state)]
    if ORDER.index(PeriodState(later)) > ORDER.index(after):
        raise Invalid({"month": f"{month_name(add_months(month, 1))} is {later}. Step it back first."})
    return _move(actor, month, state, after, reason=reason.strip())


def take_remaining_steps(actor: Actor, month: date, rows: list[MeasureMonth], *, reason: str) -> None:
    """Take a month that is locked now through the steps that nobody took, each kept with name, time and what it lacked.

    `rows` are the measures of the month, read once for all steps.

    Raises:
        Invalid: on `reason`, where measures are missing for a step and none is given.
    """
    state = period_states().get(month, PeriodState.OPEN)
    while state in _NEXT:
        after = _NEXT[PeriodState(state)]
        missing = missing_for(rows, after)
        _move(actor, month, state, after, reason=reasoned(missing, reason, after), missing=len(missing))
        state = after


def missing_for(rows: list[MeasureMonth], after: str) -> list[MeasureMonth]:
    """The measures that keep a month from a state: not handed in, or not validated."""
    if after == PeriodState.SUBMITTED:
        return [row for row in rows if not row.is_submitted]
    return [row for row in rows if not row.is_validated]


def reasoned(missing: list[MeasureMonth], reason: str, after: str) -> str:
    """The reason, which is asked for where measures are missing.

    Raises:
        Invalid: on `reason`.
    """
    if missing and not reason.strip():
        what = "handed in" if after == PeriodState.SUBMITTED else "validated"
        codes = ", ".join(row.measure.code for row in missing[:5]) + (" and others" if missing[5:] else "")
        count, verb = counted(len(missing), "measure"), "is" if len(missing) == 1 else "are"
        raise Invalid({"reason": f"{count} {verb} not {what}: {codes}. Say why the month goes on without."})
    return reason.strip()


def _state_of(month: date) -> tuple[OrganizationSettings, str]:
    """The state of a month of the calendar. Steps of an organization take turns at the settings row."""
    settings = OrganizationSettings.objects.select_related("organization").select_for_update(of=("self",)).get()
    if month.day != 1 or not settings.first_month <= month <= settings.last_month:
        first, final = month_name(settings.first_month), month_name(settings.last_month)
        raise Invalid({"month": f"Choose a month of the fiscal calendar, {first} to {final}."})
    return settings, period_states().get(month, PeriodState.OPEN)


def _check_order(month: date, after: str) -> None:
    last, before = last_locked_month(), add_months(month, -1)
    if last is None or month == add_months(last, 1):
        return
    state = period_states().get(before, PeriodState.OPEN)
    if ORDER.index(PeriodState(state)) < ORDER.index(PeriodState(after)):
        raise Invalid({"month": f"{month_name(before)} comes first: it is {state}."})


def _move(actor: Actor, month: date, before: str, after: str, *, reason: str = "", missing: int = 0) -> ReportingPeriod:
    period = ReportingPeriod.objects.update_or_create(month=month, defaults={"state": after})[0]
    write_step(actor, month, before, after, reason=reason, missing=missing)
    verb = (
        Verb.PERIOD_ADVANCED
        if ORDER.index(PeriodState(after)) > ORDER.index(PeriodState(before))
        else Verb.PERIOD_STEPPED_BACK
    )
    summary = f"moved {month_name(month)} from {before} to {after}"
    change = {"state": [before, after], "month": f"{month:%Y-%m}", "missing": missing}
    record(actor, verb, period, summary=summary, change=change, reason=reason, ledger=True)
    return period


def write_step(actor: Actor, month: date, before: str, after: str, *, reason: str = "", missing: int = 0) -> None:
    """Keep a step of a month for its page."""
    PeriodStep.objects.create(
        month=month,
        before=before,
        after=after,
        reason=reason,
        missing=missing,
        person_id=actor.user_id,
        at=clock.now(),
    )
