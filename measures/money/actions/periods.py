"""Amounts by quarter or fiscal year, spread over their months and kept as they were entered (domain 6.1)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.wording import amounts_changed, change_of, month_name
from measures.constants import Cadence, Recurrence, Series, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import part_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.models import EffectLine, EffectPeriod

from ..policies import may_edit_plan, may_revise_forecast
from ..selectors.periods import LENGTHS, Spread, in_words, months_of, period_name, spread_period
from .forecasts import write_forecast
from .plans import plan_of, write_plan


@transaction.atomic
def set_period_amounts(
    actor: Actor,
    line_id: UUID,
    *,
    series: str,
    cadence: str,
    amounts: Mapping[date, Decimal],
    reason: str = "",
    expected_version: int | None = None,
) -> EffectLine:
    """Enter plan or forecast amounts of quarters or fiscal years, each named by its first month.

    An amount is spread evenly over the months of its period, to the cent. A plan can be entered before DoI 3, a
    forecast from then on, with a reason: what locked and reported months booked is subtracted and the rest spread
    over the open months. Heads stand in each month. A period replaces those of the series that it overlaps.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `series`, `cadence`, `amounts` or `reason`.
    """
    line, problems, window = part_to_change(actor, EffectLine, line_id), Problems(), calendar()
    series = checks.choice(problems, "series", series, Series)
    length = _length(problems, line, cadence)
    may = may_revise_forecast if series == Series.FORECAST else may_edit_plan
    actor = act_as(actor, line.measure, may)
    check_version(line, expected_version, "name")
    clean = measure_checks.month_amounts(problems, "amounts", amounts, window) if series and length else {}
    periods = [
        EffectPeriod(line=line, series=series, first_month=first, months=length, amount=amount)
        for first, amount in clean.items()
    ]
    spreads = [_spread(problems, period, window) for period in periods]
    changed = _changed(line, series, {month: amount for found in spreads for month, amount in found.months.items()})
    reason = checks.text(problems, "reason", reason, required=series == Series.FORECAST and bool(changed))
    problems.stop_if_any()
    if not changed and not _differs(line, periods):
        return line
    _keep(line, periods)
    line.cadence = cadence
    said = (in_words(period, found, window) for period, found in zip(periods, spreads, strict=True))
    how = f", {'; '.join(said)}"
    if series == Series.FORECAST:
        write_forecast(actor, line, changed, reason=reason, how=how)
    else:
        _write_plan(actor, line, changed, how)
    line.version += 1
    line.save(update_fields=["annual_amount", "cadence", "version"])
    return line


def _length(problems: Problems, line: EffectLine, cadence: str) -> int:
    if cadence not in LENGTHS:
        problems.add("cadence", f"Choose one of: {', '.join(str(Cadence(choice).label) for choice in LENGTHS)}.")
        return 0
    if line.recurrence == Recurrence.ONE_OFF:
        problems.add("cadence", "A one-off effect falls in named months. Enter it month by month.")
        return 0
    return LENGTHS[Cadence(cadence)]


def _spread(problems: Problems, period: EffectPeriod, window: Calendar) -> Spread:
    """How the period's months come about; a month that begins no period, or a period that takes nothing, is named."""
    first, months = period.first_month, months_of(period)
    if (first.month - window.fiscal_year_start) % period.months:
        what = "fiscal year" if period.months == LENGTHS[Cadence.ANNUAL] else "quarter"
        problems.add("amounts", f"No {what} begins in {month_name(first)}.")
        return Spread({})
    if not window.contains(months[-1]):
        problems.add("amounts", f"{period_name(period, window)} reaches beyond the fiscal calendar.")
        return Spread({})
    found = spread_period(period, period.line.months.filter(month__in=months), window)
    if not found.months:
        name = period_name(period, window)
        problems.add("amounts", f"Every month of {name} is locked or reported. Its forecast stays as it is.")
    return found


def _changed(line: EffectLine, series: str, months: dict[date, Decimal]) -> dict[date, Decimal]:
    known = dict(line.months.filter(month__in=list(months)).values_list("month", series)) if months else {}
    return {month: amount for month, amount in months.items() if known.get(month) != amount}


def _differs(line: EffectLine, periods: list[EffectPeriod]) -> bool:
    """Whether a period isn't stored as it was entered now."""
    stored = {(period.series, period.first_month): (period.months, period.amount) for period in line.periods.all()}
    return any(stored.get((period.series, period.first_month)) != (period.months, period.amount) for period in periods)


def _keep(line: EffectLine, periods: list[EffectPeriod]) -> None:
    """Store the periods in place of those that they overlap."""
    taken = {(period.series, month) for period in periods for month in months_of(period)}
    gone = [
        period.pk for period in line.periods.all() if taken & {(period.series, month) for month in months_of(period)}
    ]
    line.periods.filter(pk__in=gone).delete()
    EffectPeriod.objects.bulk_create(periods)


def _write_plan(actor: Actor, line: EffectLine, changed: dict[date, Decimal], how: str) -> None:
    before = plan_of(line)
    old = {month: before.get(month) for month in changed}
    write_plan(line, changed)
    line.annual_amount = None
    moved = f" {amounts_changed(old, changed, line.measured_in)}" if changed else ""
    summary = f"changed the plan of {line.name}{moved}{how}"
    note(actor, Verb.PLAN_EDITED, line, line.measure, summary, change=change_of(old, changed))
