"""What a closed measure may be reopened for: what really happened since its signature (domain section 4)."""

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from cat4.fiscal import first_of_month
from cat4.wording import day_name, month_name, plain
from governance.constants import Outcome
from governance.gates.models import GateDecision
from governance.rules.constants import ReopenCause
from governance.rules.facts import CauseFact
from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle, Recurrence
from measures.facts.corrections import counting_corrections
from measures.facts.measures import measure_facts
from measures.formulas.facts import RateMissing
from measures.models import Correction, Measure

from ..constants import SustainOutcome
from ..models import SustainResult
from .facts import closing_decision, gone_evidence

FELL = (Outcome.HOLD, Outcome.CANCEL, Outcome.REOPEN)


def reopen_causes(measure: Measure) -> tuple[CauseFact, ...]:
    """Each with its key; none while the measure isn't closed by a decision."""
    decision = closing_decision(measure) if measure.doi == Doi.CLOSED else None
    if decision is None:
        return ()
    return (
        *_reversals(decision),
        *_evidence(measure),
        *_corrections(measure, decision),
        *_enablers(measure, decision),
    )


def _reversals(decision: GateDecision) -> Iterator[CauseFact]:
    for row in SustainResult.objects.filter(decision=decision, outcome=SustainOutcome.REVERSAL):
        yield CauseFact(ReopenCause.SUSTAIN, str(row.pk), row.sentence)


def _evidence(measure: Measure) -> Iterator[CauseFact]:
    for document in gone_evidence(measure):
        yield CauseFact(ReopenCause.EVIDENCE, str(document.pk), f"{document.title} withdrawn.")


def _corrections(measure: Measure, decision: GateDecision) -> Iterator[CauseFact]:
    """Validated corrections of the closing's months that take the signed run-rate below the closing's share."""
    run_rate, limits = measure.closed_run_rate, thresholds()
    first = first_of_month(measure.closed_on) if measure.closed_on else None
    months = sorted(month for month in locked_months() if first and month < first)
    months = months[-limits.closure_months :]
    found = counting_corrections([measure.pk]).filter(
        validated_at__gte=decision.decided_at,
        corrects__in=months,
        line__recurrence=Recurrence.RECURRING,
        line__certainty=Certainty.HARD,
        line__kind__in=EBITDA_KINDS,
    )
    rows = list(found.select_related("line").order_by("validated_at", "id"))
    if not rows or run_rate is None:
        return
    less = _worth(measure, rows)
    if less is None:
        return
    corrected = run_rate + 12 * less / limits.closure_months
    needed = run_rate - abs(run_rate) * (1 - limits.closure_share)
    if corrected < needed:
        named = ", ".join(month_name(month) for month in sorted({row.corrects for row in rows}))
        said = f"Corrections of {named} leave {plain(corrected)} of the {plain(run_rate)} a year that were signed."
        yield CauseFact(ReopenCause.CORRECTION, str(rows[-1].pk), said)


def _worth(measure: Measure, rows: list[Correction]) -> Decimal | None:
    """At the plan rate of the year of closing; None while that isn't set."""
    facts = measure_facts(measure.pk)
    if facts is None or measure.closed_on is None:
        return None
    frame = facts.organization
    year = frame.year_of(first_of_month(measure.closed_on))
    try:
        return sum((frame.at_plan_rate(row.amount, row.line.currency, year) for row in rows), Decimal(0))
    except RateMissing:
        return None


def _enablers(measure: Measure, decision: GateDecision) -> Iterator[CauseFact]:
    """What makes it possible and was cancelled, held or reopened since, unless it stands again."""
    fallen = GateDecision.objects.filter(measure__enables=measure, outcome__in=FELL, number__gt=decision.number)
    zone = ZoneInfo(organization().time_zone)
    latest = {row.measure_id: row for row in fallen.select_related("measure").order_by("number")}
    for row in sorted(latest.values(), key=lambda row: row.measure.code):
        stands = row.measure.lifecycle == Lifecycle.CLOSED or (
            row.outcome == Outcome.HOLD and row.measure.lifecycle == Lifecycle.ACTIVE
        )
        if not stands:
            did = {Outcome.HOLD: "put on hold", Outcome.CANCEL: "cancelled", Outcome.REOPEN: "reopened"}
            said = f"{row.measure.code}, which makes it possible, was {did[Outcome(row.outcome)]}"
            said += f" on {day_name(row.decided_at.astimezone(zone).date())}, decision {row.number}."
            yield CauseFact(ReopenCause.ENABLER, str(row.measure_id), said)
