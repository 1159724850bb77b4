"""The one place where a decision is written and carried out (domain section 4)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.audit.facts import rows_merged
from cat4.errors import Conflict
from cat4.outbox.actions import publish
from governance.constants import Outcome, Topic, Verb
from governance.numbering import next_number
from governance.parties.rules import NO_COMMITTEE, How
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import RuleBook
from governance.rules.constants import ReopenCause, step_of
from governance.rules.evaluation import results_at
from governance.rules.facts import GateFacts, Parties
from governance.rules.results import RuleResult
from hierarchy.organization.selectors import organization, organization_settings
from hierarchy.thresholds import Thresholds
from measures.constants import Doi
from measures.constants import Topic as MeasureTopic
from measures.formulas.facts import MeasureFacts
from measures.models import Measure
from measures.money.actions.closings import forecast_as_signed, forecast_as_stated
from measures.money.actions.plans import freeze_plan

from ..constants import REQUEST_MOVES
from ..contents import content_of
from ..models import GateDecision, GateRequest
from ..notices import tell_of_decision
from ..selectors.checklists import foreseen, results_of
from ..selectors.consequences import Consequences
from ..selectors.facts import cause_of, gate_facts
from ..selectors.kept import facts_to_keep
from ..selectors.proof_rows import decision_rows
from ..transitions import DOI_TRANSITIONS, LIFECYCLE_TRANSITIONS
from .keeping import end_request
from .submission import Ask, asked_of, check_movable, in_words, refuse_missing, state_of, target_of

Attach = Callable[[GateDecision], Mapping[str, Any]]
VERBS = {Outcome.RETURN: Verb.GATE_RETURNED, Outcome.REOPEN: Verb.MEASURE_REOPENED}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided: the outcome, the reason, and what holding or cancelling needs besides.

    A closure is decided by its controller, also when a second signature makes it count, at a run-rate and with what
    was `confirmed` of each line, in its currency; `words` are then those of the second signer, who acts: nobody's
    entry carries the words of somebody else. `how` says whether the committee or its chair alone decides.
    """

    outcome: str
    ask: Ask
    decided_by_id: UUID | None = None
    run_rate: Decimal | None = None
    follows: Consequences | None = None
    confirmed: Mapping[UUID, Decimal] = field(default_factory=dict)
    words: str = ""
    how: How = NO_COMMITTEE

    @property
    def reason(self) -> str:
        return self.ask.comment

    @property
    def own_words(self) -> str:
        """What whoever acts said."""
        return self.words or self.reason


def carry_out(
    actor: Actor,
    measure: Measure,
    request: GateRequest,
    parties: Parties,
    ruling: Ruling,
    *,
    attach: Attach | None = None,
    book: RuleBook | None = None,
    known: MeasureFacts | None = None,
) -> GateDecision:
    """Check every rule in force again, write the decision, move the measure, tell the others.

    The caller holds the locks of both rows and has asked the policy. A gate that passes degrees along writes a
    decision for each of them, in order, and returns its own, the last. What `attach` answers goes into the ledger
    with that one. `book` are the rules in force and `known` the measure's facts where the caller read them already.

    Raises:
        Conflict: the measure can't move that way any more.
        Invalid: by rule: what doesn't hold.
    """
    moves = ruling.outcome != Outcome.RETURN
    kind = ruling.outcome if moves else request.kind
    check_movable(measure, kind)
    book = book or rules_in_force()
    if moves:
        _check_gates(book, measure, request, kind)
    states = moves and kind not in {Outcome.ADVANCE, Outcome.CHANGE}
    asked = replace(asked_of(ruling.ask), cause=cause_of(request)) if states else None
    settings = organization_settings()
    follows = foreseen(measure, kind, request=request, resume_on=ruling.ask.resume_on) if moves else None
    facts = gate_facts(
        measure, request, parties=parties, asked=asked, home=settings.organization, follows=follows, known=known
    )
    results = results_of(kind, facts, book, settings.thresholds)
    if moves:
        refuse_missing(results, at_submission=False)
    ruling = replace(ruling, follows=follows)
    by_degree = _results_by_degree(book, kind, facts, ruling, results=results, limits=settings.thresholds)
    request.measure = measure
    kept = facts_to_keep(request)
    decisions = [_take_step(actor, measure, request, ruling, step) for step in _steps(book, request, by_degree, attach)]
    _end(request, ruling, decisions[-1].decided_at, kept)
    return decisions[-1]


@dataclass(frozen=True, slots=True)
class _Step:
    """One degree of a decision; `is_gate` unless it is passed along with a later one."""

    book: RuleBook
    to_doi: int
    results: list[RuleResult]
    is_gate: bool
    attach: Attach | None


def _steps(
    book: RuleBook, request: GateRequest, by_degree: list[tuple[int, list[RuleResult]]], attach: Attach | None
) -> list[_Step]:
    """The steps in order; what is attached belongs to the last."""
    last = by_degree[-1][0]
    return [
        _Step(book, to_doi, results, to_doi == request.to_doi, attach if to_doi == last else None)
        for to_doi, results in by_degree
    ]


def _check_gates(book: RuleBook, measure: Measure, request: GateRequest, kind: str) -> None:
    """A request to advance leads to a gate of the rules in force; they may have changed since it was handed in."""
    wanted = target_of(book, kind, measure.doi)
    if kind != Outcome.ADVANCE or wanted == request.to_doi:
        return
    raise Conflict(
        f"Version {book.number} of the gate rules is in force since this was asked for: from DoI {measure.doi} the "
        f"next gate is now {wanted}. Return it, so that it is asked for again.",
        current=state_of(measure) | {"rule_set": book.number, "next_gate": wanted},
    )


def _results_by_degree(
    book: RuleBook, kind: str, facts: GateFacts, ruling: Ruling, *, results: list[RuleResult], limits: Thresholds
) -> list[tuple[int, list[RuleResult]]]:
    """The degrees that the decision reaches, each with the results of its own rules; `results` are those of all."""
    if kind != Outcome.ADVANCE or ruling.outcome == Outcome.RETURN:
        step = 0 if ruling.outcome == Outcome.RETURN else REQUEST_MOVES[ruling.outcome][2]
        return [(facts.doi + step, results)]
    degrees = range(facts.doi + 1, book.next_gate(facts.doi) + 1)
    if len(degrees) == 1:
        return [(degrees[0], results)]
    return [(degree, results_at(book.at(step_of(kind, degree)), facts, limits)) for degree in degrees]


def _take_step(actor: Actor, measure: Measure, request: GateRequest, ruling: Ruling, step: _Step) -> GateDecision:
    decision = _write(actor, measure, request, ruling, step)
    before = {"doi": measure.doi, "lifecycle": measure.lifecycle}
    if ruling.outcome != Outcome.RETURN:
        _move(actor, measure, decision, ruling)
    _tell(actor, measure, decision, before, step.attach(decision) if step.attach else {}, words=ruling.own_words)
    return decision


def _write(actor: Actor, measure: Measure, request: GateRequest, ruling: Ruling, step: _Step) -> GateDecision:
    return GateDecision.objects.create(
        number=next_number(),
        measure=measure,
        request=request,
        outcome=ruling.outcome,
        from_doi=measure.doi,
        to_doi=step.to_doi,
        reason=ruling.reason,
        rule_results=[result.as_stored() for result in step.results],
        rule_set_number=step.book.number,
        consequences=ruling.follows.stored() if ruling.follows else {},
        cause=_cause(actor, request, ruling),
        is_gate=step.is_gate or ruling.outcome != Outcome.ADVANCE,
        decided_by_id=ruling.decided_by_id or actor.user_id,
        on_behalf_of_id=actor.on_behalf_of,
        decided_at=clock.now(),
        **asdict(ruling.how),
    )


def _cause(actor: Actor, request: GateRequest, ruling: Ruling) -> dict[str, str]:
    """What a reopening rests on: what was found, else the words of those who agree."""
    if ruling.outcome != Outcome.REOPEN:
        return {}
    said = f"{request.asker}: “{request.comment}” {actor.name}: “{ruling.reason}”"
    return request.cause or {"kind": ReopenCause.AGREED.value, "key": str(request.pk), "said": said}


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
        _remember_closing(measure, ruling)
    measure.version += 1
    fields = ["doi", "lifecycle", "hold_reason", "resume_on", "gap_owner", "closed_on", "closed_run_rate", "version"]
    measure.save(update_fields=fields)
    if (decision.from_doi, decision.to_doi) == (Doi.DETAILED, Doi.DECIDED):
        freeze_plan(measure, reason=f"Decision {decision.number}: {ruling.reason}", at=decision.decided_at, actor=actor)
    if ruling.outcome == decision.request.kind:
        content_of(decision.request.kind, decision.request.to_doi).carry_out(actor, measure, decision)


def _remember_closing(measure: Measure, ruling: Ruling) -> None:
    """What sustain checks will measure against (domain 6.8): the confirmed run-rate of this day; reopened, nothing.

    It is the forecast too, line by line, until the measure is reopened or a check says otherwise.
    """
    measure.closed_on = measure.closed_run_rate = None
    if measure.doi == Doi.CLOSED:
        measure.closed_run_rate = ruling.run_rate
        measure.closed_on = clock.today(organization().time_zone)
        forecast_as_signed(measure, ruling.confirmed)
    elif ruling.outcome == Outcome.REOPEN:
        forecast_as_stated(measure)


def _end(request: GateRequest, ruling: Ruling, at: datetime, kept: Mapping[str, Any]) -> None:
    """Granted as asked, or returned: another outcome than the one asked for doesn't grant it."""
    if ruling.outcome == request.kind:
        request.approve()
    else:
        request.reject()
    end_request(request, at, kept)


def _tell(
    actor: Actor,
    measure: Measure,
    decision: GateDecision,
    before: dict[str, object],
    attached: Mapping[str, Any],
    *,
    words: str,
) -> None:
    verb = VERBS.get(Outcome(decision.outcome), Verb.GATE_DECIDED)
    if decision.to_doi == Doi.CLOSED and decision.from_doi != Doi.CLOSED:
        verb = Verb.MEASURE_CLOSED
    change = {
        "number": decision.number,
        "outcome": decision.outcome,
        "doi": [before["doi"], measure.doi],
        "lifecycle": [before["lifecycle"], measure.lifecycle],
        "rule_set": decision.rule_set_number,
        **decision.how.as_stored(),
        **{name: kept for name in ("consequences", "cause") if (kept := getattr(decision, name))},
        **attached,
    }
    decided = {"decisions": list(decision_rows(GateDecision.objects.filter(pk=decision.pk)))}
    change |= rows_merged(decided, attached.get("rows", {}))
    record(
        actor, verb, decision, summary=_summary(actor, decision), change=change, reason=words,
        measure_id=measure.pk, ledger=True,
    )  # fmt: skip
    if decision.is_gate:
        tell_of_decision(actor, decision, words)
    publish(Topic.GATE_DECIDED, measure.pk)
    publish(MeasureTopic.MEASURE_CHANGED, measure.pk)


def _summary(actor: Actor, decision: GateDecision) -> str:
    number = f"decision {decision.number}{', urgently, to be ratified' if decision.is_urgent else ''}"
    if decision.outcome == Outcome.RETURN:
        return f"returned the request for {in_words(decision.request)}, {number}"
    if decision.outcome == Outcome.ADVANCE and decision.to_doi == Doi.CLOSED:
        second = "" if decision.decided_by_id == actor.user_id else " second"
        return f"signed the closure{second}, {number}"
    label = Outcome(decision.outcome).label
    if not decision.is_gate:
        request = decision.request
        return f"passed DoI {decision.to_doi}, {Doi(decision.to_doi).label}, along with {in_words(request)}, {number}"
    if decision.from_doi == decision.to_doi:
        return f"decided {label}, {number}"
    return f"decided {label} to DoI {decision.to_doi}, {Doi(decision.to_doi).label}, {number}"
