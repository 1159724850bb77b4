"""The checks after closing: made once, kept, and followed by the proposal to reopen (domain 6.8)."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q

from cat4 import clock
from cat4.audit.actions import record
from cat4.audit.facts import rows_held
from cat4.fiscal import add_months, first_of_month
from cat4.notices.actions import notify
from cat4.outbox.actions import publish
from governance.constants import Outcome, RequestKind, Topic, Verb
from governance.gates.actions.submission import Ask, open_request_of, submit
from governance.gates.models import GateDecision
from governance.parties.selectors.parties import parties_of
from governance.rules.constants import ReopenCause
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import thresholds
from measures.constants import Doi, EnablerEvent
from measures.constants import Topic as MeasureTopic
from measures.core.selectors.measures import lock_measure
from measures.facts.measures import measure_facts
from measures.formulas.facts import RateMissing
from measures.formulas.sustain import SustainCheck, SustainState, check_now, sustain_checks
from measures.models import Measure
from measures.money.actions.closings import forecast_as_stated
from measures.schedule.actions.enablers import ask_about_enabler, forget_enabler

from ..constants import SustainOutcome
from ..models import SustainResult
from ..selectors.facts import closing_decision, gone_evidence
from ..selectors.proof_rows import sustain_rows

_CHECKS = 2


def run_sustain_checks(_today: date) -> int:
    """Make every check whose month is locked and that wasn't made yet; returns how many were made.

    Run as often as one likes, and after a standstill once: each closing has each of its checks once.
    """
    return sum(_check_measure(measure_id) for measure_id in _due())


def _due() -> Iterator[UUID]:
    """Closed measures with a check that is due and not made."""
    last, after = last_locked_month(), thresholds().sustain_months
    if last is None:
        return
    closed = Measure.objects.filter(doi=Doi.CLOSED, closed_on__isnull=False, closed_run_rate__isnull=False)
    # The checks of an earlier closing, before a reopening, lie before this one.
    by_calendar = Q(sustain_results__due_month__gt=F("closed_on"), sustain_results__enabler_decision=0)
    made = Count("sustain_results", filter=by_calendar)
    for measure_id, closed_on, count in closed.annotate(made=made).values_list("pk", "closed_on", "made"):
        if closed_on and count < _CHECKS and add_months(first_of_month(closed_on), after * (count + 1)) <= last:
            yield measure_id


@transaction.atomic
def _check_measure(measure_id: UUID) -> int:
    measure = lock_measure(measure_id)
    decision = closing_decision(measure)
    facts = measure_facts(measure_id)
    if decision is None or facts is None:
        return 0
    try:
        checks = sustain_checks(facts)
    except RateMissing:
        return 0
    known = set(decision.sustain_results.filter(enabler_decision=0).values_list("months_after", flat=True))
    due = [
        sustain_check
        for sustain_check in checks
        if sustain_check.state is not SustainState.UPCOMING and sustain_check.months_after not in known
    ]
    for check in due:
        _keep(measure, decision, check)
    return len(due)


@transaction.atomic
def check_at_once(measure_id: UUID, *, enabler_decision: int) -> bool:
    """Check a closed measure whose enabler fell with the last locked month; once per decision on the enabler."""
    measure = lock_measure(measure_id)
    decision, facts = closing_decision(measure), measure_facts(measure_id)
    if decision is None or facts is None or measure.doi != Doi.CLOSED:
        return False
    if decision.sustain_results.filter(enabler_decision=enabler_decision).exists():
        return False
    try:
        check = check_now(facts)
    except RateMissing:
        return False
    if check is not None:
        _keep(measure, decision, check, enabler_decision=enabler_decision)
    return check is not None


def _keep(measure: Measure, decision: GateDecision, check: SustainCheck, *, enabler_decision: int = 0) -> None:
    held = check.state is SustainState.HELD
    result = SustainResult.objects.create(
        measure=measure,
        decision=decision,
        months_after=check.months_after,
        due_month=check.due_month,
        outcome=SustainOutcome.HELD if held else SustainOutcome.REVERSAL,
        closed_run_rate=measure.closed_run_rate,
        needed=check.needed,
        run_rate=check.run_rate,
        sentence=check.sentence,
        checked_at=clock.now(),
        enabler_decision=enabler_decision,
    )
    rows = rows_held(sustain=sustain_rows(SustainResult.objects.filter(pk=result.pk)))
    change = {
        "months_after": check.months_after, "needed": check.needed, "run_rate": check.run_rate,
        "enabler_decision": enabler_decision, **rows,
    }  # fmt: skip
    summary = f"checked whether the money lasts: {check.sentence[:1].lower()}{check.sentence[1:]}".rstrip(".")
    record(
        rule_actor("schedule"), Verb.SUSTAIN_CHECKED, result, summary=summary, change=change,
        measure_id=measure.pk, ledger=True,
    )  # fmt: skip
    if not held:
        forecast_as_stated(measure)
        publish(MeasureTopic.MEASURE_CHANGED, measure.pk)
        publish(Topic.REVERSAL_FOUND, result.pk)
        propose_reopening(measure, check.sentence, cause=f"{ReopenCause.SUSTAIN}:{result.pk}")


def propose_reopening(measure: Measure, why: str, *, cause: str) -> None:
    """Ask, in nobody's name, that a closed measure be reopened; nothing where something is asked for already.

    `cause` is the reference of what it rests on. The caller holds the measure's lock. Its controller or its committee
    decides.
    """
    if measure.doi != Doi.CLOSED or open_request_of(measure) is not None:
        return
    request = submit(rule_actor(), measure, parties_of(measure), Ask(RequestKind.REOPEN, why, cause=cause))
    notify(
        "sustain.reopening_asked",
        event=f"reopening:{request.pk}",
        people=[measure.controller_id, measure.owner_id, measure.sponsor_id],
        path=f"/requests/{request.pk}/",
        facts={"code": measure.code, "name": measure.name, "why": why},
        measure_id=measure.pk,
    )


@transaction.atomic
def follow_withdrawn_evidence(measure_id: UUID) -> None:
    """A closed measure whose evidence was withdrawn is proposed for reopening, once however often this runs."""
    measure = lock_measure(measure_id)
    if gone := list(gone_evidence(measure)):
        titles = ", ".join(document.title for document in gone)
        cause = f"{ReopenCause.EVIDENCE}:{gone[-1].pk}"
        propose_reopening(measure, f"Evidence of the closing was withdrawn: {titles}.", cause=cause)


@transaction.atomic
def follow_enabler(measure_id: UUID) -> None:
    """What the last decision on a measure means for the one that it makes possible; once however often this runs.

    Held, cancelled or reopened: the owner of an open one is asked, the money of a closed one is checked at once.
    Resumed or closed again, nobody has to answer any more.
    """
    enabler = Measure.objects.filter(pk=measure_id, enables__isnull=False).first()
    decision = enabler.gate_decisions.exclude(outcome=Outcome.RETURN).order_by("-number").first() if enabler else None
    if enabler is None or decision is None or enabler.enables_id is None:
        return
    if decision.outcome in EnablerEvent.values:
        ask_about_enabler(rule_actor(), enabler, event=decision.outcome, decision_number=decision.number)
        check_at_once(enabler.enables_id, enabler_decision=decision.number)
    elif decision.outcome == Outcome.RESUME or decision.to_doi == Doi.CLOSED:
        forget_enabler(enabler)
