"""Handing in a month: the owner's word that a measure's figures of it are complete (domain section 12)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid
from cat4.wording import month_name
from measures.constants import Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import calendar
from measures.models import EffectMonth, HandedMonth

from ..policies import may_report_actuals
from .actuals import report_actuals


@transaction.atomic
def hand_in_month(actor: Actor, measure_id: UUID, *, month: date, nothing: bool = False) -> HandedMonth:
    """Say that the month is complete. Every planned line has to be reported.

    With `nothing` the owner says that nothing more came: lines that weren't reported are reported as zero, for
    the controller to validate like any figure.

    Raises:
        Http404, NotAllowed; Conflict when it is handed in already.
        Invalid: on `month`: not over, locked, outside of the calendar, or lines aren't reported.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_report_actuals)
    window, problems = calendar(), Problems()
    measure_checks.month_list(problems, "month", [month], window)
    problems.stop_if_any()
    if month in window.locked:
        raise Invalid({"month": f"{month_name(month)} is locked."})
    if early := window.why_no_actuals(month):
        raise Invalid({"month": early})
    if HandedMonth.objects.filter(measure=measure, month=month).exists():
        raise Conflict(f"{month_name(month)} is handed in already.", current={"month": month.isoformat()})
    entries = EffectMonth.objects.filter(measure=measure, month=month, reported__isnull=True, plan__isnull=False)
    missing = list(entries.exclude(plan=0).select_related("line").order_by("line__position"))
    if missing and not nothing:
        names = ", ".join(entry.line.name for entry in missing)
        raise Invalid({"month": f"Not reported for {month_name(month)}: {names}. Enter it, or say that nothing came."})
    for entry in missing:
        report_actuals(actor, measure_id, line_id=entry.line_id, months={month: Decimal(0)})
    handed = HandedMonth.objects.create(
        measure=measure, month=month, nothing=bool(missing), handed_by_id=actor.user_id, handed_at=clock.now()
    )
    said = f"handed in {month_name(month)}" + (", with nothing more to report" if missing else "")
    note(actor, Verb.MONTH_HANDED_IN, handed, measure, said, change={"month": f"{month:%Y-%m}"})
    return handed
