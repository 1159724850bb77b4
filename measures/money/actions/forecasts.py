"""The forecast: the owner's current expectation, from DoI 3 on, each change with its reason."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.fiscal import first_of_month
from cat4.wording import amounts_changed, change_of, month_name
from measures.constants import COST_KINDS, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import line_of, measure_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import calendar
from measures.facts.measures import measure_facts
from measures.formulas.dates import expected_date, milestone_followed
from measures.formulas.money import carried_forecast
from measures.models import EffectLine, EffectMonth, ForecastRevision, Measure

from ..policies import may_confirm_forecast, may_revise_forecast


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
    actor = act_as(actor, measure, may_revise_forecast)
    check_version(line, expected_version, "name")
    window, problems = calendar(), Problems()
    amounts = measure_checks.month_amounts(problems, "months", months, window)
    known = {entry.month: entry for entry in line.months.filter(month__in=list(amounts))}
    comes = carried_months(measure).get(line.pk, {})
    before = {month: comes.get(month, known[month].forecast if month in known else None) for month in amounts}
    changed = {month: amount for month, amount in amounts.items() if before[month] != amount}
    for month in sorted(window.locked & changed.keys()):
        problems.add("months", f"{month_name(month)} is locked. Its forecast stays as it was.")
    reason = checks.text(problems, "reason", reason, required=bool(changed))
    problems.stop_if_any()
    if not changed:
        return measure
    write_forecast(actor, line, changed, reason=reason)
    line.version += 1
    line.save(update_fields=["version"])
    return measure


def write_forecast(actor: Actor, line: EffectLine, amounts: dict[date, Decimal], *, reason: str, how: str = "") -> None:
    """Set forecast months that differ, each with its revision; this confirms the rest of the forecast too.

    The caller holds the measure's lock, has asked the policy, and saves the line's version. `how` says in the
    record where the months come from.
    """
    measure = line.measure
    carry_forecast(actor, measure)
    before = _write(actor, line, amounts, reason)
    _confirm(actor, measure)
    changed = f" {amounts_changed(before, amounts, line.measured_in)}" if amounts else ""
    summary = f"changed the forecast of {line.name}{changed}{how}"
    note(actor, Verb.FORECAST_REVISED, line, measure, summary, change=change_of(before, amounts), reason=reason)


@transaction.atomic
def confirm_forecast(actor: Actor, measure_id: UUID) -> Measure:
    """ "Nothing changed": one click, signed with name and time (domain section 14).

    What is confirmed is the forecast as it comes: months that a moved milestone carried along stay carried.

    Raises:
        Http404, NotAllowed.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_confirm_forecast)
    carry_forecast(actor, measure)
    _confirm(actor, measure)
    note(actor, Verb.FORECAST_CONFIRMED, measure, measure, "confirmed that the forecast still holds")
    return measure


def carried_months(measure: Measure) -> dict[UUID, dict[date, Decimal]]:
    """By line the open months whose forecast comes later than it was stated, as they come."""
    # Most forecasts stand where they were stated: the whole measure is loaded for the others only.
    facts, window = measure_facts(measure.pk) if _has_moved(measure) else None, calendar()
    found = {line.id: carried_forecast(facts, line) for line in facts.lines if line.id} if facts else {}
    return {
        pk: open_months
        for pk, months in found.items()
        if (open_months := {month: amount for month, amount in months.items() if month not in window.locked})
    }


def carry_forecast(actor: Actor, measure: Measure) -> None:
    """Write down what the forecast has become where its milestone moved since it was stated.

    Before it is revised or confirmed, so that neither brings back the months from before the slip. The caller
    holds the measure's lock and confirms.
    """
    carried = carried_months(measure)
    for line in measure.lines.filter(pk__in=list(carried)):
        months = carried[line.pk]
        before = _write(actor, line, months, "Comes later with the milestone that it follows.")
        summary = f"let the forecast of {line.name} come as late as its milestone"
        note(actor, Verb.FORECAST_REVISED, line, measure, summary, change=change_of(before, months))


def _write(actor: Actor, line: EffectLine, amounts: dict[date, Decimal], reason: str) -> dict[date, Decimal | None]:
    """Set forecast months, each with its revision; answers with what stood there."""
    known = {entry.month: entry for entry in line.months.filter(month__in=list(amounts))}
    before = {month: known[month].forecast if month in known else None for month in amounts}
    for month, amount in amounts.items():
        entry = known.get(month) or EffectMonth(measure_id=line.measure_id, line=line, month=month)
        entry.forecast = amount
        entry.save()
    at = clock.now()
    ForecastRevision.objects.bulk_create(
        ForecastRevision(
            measure_id=line.measure_id, line=line, month=month, before=before[month], after=amount, reason=reason,
            author_id=actor.user_id, at=at,
        )
        for month, amount in amounts.items()
    )  # fmt: skip
    return before


def _confirm(actor: Actor, measure: Measure) -> None:
    measure.forecast_confirmed_at, measure.forecast_confirmed_by_id = clock.now(), actor.user_id
    measure.save(update_fields=["forecast_confirmed_at", "forecast_confirmed_by"])
    _stand_on_dates(measure)


def _stand_on_dates(measure: Measure) -> None:
    """Note for which dates the forecast was stated: when a milestone moves on, its lines come with it."""
    lines = _lines_with_dates(measure)
    for line, comes_on in lines:
        line.forecast_stands_on = comes_on
    EffectLine.objects.bulk_update([line for line, _ in lines], ["forecast_stands_on"])


def _lines_with_dates(measure: Measure) -> list[tuple[EffectLine, date | None]]:
    """Each line with the day on which the milestone that it follows is expected; costs without one follow none."""
    today = calendar().today
    milestones = list(measure.milestones.all())
    found = []
    for line in measure.lines.all():
        follows = milestone_followed(line.milestone_id, milestones, is_cost=line.kind in COST_KINDS)
        found.append((line, expected_date(follows, today) if follows else None))
    return found


def _has_moved(measure: Measure) -> bool:
    """Whether any line's milestone comes in a later month than its forecast was stated for."""
    return any(
        comes_on and line.forecast_stands_on and first_of_month(comes_on) > first_of_month(line.forecast_stands_on)
        for line, comes_on in _lines_with_dates(measure)
    )
