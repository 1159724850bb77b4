"""Deciding on the deviations of a measure: one decision says which of them it settles (domain section 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, require
from cat4.outbox.actions import publish
from cat4.wording import day_name, listed
from governance.numbering import next_number
from governance.parties.constants import SubjectKind
from governance.parties.policies import may_act_alone
from governance.parties.rules import ALONE, How, Mandate, how_decided
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.parties.selectors.places import require_nowhere_else
from measures.constants import Topic as MeasureTopic
from measures.facts.calendar import calendar

from ..constants import ClockStep, DeviationOutcome, DeviationState, DeviationTopic, DeviationVerb
from ..models import Deviation, DeviationDecision, DeviationOption
from ..notices import tell_decided
from ..policies import may_decide_deviation
from ..selectors.deviations import sentence_of
from ..selectors.weights import weigh_deviations
from .locking import deviation_to_change
from .outcomes import Applied, Case, Ruling, apply_outcome
from .steps import take_step, write


@transaction.atomic
def decide_deviation(
    actor: Actor,
    deviation_id: UUID,
    *,
    outcome: str,
    reason: str,
    settles: Iterable[UUID] = (),
    mandate: Mandate = ALONE,
    **details: Any,
) -> DeviationDecision:
    """The committee decides; what it decided applies itself in the same transaction. Of several who decide, one wins.

    `settles` are further open deviations of the same measure: one decision with one number, applied once, that says
    which of them it settles. `details` are those of `Ruling`: accept needs `gap_owner_id`; compensate `measure_id`, or
    `new_measure` (a name) with `owner_id`; re-scope, add resources and re-sequence `due_on`; hold `hold_reason` and
    `resume_on`; cancel `gap_owner_id`; wait `wait_until`. Any may name an `option_id`. Waiting decides nothing: it
    moves the day, once. Above the limit of the rules the committee's resolution stands behind it, or the reason why its
    chair can't wait: `mandate`.

    Raises:
        Http404, NotAllowed; Invalid by argument.
        Conflict: one was decided, closed or recovered in the meantime, or it is before the committee elsewhere.
    """
    deviation = deviation_to_change(actor, deviation_id)
    settled = _settled(deviation, settles)
    declared = who_declared(SubjectKind.DEVIATION, deviation.measure_id)
    for row in settled:
        require(may_decide_deviation(actor, parties_of(row.measure), row, declared))
    for row in settled:
        _require_open(row)
    require_nowhere_else(SubjectKind.DEVIATION, deviation.measure_id, mandate)
    weighed = weigh_deviations(settled)
    require(may_act_alone(weighed, mandate))
    ruling, today = _ruling(settled, Ruling(outcome, reason, **details)), calendar().today
    applied = apply_outcome(Case(actor, settled, deviation.measure, ruling, today, mandate))
    decisions = _write(actor, settled, ruling, applied, how_decided(weighed, mandate))
    for row, decision in zip(settled, decisions, strict=True):
        _settle(actor, row, decision, settled)
    tell_decided(settled)
    publish(MeasureTopic.MEASURE_CHANGED, deviation.measure_id)
    return decisions[0]


def _settled(deviation: Deviation, settles: Iterable[UUID]) -> tuple[Deviation, ...]:
    """The one that is decided on, then the others of its measure, locked, the longest open first.

    Raises:
        Invalid: on `settles`, one is none of the measure's.
    """
    wanted = set(settles) - {deviation.pk}
    rows = Deviation.objects.select_for_update(of=("self",)).filter(pk__in=wanted, measure=deviation.measure_id)
    others = list(rows.order_by("opened_on", "number"))
    if len(others) != len(wanted):
        raise Invalid({"settles": "Choose deviations of this measure."})
    for other in others:
        other.measure = deviation.measure
    return (deviation, *others)


def _require_open(deviation: Deviation) -> None:
    if deviation.state == DeviationState.OPEN:
        return
    current = {"state": deviation.state, "version": deviation.version}
    last = deviation.decisions.select_related("decided_by", "on_behalf_of").first()
    if deviation.state == DeviationState.DECIDED and last is not None:
        what = last.get_outcome_display().lower()
        said = f"{last.by} decided this deviation in the meantime: {what} (decision {last.number})."
        raise Conflict(said, current=current | {"outcome": last.outcome, "decision": last.number})
    if deviation.state == DeviationState.RECOVERING and deviation.clear_since is not None:
        since = day_name(deviation.clear_since)
        said = f"Deviation {deviation.number} is recovering since {since}: there is nothing to decide."
        raise Conflict(said, current=current)
    raise Conflict("This deviation is closed.", current=current)


def _ruling(settled: Sequence[Deviation], ruling: Ruling) -> Ruling:
    problems = Problems()
    checks.choice(problems, "outcome", ruling.outcome, DeviationOutcome)
    checks.text(problems, "reason", ruling.reason, required=True)
    options = DeviationOption.objects.filter(deviation__in=[row.pk for row in settled])
    if ruling.option_id is not None and not options.filter(pk=ruling.option_id).exists():
        problems.add("option_id", "Choose an option of this deviation.")
    problems.stop_if_any()
    return ruling


def _write(
    actor: Actor, settled: Sequence[Deviation], ruling: Ruling, applied: Applied, how: How
) -> list[DeviationDecision]:
    number, waits = next_number(), ruling.outcome == DeviationOutcome.WAIT
    return [
        DeviationDecision.objects.create(
            number=number,
            deviation=deviation,
            round=deviation.round,
            outcome=ruling.outcome,
            reason=ruling.reason.strip(),
            option_id=ruling.option_id,
            wait_until=deviation.waits_until if waits else None,
            gap_owner_id=deviation.gap_owner_id,
            counter_measure=applied.counter_measure,
            gate_decision=applied.gate_decision,
            decided_by_id=actor.user_id,
            on_behalf_of_id=actor.on_behalf_of,
            decided_at=clock.now(),
            kept=_effects(deviation),
            **asdict(how),
        )
        for deviation in settled
    ]


def _effects(deviation: Deviation) -> dict[str, str]:
    return {
        "sentence": sentence_of(deviation),
        "effect_in_year": str(deviation.effect_in_year),
        "effect_run_rate": str(deviation.effect_run_rate),
    }


def _settle(actor: Actor, deviation: Deviation, decision: DeviationDecision, settled: Sequence[Deviation]) -> None:
    """One of those that a decision settles: its state, its step, its entry."""
    if decision.outcome != DeviationOutcome.WAIT:
        deviation.decide()
    deviation.version += 1
    deviation.save()
    label = decision.get_outcome_display()
    take_step(deviation, ClockStep.DECIDED, calendar().today, f"Decision {decision.number}: {label}.")
    change = {"number": decision.number, "outcome": decision.outcome, "option": decision.option_id}
    change |= {"wait_until": decision.wait_until, "gap_owner": decision.gap_owner_id}
    change |= {"settles": [row.number for row in settled], "kept": decision.kept}
    change |= decision.how.as_stored()
    summary = f"decided “{label}” on deviation {deviation.number}, decision {decision.number}"
    summary += ", urgently, to be ratified" if decision.is_urgent else ""
    others = [str(row.number) for row in settled if row.pk != deviation.pk]
    if others:
        summary += f", together with deviation {listed(others)}"
    write(actor, DeviationVerb.DECIDED, deviation, summary, change=dict(change), reason=decision.reason)
    publish(DeviationTopic.DECIDED, deviation.pk)
