"""The forecast: the owner's current expectation, from DoI 3 on, each change with its reason."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import require

from .. import checks
from ..checks import Problems
from ..constants import Verb
from ..models import EffectMonth, Measure
from ..policies import may_confirm_forecast, may_revise_forecast
from ..selectors.calendar import calendar
from ..selectors.measures import line_of, measure_to_change
from ..wording import amounts_changed, change_of, month_name
from ._common import check_version, note


@transaction.atomic
def revise_forecast(
    actor: Actor,
    measure_id: UUID,
    *,
    line_id: UUID,
    months: dict[date, Decimal],
    reason: str,
    expected_version: int | None = None,
) -> Measure:
    """Change forecast months of a line, in its currency; this confirms the rest of the forecast too.

    `expected_version` is the line's. Amounts that are there already change nothing and need no reason.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `months` (locked, outside the calendar, no money) or `reason`.
    """
    measure = measure_to_change(actor, measure_id)
    line = line_of(measure, line_id)
    require(may_revise_forecast(actor, measure))
    check_version(line, expected_version, name=line.name)
    window, problems = calendar(), Problems()
    amounts = checks.month_amounts(problems, "months", months, window)
    known = {entry.month: entry for entry in line.months.filter(month__in=list(amounts))}
    before = {month: known[month].forecast if month in known else None for month in amounts}
    changed = {month: amount for month, amount in amounts.items() if before[month] != amount}
    for month in sorted(window.locked & changed.keys()):
        problems.add("months", f"{month_name(month)} is locked. Its forecast stays as it was.")
    reason = checks.text(problems, "reason", reason, required=bool(changed))
    problems.stop_if_any()
    if not changed:
        return measure
    for month, amount in changed.items():
        entry = known.get(month) or EffectMonth(measure=measure, line=line, month=month)
        entry.forecast = amount
        entry.save()
    line.version += 1
    line.save(update_fields=["version"])
    _confirm(actor, measure)
    old = {month: before[month] for month in changed}
    summary = f"changed the forecast of {line.name} {amounts_changed(old, changed, line.currency)}"
    note(actor, Verb.FORECAST_REVISED, line, measure, summary, change=change_of(old, changed), reason=reason)
    return measure


@transaction.atomic
def confirm_forecast(actor: Actor, measure_id: UUID) -> Measure:
    """ "Nothing changed": one click, signed with name and time (domain section 14).

    Raises:
        Http404, NotAllowed.
    """
    measure = measure_to_change(actor, measure_id)
    require(may_confirm_forecast(actor, measure))
    _confirm(actor, measure)
    note(actor, Verb.FORECAST_CONFIRMED, measure, measure, "confirmed that the forecast still holds")
    return measure


def _confirm(actor: Actor, measure: Measure) -> None:
    measure.forecast_confirmed_at, measure.forecast_confirmed_by_id = clock.now(), actor.user_id
    measure.save(update_fields=["forecast_confirmed_at", "forecast_confirmed_by"])
