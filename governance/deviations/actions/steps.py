"""Opening, reopening and closing a deviation, and the steps of its clock. The caller holds the measure's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from cat4.wording import day_name
from governance.numbering import last_number
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.calendar.workdays import WorkCalendar
from hierarchy.models import OrganizationSettings
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import thresholds
from measures.models import Measure

from ..constants import (
    REPEATABLE_STEPS,
    ClockStep,
    DeviationKind,
    DeviationOutcome,
    DeviationTopic,
    DeviationVerb,
)
from ..models import Deviation, DeviationStep
from ..notices import tell_opened, tell_reopened
from ..rules import DeviationFacts, Found

ZERO = Decimal(0)
_LONGEST_SENTENCE = 400


@dataclass(frozen=True, slots=True)
class ClockDays:
    """The days on which something of a deviation is due."""

    cause_due_on: date
    sponsor_on: date
    escalate_on: date


def clock_days(opened_on: date) -> ClockDays:
    """Day 5 in working days, days 7 and 14 in calendar days (defaults); what falls on a day off moves behind it.

    The sponsor isn't told before the day on which the owner's cause is due.
    """
    limits, calendar = thresholds(), work_calendar()
    cause_due_on = calendar.add(opened_on, limits.deviation_cause_days)
    sponsor_on = max(cause_due_on, opened_on + timedelta(days=limits.deviation_sponsor_days))
    escalate_on = opened_on + timedelta(days=limits.deviation_escalate_days)
    return ClockDays(cause_due_on, on_working_day(calendar, sponsor_on), on_working_day(calendar, escalate_on))


def on_working_day(calendar: WorkCalendar, day: date) -> date:
    """`day`, or the next working day when it is off."""
    return day if calendar.is_working_day(day) else calendar.add(day, 1)


def effects_of(kind: str, facts: DeviationFacts) -> tuple[Decimal, Decimal]:
    """What it costs against the plan, in the year and as run-rate; no money counts under two kinds.

    Money and a reversal: all that is missing. Dates: what of it only comes later. Cost: what it costs more, once.
    What is unanswered, refused or unconfirmed costs nothing by itself.
    """
    totals = facts.totals
    if kind in {DeviationKind.MONEY, DeviationKind.REVERSAL}:
        return totals.fac_in_year - totals.plan_in_year, totals.forecast_run_rate - totals.plan_run_rate
    if kind == DeviationKind.DATES:
        return -totals.timing_loss, ZERO
    return (totals.one_time_forecast - totals.one_time_plan if kind == DeviationKind.COST else ZERO), ZERO


def open_deviation(measure: Measure, kind: str, found: Sequence[Found], facts: DeviationFacts) -> Deviation:
    """Day 0: the clock starts, and the owner and those who wait for this measure are told."""
    today = facts.measure.organization.today
    days, (in_year, run_rate) = clock_days(today), effects_of(kind, facts)
    deviation = Deviation.objects.create(
        number=_next_number(),
        measure=measure,
        kind=kind,
        sentence=found[0].sentence[:_LONGEST_SENTENCE],
        triggers=[finding.as_stored() for finding in found],
        opened_on=today,
        cause_due_on=days.cause_due_on,
        sponsor_on=days.sponsor_on,
        escalate_on=days.escalate_on,
        decide_by=days.escalate_on,
        effect_in_year_opened=in_year,
        effect_run_rate_opened=run_rate,
        effect_in_year=in_year,
        effect_run_rate=run_rate,
    )
    take_step(deviation, ClockStep.OPENED, today, deviation.sentence)
    summary = f"opened deviation {deviation.number}, {deviation.get_kind_display().lower()}"
    change = {"rules": deviation.triggers, "in_year": in_year, "run_rate": run_rate}
    write(rule_actor(), DeviationVerb.OPENED, deviation, summary, change=change, reason=deviation.sentence)
    tell_opened(deviation)
    publish(DeviationTopic.OPENED, deviation.pk)
    return deviation


def _next_number() -> int:
    """Counted up per organization; who opens takes turns until the end of the transaction."""
    OrganizationSettings.objects.select_for_update().get()
    return last_number(Deviation) + 1


def recover_deviation(deviation: Deviation, today: date) -> None:
    """Nothing that opened it holds any more: its clock stands still, and it asks nobody for anything."""
    deviation.recover()
    deviation.clear_since = today
    deviation.version += 1
    deviation.save()
    take_step(deviation, ClockStep.CLEAR, today, "No rule finds anything. It closes once a period is locked green.")
    summary = f"found deviation {deviation.number} recovering, {day_words(deviation, today)}"
    write(rule_actor(), DeviationVerb.RECOVERED, deviation, summary, change={"clear_since": today})
    publish(DeviationTopic.RECOVERED, deviation.pk)


def relapse_deviation(deviation: Deviation, today: date, why: str) -> None:
    """What opened it holds again: it goes on from where its clock stood, decided if it was."""
    is_decided = deviation.decisions.filter(round=deviation.round).exclude(outcome=DeviationOutcome.WAIT).exists()
    if is_decided:
        deviation.relapse_decided()
    else:
        deviation.relapse()
    go_on(deviation, today)
    deviation.version += 1
    deviation.save()
    take_step(deviation, ClockStep.UNCLEAR, today, why)
    summary = f"found deviation {deviation.number} off plan again, {day_words(deviation, today)}"
    write(rule_actor(), DeviationVerb.RELAPSED, deviation, summary, reason=why)


def go_on(deviation: Deviation, today: date) -> None:
    """Let the clock go on from where it stood: what lay ahead then lies as far ahead now. The caller saves."""
    stood, calendar = deviation.clear_since, work_calendar()
    if stood is None:
        return
    rested = today - stood
    for name in ("cause_due_on", "sponsor_on", "escalate_on", "decide_by", "waits_until"):
        due = getattr(deviation, name)
        if due is not None and due >= stood:
            setattr(deviation, name, on_working_day(calendar, due + rested))
    deviation.rested_days += rested.days
    deviation.clear_since = None


def reopen_deviation(deviation: Deviation, today: date, why: str) -> None:
    """The same deviation goes on, with the clock that it had: what flickers to green gains no time."""
    deviation.reopen()
    deviation.round += 1
    go_on(deviation, today)
    deviation.escalated_on = deviation.waits_until = None
    deviation.closed_on = deviation.closed_month = None
    deviation.version += 1
    deviation.save()
    take_step(deviation, ClockStep.REOPENED, today, why)
    summary = f"reopened deviation {deviation.number}"
    write(rule_actor(), DeviationVerb.REOPENED, deviation, summary, reason=why)
    tell_reopened(deviation, why)


def close_deviation(deviation: Deviation, today: date, why: str, month: date | None = None) -> None:
    """Its clock stops. Only rules come here: no person closes a deviation."""
    deviation.close()
    deviation.closed_on, deviation.closed_month = today, month
    deviation.version += 1
    deviation.save()
    take_step(deviation, ClockStep.CLOSED, today, why)
    summary = f"closed deviation {deviation.number} on day {deviation.day_on(today)}"
    write(rule_actor(), DeviationVerb.CLOSED, deviation, summary, reason=why)


def take_step(deviation: Deviation, step: ClockStep, due_on: date, note: str = "") -> bool:
    """Write a step down, with the day on which it was due; False when this round has it already."""
    taken = DeviationStep.objects.filter(deviation=deviation, step=step, round=deviation.round).count()
    if taken and step not in REPEATABLE_STEPS:
        return False
    DeviationStep.objects.create(
        deviation=deviation,
        step=step,
        round=deviation.round,
        occurrence=taken + 1,
        due_on=due_on,
        note=note,
        at=clock.now(),
    )
    return True


def write(
    actor: Actor,
    verb: DeviationVerb,
    deviation: Deviation,
    summary: str,
    *,
    change: dict[str, object] | None = None,
    reason: str = "",
    ledger: bool = True,
) -> None:
    """The record of a deviation; what governs is chained."""
    record(
        actor, verb, deviation, summary=summary, change=change, reason=reason, measure_id=deviation.measure_id,
        ledger=ledger,
    )  # fmt: skip


def day_words(deviation: Deviation, today: date) -> str:
    """`day 14, 29 Oct 2026`."""
    return f"day {deviation.day_on(today)}, {day_name(today)}"
