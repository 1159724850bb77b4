"""Opening, following and closing deviations by rule (domain section 9). Nobody else opens or closes one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cat4.fiscal import add_months, first_of_month
from cat4.outbox.actions import publish
from cat4.tenancy.context import current_organization_id
from cat4.wording import month_name
from governance.changes.selectors.proposals import plan_number
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.models import ReportingPeriod
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import organization_settings, thresholds
from measures.constants import Doi, Lifecycle, Status
from measures.core.selectors.measures import lock_measure
from measures.facts.calendar import calendar
from measures.models import Measure, MeasureStatus, MeasureTotals, Milestone, Ripple, RippleAnswer

from ..constants import (
    LIVE_STATES,
    ClockStep,
    DeviationKind,
    DeviationOutcome,
    DeviationState,
    DeviationTopic,
    DeviationVerb,
)
from ..models import Deviation
from ..rules import DeviationFacts, Found, found_in
from ..selectors.facts import deviation_facts
from .steps import (
    close_deviation,
    effects_of,
    open_deviation,
    recover_deviation,
    relapse_deviation,
    reopen_deviation,
    take_step,
    write,
)

# What is only green while something of it is unconfirmed isn't confirmed green.
_SUSTAIN_CHECKS = 2
_AT_ONCE = 1_000
_NEEDS_CONFIRMED = (DeviationKind.MONEY, DeviationKind.FRESHNESS, DeviationKind.COST)


@transaction.atomic
def follow_rules(measure_id: UUID) -> None:
    """Bring the deviations of a measure up to date; run twice, the second time writes nothing.

    Opens what is off and has no live deviation of its kind, brings live ones up to date, lets those recover of which
    nothing holds any more, and closes them once a period is locked green and confirmed. A measure on hold is left as
    it is; what is cancelled has nothing left to close the gap with. A measure that is gone is left alone.
    """
    measure = Measure.objects.filter(pk=measure_id).only("pk", "doi").first()
    if measure is None or (measure.doi < Doi.DETAILED and not Deviation.objects.filter(measure=measure).exists()):
        return
    measure = lock_measure(measure_id)
    known = list(Deviation.objects.select_for_update(no_key=True).filter(measure=measure).order_by("number"))
    live = {known_deviation.kind: known_deviation for known_deviation in known if known_deviation.state in LIVE_STATES}
    if measure.lifecycle == Lifecycle.CANCELLED:
        for deviation in live.values():
            close_deviation(deviation, calendar().today, "The measure was cancelled; its gap has an owner.")
    if measure.lifecycle in {Lifecycle.CANCELLED, Lifecycle.ON_HOLD}:
        return
    facts = deviation_facts(measure)
    if facts is not None:
        _follow(measure, facts, known, live)


def follow_live(measure_id: UUID) -> None:
    """`follow_rules` where something is live; cheap where nothing is."""
    if Deviation.objects.filter(measure_id=measure_id, state__in=LIVE_STATES).exists():
        follow_rules(measure_id)


def follow_ripple(ripple_id: UUID) -> None:
    """Have the measure looked at that set a ripple off, and those whose answer is wanted, each by itself."""
    measures = set(Ripple.objects.filter(pk=ripple_id).values_list("measure_id", flat=True))
    measures |= set(RippleAnswer.objects.filter(ripple_id=ripple_id).values_list("measure_id", flat=True))
    for measure_id in sorted(measures):
        publish(DeviationTopic.DUE, measure_id)


def follow_milestone(milestone_id: UUID) -> None:
    """`follow_rules` of the measure that a milestone belongs to."""
    for measure_id in Milestone.objects.filter(pk=milestone_id).values_list("measure_id", flat=True):
        follow_rules(measure_id)


def mark_closed_measures() -> int:
    """Have closed measures looked at whose sustain checks may be due, or that have something live; returns how many.

    Two checks, each `sustain_months` apart, and what the actuals of the months around them may change.
    """
    months = thresholds().sustain_months * _SUSTAIN_CHECKS + 1
    since = add_months(first_of_month(calendar().today), -months)
    live = Deviation.objects.filter(measure=OuterRef("pk"), state__in=LIVE_STATES)
    closed = Measure.objects.filter(organization_id=current_organization_id(), lifecycle=Lifecycle.CLOSED)
    wanted = closed.filter(Q(closed_on__gte=since) | Exists(live)).order_by("pk").values_list("pk", flat=True)
    for measure_id in wanted:
        publish(DeviationTopic.DUE, measure_id)
    return len(wanted)


def mark_unfollowed(today: date) -> int:
    """Have measures looked at that are off by a status and never had a deviation; returns how many.

    For what was computed before the rules were there, or before `deviations_from`: each once, then it has one.
    """
    if not _has_begun(today):
        return 0
    off = MeasureStatus.objects.filter(measure=OuterRef("pk"), value__in=[Status.AMBER, Status.RED])
    known = Deviation.objects.filter(measure=OuterRef("pk"))
    wanted = Measure.objects.filter(
        Exists(off),
        ~Exists(known),
        organization_id=current_organization_id(),
        governable=True,
        lifecycle=Lifecycle.ACTIVE,
        doi__range=(Doi.DETAILED, Doi.IMPLEMENTED),
    )
    found = list(wanted.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    for measure_id in found:
        publish(DeviationTopic.DUE, measure_id)
    return len(found)


def _follow(measure: Measure, facts: DeviationFacts, known: list[Deviation], live: Mapping[str, Deviation]) -> None:
    found = _beyond_accepted(found_in(facts), known, plan_number(measure))
    for kind in DeviationKind:
        hits, deviation = found.get(kind, ()), live.get(kind)
        if hits and deviation is not None:
            _update(deviation, hits, facts)
        elif hits and (before := _closed_this_period(known, kind)) is not None:
            reopen_deviation(
                before, facts.measure.organization.today, f"It came back within a period: {hits[0].sentence}"
            )
            _update(before, hits, facts)
        elif hits and _has_begun(facts.measure.organization.today):
            open_deviation(measure, kind, hits, facts)
        elif deviation is not None:
            _settle(deviation, facts, is_confirmed=not found.get(DeviationKind.FRESHNESS))


def _has_begun(today: date) -> bool:
    """An organization takes a portfolio over first; what is off then opens on the day that it chose."""
    start = organization_settings().deviations_from
    return start is None or start <= today


def _beyond_accepted(found: Sequence[Found], known: Sequence[Deviation], plan: int) -> dict[str, list[Found]]:
    """By kind what is off, without what was accepted, unless it became worse or the plan was changed since."""
    accepted: dict[str, dict[str, str]] = defaultdict(dict)
    for deviation in known:
        if deviation.accepted_plan == plan:
            accepted[deviation.kind] |= deviation.accepted
    beyond: dict[str, list[Found]] = defaultdict(list)
    for finding in found:
        if finding.is_beyond(accepted[finding.kind]):
            beyond[finding.kind].append(finding)
    return beyond


def _closed_this_period(known: Sequence[Deviation], kind: str) -> Deviation | None:
    """The last of its kind, when no month was locked since the one that closed it."""
    last = next((deviation for deviation in reversed(known) if deviation.kind == kind), None)
    if last is None or last.closed_month is None or last.closed_month != last_locked_month():
        return None
    return last


def _update(deviation: Deviation, hits: Sequence[Found], facts: DeviationFacts) -> None:
    """What the rules see now. Accepted money that goes on falling comes back to the committee."""
    today = facts.measure.organization.today
    if deviation.state == DeviationState.DECIDED and _was_accepted(deviation):
        reopen_deviation(deviation, today, f"It is worse than what was accepted: {hits[0].sentence}")
    before = {(trigger["rule"], trigger["key"]) for trigger in deviation.triggers}
    stored, effects = [hit.as_stored() for hit in hits], effects_of(deviation.kind, facts)
    if deviation.state == DeviationState.RECOVERING:
        relapse_deviation(deviation, today, hits[0].sentence)
    if stored == deviation.triggers and effects == _effects(deviation):
        return
    deviation.triggers = stored
    deviation.effect_in_year, deviation.effect_run_rate = effects
    deviation.save(update_fields=["triggers", "effect_in_year", "effect_run_rate"])
    now = {(trigger["rule"], trigger["key"]) for trigger in stored}
    if before != now:
        summary = f"brought deviation {deviation.number} up to date"
        write(
            rule_actor(), DeviationVerb.UPDATED, deviation, summary, change={"rules": stored},
            reason=hits[0].sentence, ledger=False,
        )  # fmt: skip


def _was_accepted(deviation: Deviation) -> bool:
    last = deviation.decisions.exclude(outcome=DeviationOutcome.WAIT).first()
    return last is not None and last.outcome == DeviationOutcome.ACCEPT


def _effects(deviation: Deviation) -> tuple[object, object]:
    return deviation.effect_in_year, deviation.effect_run_rate


def _settle(deviation: Deviation, facts: DeviationFacts, *, is_confirmed: bool) -> None:
    """Nothing is off any more: it recovers, and closes once a period is locked that way.

    What the committee accepted is still off and stays decided meanwhile.
    """
    today, effects = facts.measure.organization.today, effects_of(deviation.kind, facts)
    if effects != _effects(deviation):
        deviation.effect_in_year, deviation.effect_run_rate = effects
        deviation.save(update_fields=["effect_in_year", "effect_run_rate"])
    if deviation.clear_since is None:
        _note_clear(deviation, today)
        return
    month = last_locked_month()
    since = first_of_month(deviation.clear_since)
    if month is None or month < since or not _is_computed_after_lock(deviation, month):
        return
    if is_confirmed or deviation.kind not in _NEEDS_CONFIRMED:
        close_deviation(deviation, today, f"{month_name(month)} is locked, and was green when it ended.", month)


def _note_clear(deviation: Deviation, today: date) -> None:
    if deviation.state != DeviationState.DECIDED or not _was_accepted(deviation):
        recover_deviation(deviation, today)
        return
    deviation.clear_since = today
    deviation.save(update_fields=["clear_since"])
    take_step(deviation, ClockStep.CLEAR, today, "It is no worse than accepted. It closes once a period is locked so.")


def _is_computed_after_lock(deviation: Deviation, month: date) -> bool:
    """Whether the figures know of the lock: the month's actuals may be missing."""
    locked_at = ReportingPeriod.objects.values_list("locked_at", flat=True).get(month=month)
    computed_at = MeasureTotals.objects.values_list("computed_at", flat=True).get(measure_id=deviation.measure_id)
    return locked_at is None or computed_at >= locked_at
