"""The one place where a decision is written and carried out (domain section 4)."""

from dataclasses import dataclass
from datetime import datetime

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Invalid
from cat4.outbox.actions import publish
from measures.actions.plans import LineChange, apply_plan_change, freeze_plan
from measures.constants import Doi
from measures.constants import Topic as MeasureTopic
from measures.formulas.facts import RateMissing
from measures.formulas.totals import totals_of
from measures.models import Measure
from measures.selectors.facts import measure_facts

from ..constants import DOI_TRANSITIONS, LIFECYCLE_TRANSITIONS, REQUEST_MOVES, Outcome, Topic, Verb
from ..models import GateDecision, GateRequest
from ..rules.facts import Parties
from ..rules.results import RuleResult
from ..selectors.changes import proposal_of
from ..selectors.checklists import results_of
from ..selectors.facts import gate_facts
from ._asking import Ask, asked_of, check_movable, in_words, refuse_missing
from ._numbering import next_number
from ._telling import tell_of_decision

VERBS = {Outcome.RETURN: Verb.GATE_RETURNED, Outcome.REOPEN: Verb.MEASURE_REOPENED}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided: the outcome, the reason, and what holding or cancelling needs besides."""

    outcome: str
    ask: Ask

    @property
    def reason(self) -> str:
        return self.ask.comment


def carry_out(actor: Actor, measure: Measure, request: GateRequest, parties: Parties, ruling: Ruling) -> GateDecision:
    """Check every rule again, write the decision, move the measure, tell the others.

    The caller holds the locks of both rows and has asked the policy.

    Raises:
        Conflict: the measure can't move that way any more.
        Invalid: by rule: what doesn't hold.
    """
    moves = ruling.outcome != Outcome.RETURN
    kind = ruling.outcome if moves else request.kind
    check_movable(measure, kind)
    asked = asked_of(ruling.ask) if moves and kind not in {Outcome.ADVANCE, Outcome.CHANGE} else None
    results = results_of(kind, gate_facts(measure, request, parties=parties, asked=asked))
    if moves:
        refuse_missing(results, at_submission=False)
    decision = _write(actor, measure, request, ruling, results)
    before = {"doi": measure.doi, "lifecycle": measure.lifecycle}
    if moves:
        _move(actor, measure, decision, ruling)
    _end(request, ruling, decision.decided_at)
    _tell(actor, measure, decision, before)
    return decision


def _write(
    actor: Actor, measure: Measure, request: GateRequest, ruling: Ruling, results: list[RuleResult]
) -> GateDecision:
    step = 0 if ruling.outcome == Outcome.RETURN else REQUEST_MOVES[ruling.outcome][2]
    return GateDecision.objects.create(
        number=next_number(),
        measure=measure,
        request=request,
        outcome=ruling.outcome,
        from_doi=measure.doi,
        to_doi=measure.doi + step,
        reason=ruling.reason,
        rule_results=[result.as_stored() for result in results],
        decided_by_id=actor.user_id,
        on_behalf_of_id=actor.on_behalf_of,
        decided_at=clock.now(),
    )


def _move(actor: Actor, measure: Measure, decision: GateDecision, ruling: Ruling) -> None:
    """The transitions of both state machines; at Decided the plan is frozen."""
    if decision.from_doi != decision.to_doi:
        getattr(measure, DOI_TRANSITIONS[decision.from_doi, decision.to_doi])()
    if decision.to_doi == Doi.CLOSED:
        measure.close()
    elif ruling.outcome in LIFECYCLE_TRANSITIONS:
        getattr(measure, LIFECYCLE_TRANSITIONS[ruling.outcome])()
    if ruling.outcome in {Outcome.HOLD, Outcome.RESUME, Outcome.CANCEL}:
        asked = asked_of(ruling.ask)
        held = ruling.outcome == Outcome.HOLD
        measure.hold_reason = f"{asked.hold_reason}: {ruling.reason}" if held else ""
        measure.resume_on = ruling.ask.resume_on
        measure.gap_owner_id = ruling.ask.gap_owner_id
    if decision.from_doi != decision.to_doi:
        _remember_closing(measure)
    measure.version += 1
    fields = ["doi", "lifecycle", "hold_reason", "resume_on", "gap_owner", "closed_on", "closed_run_rate", "version"]
    measure.save(update_fields=fields)
    if (decision.from_doi, decision.to_doi) == (Doi.DETAILED, Doi.DECIDED):
        freeze_plan(measure, reason=f"Decision {decision.number}: {ruling.reason}", at=decision.decided_at, actor=actor)
    if ruling.outcome == Outcome.CHANGE:
        _change_plan(actor, measure, decision)


def _remember_closing(measure: Measure) -> None:
    """What sustain checks will measure against (domain 6.8): the validated run-rate of this day; reopened, nothing."""
    measure.closed_on = measure.closed_run_rate = None
    facts = measure_facts(measure.pk)
    if measure.doi != Doi.CLOSED or facts is None:
        return
    try:
        measure.closed_run_rate = totals_of(facts).validated_run_rate
    except RateMissing as missing:
        raise Invalid({"": str(missing)}) from missing
    measure.closed_on = facts.organization.today


def _change_plan(actor: Actor, measure: Measure, decision: GateDecision) -> None:
    """The proposal becomes the next plan version; its rules held a moment ago, under the measure's lock."""
    proposal = proposal_of(decision.request)
    if proposal is None:
        raise Invalid({"": "The request proposes no plan."})
    apply_plan_change(
        actor,
        measure,
        lines={
            part.line.pk: LineChange({month: after for month, (_, after) in part.months.items()}, part.phasing)
            for part in proposal.lines
        },
        dates={row.milestone.pk: row.after for row in proposal.dates},
        reason=f"Decision {decision.number}: {decision.reason}",
        at=decision.decided_at,
    )


def _end(request: GateRequest, ruling: Ruling, at: datetime) -> None:
    """Granted as asked, or returned: another outcome than the one asked for doesn't grant it."""
    if ruling.outcome == request.kind:
        request.approve()
    else:
        request.reject()
    request.ended_at = at
    request.save(update_fields=["state", "ended_at"])


def _tell(actor: Actor, measure: Measure, decision: GateDecision, before: dict[str, object]) -> None:
    verb = VERBS.get(Outcome(decision.outcome), Verb.GATE_DECIDED)
    if decision.to_doi == Doi.CLOSED and decision.from_doi != Doi.CLOSED:
        verb = Verb.MEASURE_CLOSED
    change = {
        "number": decision.number,
        "outcome": decision.outcome,
        "doi": [before["doi"], measure.doi],
        "lifecycle": [before["lifecycle"], measure.lifecycle],
        "rules": decision.rule_results,
    }
    record(
        actor, verb, decision, summary=_summary(decision), change=change, reason=decision.reason,
        measure_id=measure.pk, ledger=True,
    )  # fmt: skip
    tell_of_decision(actor, decision)
    publish(Topic.GATE_DECIDED, measure.pk)
    publish(MeasureTopic.MEASURE_CHANGED, measure.pk)


def _summary(decision: GateDecision) -> str:
    number = f"decision {decision.number}"
    if decision.outcome == Outcome.RETURN:
        return f"returned the request for {in_words(decision.request)}, {number}"
    if decision.outcome == Outcome.ADVANCE and decision.to_doi == Doi.CLOSED:
        return f"signed the closure, {number}"
    label = Outcome(decision.outcome).label
    if decision.from_doi == decision.to_doi:
        return f"decided {label}, {number}"
    return f"decided {label} to DoI {decision.to_doi}, {Doi(decision.to_doi).label}, {number}"
