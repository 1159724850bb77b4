"""The clock of deviations: what is due by a day and not yet done (domain section 9). Safe to run at any time, twice."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from cat4.outbox.actions import publish
from cat4.tenancy.context import current_organization_id
from cat4.wording import day_name, listed
from hierarchy.organization.actions import rule_actor
from measures.constants import Doi, Lifecycle
from measures.core.selectors.measures import lock_measure
from measures.models import Measure, RippleAnswer

from ..constants import (
    ASKING_STATES,
    DATA_KINDS,
    LIVE_STATES,
    ClockStep,
    DeviationKind,
    DeviationState,
    DeviationTopic,
    DeviationVerb,
)
from ..models import CounterMeasure, Deviation, DeviationStep
from ..notices import tell_cause_due, tell_escalated, tell_sponsor, tell_unit
from ..selectors.deviations import lacking, today_here
from .steps import day_words, reopen_deviation, take_step, write

Step = Callable[[Deviation, date], bool]


def run_clock(today: date) -> int:
    """Take every step that is due by `today`; returns how many were taken.

    After days of standstill each step still carries the day on which it was due. The clock of a measure on hold
    rests; what is cancelled has none.
    """
    settled = settle_compensations()
    measures = _lock_due(today)
    taken = sum(_take(pk, step, today) for step, rows in _due(today) for pk in _ids(rows, measures))
    return settled + taken + _mark_unanswered(today)


def _lock_due(today: date) -> set[UUID]:
    """The measures that something is due for, locked in one order before anything is written.

    A person locks a measure first and the ledger last; locking another one after the ledger would wait for them.
    """
    wanted = {measure for _, rows in _due(today) for measure in rows.values_list("measure_id", flat=True)}
    rows = Measure.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def _ids(rows: QuerySet[Deviation], measures: set[UUID]) -> list[UUID]:
    return list(rows.filter(measure__in=measures).values_list("pk", flat=True))


def _due(today: date) -> Iterator[tuple[Step, QuerySet[Deviation]]]:
    """Each step with the deviations that it is due for, in the order of the clock."""
    running = _running()
    yield _ask_for_cause, _without(running.filter(cause_due_on__lte=today), ClockStep.CAUSE_DUE)
    unanswered = running.filter(_unconfirmed | _lacking, sponsor_on__lte=today)
    yield _tell_sponsor, _without(unanswered, ClockStep.SPONSOR_TOLD)
    yield _tell_unit, _without(running.filter(_unconfirmed, escalate_on__lte=today), ClockStep.UNIT_TOLD)
    ends = running.exclude(_unconfirmed).annotate(ends=Greatest("escalate_on", "waits_until"))
    yield _escalate, ends.filter(ends__lte=today, escalated_on__isnull=True)
    on_agenda = running.exclude(_unconfirmed).filter(escalated_on__isnull=False, escalated_on__lte=today)
    yield _ask_committee, _without(on_agenda, ClockStep.CIRCULATED)
    yield _reopen_undone, _undone(today)


def _running() -> QuerySet[Deviation]:
    """Open ones whose clock isn't resting with their measure."""
    rows = Deviation.objects.filter(organization_id=current_organization_id(), state=DeviationState.OPEN)
    resting = [Lifecycle.ON_HOLD, Lifecycle.CANCELLED]
    return rows.exclude(measure__lifecycle__in=resting).order_by("opened_on", "number")


def _without(rows: QuerySet[Deviation], step: ClockStep) -> QuerySet[Deviation]:
    taken = DeviationStep.objects.filter(deviation=OuterRef("pk"), step=step, round=OuterRef("round"))
    return rows.filter(~Exists(taken))


_lacking = Q(cause="") | ~Exists(CounterMeasure.objects.filter(deviation=OuterRef("pk")))
_unconfirmed = Q(kind__in=DATA_KINDS)


@transaction.atomic
def _take(pk: UUID, step: Step, today: date) -> int:
    """One step of one deviation, under the lock of its measure; somebody may have decided in the meantime."""
    measure = lock_measure(Deviation.objects.values_list("measure_id", flat=True).get(pk=pk))
    deviation = Deviation.objects.select_for_update(of=("self",)).get(pk=pk)
    deviation.measure = measure
    return int(deviation.state in ASKING_STATES and step(deviation, today))


def _ask_for_cause(deviation: Deviation, today: date) -> bool:
    """Day 5 (default, working days): cause and first counter-measure are due."""
    missing = lacking(deviation)
    note = f"Missing: {listed(missing)}." if missing else "Both are there."
    if not take_step(deviation, ClockStep.CAUSE_DUE, deviation.cause_due_on, note):
        return False
    if missing:
        tell_cause_due(deviation)
    return True


def _tell_sponsor(deviation: Deviation, today: date) -> bool:
    """Day 7 (default): the sponsor hears of what is missing, and of what nobody has confirmed yet."""
    missing = lacking(deviation)
    note = f"Missing: {listed(missing)}." if missing else "Nobody has confirmed it yet."
    if not take_step(deviation, ClockStep.SPONSOR_TOLD, deviation.sponsor_on, note):
        return False
    tell_sponsor(deviation)
    return True


def _tell_unit(deviation: Deviation, today: date) -> bool:
    """Day 14 (default) of data that nobody confirmed: whoever leads the unit hears of it, no committee."""
    note = "No committee decides on it. It ends when it is confirmed."
    if not take_step(deviation, ClockStep.UNIT_TOLD, deviation.escalate_on, note):
        return False
    tell_unit(deviation)
    return True


def _escalate(deviation: Deviation, today: date) -> bool:
    """Day 14 (default), or the end of a wait: the committee has to decide."""
    ends = max(deviation.escalate_on, deviation.waits_until or deviation.escalate_on)
    step = ClockStep.WAIT_OVER if deviation.waits_until else ClockStep.ESCALATED
    deviation.escalated_on = deviation.decide_by = ends
    deviation.save(update_fields=["escalated_on", "decide_by"])
    take_step(deviation, step, ends, f"Without a decision on {day_words(deviation, ends)}.")
    summary = f"put deviation {deviation.number} on the committee's agenda, {day_words(deviation, ends)}"
    write(rule_actor("schedule"), DeviationVerb.STEPPED, deviation, summary, change={"escalated_on": ends})
    tell_escalated(deviation, step)
    return True


def _ask_committee(deviation: Deviation, today: date) -> bool:
    """From then on: the committee hears every day that it hasn't decided, once a measure, until it was asked."""
    publish(DeviationTopic.UNDECIDED, deviation.measure_id)
    return False


def _undone(today: date) -> QuerySet[Deviation]:
    """Decided ones whose ordered counter-measure of this round has passed its day and isn't done."""
    decided = Deviation.objects.filter(
        organization_id=current_organization_id(),
        state=DeviationState.DECIDED,
        decisions__round=F("round"),
        decisions__counter_measure__done_on__isnull=True,
        decisions__counter_measure__due_on__lt=today,
    )
    resting = [Lifecycle.ON_HOLD, Lifecycle.CANCELLED]
    return decided.exclude(measure__lifecycle__in=resting).order_by("number")


def _reopen_undone(deviation: Deviation, today: date) -> bool:
    """What was decided isn't done by its day: the committee has it back."""
    decision = deviation.decisions.select_related("counter_measure__measure").filter(round=deviation.round).first()
    counter = decision.counter_measure if decision else None
    if deviation.state != DeviationState.DECIDED or counter is None or counter.done_on is not None:
        return False
    day = day_name(counter.due_on)
    why = f"What was decided was not done by {day}: {counter.text}"
    if counter.measure is not None:
        why = f"{counter.measure.code} was to be at DoI 2 by {day} and is at DoI {counter.measure.doi}."
    reopen_deviation(deviation, counter.due_on + timedelta(days=1), why)
    return True


@transaction.atomic
def settle_compensations(measure_id: UUID | None = None) -> int:
    """Counter-measures that are another measure are done once that is at DoI 2; returns how many were settled."""
    waiting = CounterMeasure.objects.select_for_update(of=("self",), skip_locked=True).filter(
        organization_id=current_organization_id(),
        done_on__isnull=True,
        measure__doi__gte=Doi.DETAILED,
        deviation__state__in=LIVE_STATES,
    )
    if measure_id is not None:
        waiting = waiting.filter(measure_id=measure_id)
    found = list(waiting.select_related("measure", "deviation__measure"))
    for counter in found:
        if counter.measure is None:
            continue
        counter.done_on, counter.note = today_here(), f"{counter.measure.code} is at DoI {counter.measure.doi}."
        counter.version += 1
        counter.save()
        summary = f"found a counter-measure of deviation {counter.deviation.number} done"
        write(
            rule_actor(), DeviationVerb.COUNTER_MEASURE_DONE, counter.deviation, summary, reason=counter.note,
            ledger=False,
        )  # fmt: skip
    return len(found)


def _mark_unanswered(today: date) -> int:
    """Slips that nobody answered in time: the day alone makes them a deviation."""
    live = Deviation.objects.filter(measure=OuterRef("measure"), kind=DeviationKind.RIPPLE, state__in=LIVE_STATES)
    late = RippleAnswer.objects.filter(
        ~Exists(live),
        organization_id=current_organization_id(),
        answered_at__isnull=True,
        ripple__superseded_at__isnull=True,
        due_on__lt=today,
        measure__governable=True,
        measure__lifecycle=Lifecycle.ACTIVE,
        measure__doi__range=(Doi.DETAILED, Doi.IMPLEMENTED),
    )
    measures = list(late.order_by().values_list("measure_id", flat=True).distinct())
    for measure_id in measures:
        publish(DeviationTopic.DUE, measure_id)
    return len(measures)
