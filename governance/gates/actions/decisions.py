"""Deciding on a request, and the committee's own acts without one (domain sections 4 and 5)."""

from datetime import date
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, NotAllowed, Verdict, require
from governance.constants import Outcome, RequestKind
from governance.parties.constants import SubjectKind
from governance.parties.policies import apart_from, may_act_alone
from governance.parties.rules import ALONE, NO_COMMITTEE, How, Mandate, how_decided
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.parties.selectors.places import require_nowhere_else
from governance.parties.selectors.weights import weigh
from governance.rulebook.selectors import rules_in_force
from governance.rules.constants import step_of
from governance.rules.facts import Parties
from measures.constants import Doi
from measures.core.selectors.measures import measure_to_change
from measures.facts.measures import measure_facts
from measures.models import Measure

from ..constants import OUTCOMES_OF
from ..contents import content_of
from ..models import GateDecision, GateRequest
from ..policies.deciding import WITHOUT_CAUSE, may_decide, may_rule, other_word
from .locks import lock_open_request
from .ruling import Ruling, carry_out
from .submission import Ask, check_ask, check_movable, open_request_of, state_of, submit


@transaction.atomic
def decide_gate(
    actor: Actor,
    request_id: UUID,
    *,
    outcome: str,
    reason: str,
    hold_reason: str = "",
    resume_on: date | None = None,
    gap_owner_id: UUID | None = None,
    mandate: Mandate = ALONE,
) -> GateDecision:
    """Decide an open request; the decision applies itself. Of several who decide at once, one wins.

    Holding takes what the request states unless it is given here. A closure is not decided but signed. Above the
    limit of the rules the committee's resolution stands behind it, or the reason why its chair can't wait: `mandate`.

    Raises:
        Http404, NotAllowed; Conflict: decided in the meantime, or before the committee elsewhere.
        Invalid: by field, or by rule what doesn't hold.
    """
    measure, request = lock_open_request(actor, request_id)
    book = rules_in_force()
    parties = parties_of(measure, book)
    _check_outcome(request, outcome)
    known = measure_facts(measure.pk)
    weighed = weigh(measure, step_of(outcome, request.to_doi), book, known)
    declared = who_declared(SubjectKind.REQUEST, request.pk)
    asks_body = weighed.asks_body or mandate.is_body
    actor, verdict = acting_as(
        actor, parties.path,
        lambda candidate: _may_rule(candidate, parties, request, outcome, declared=declared, asks_body=asks_body),
    )  # fmt: skip
    require(verdict)
    require_nowhere_else(SubjectKind.REQUEST, request.pk, mandate)
    require(may_act_alone(weighed, mandate))
    if outcome == Outcome.ADVANCE and request.to_doi == Doi.CLOSED:
        raise NotAllowed("A closure is signed with your password, on the page Closures.")
    ask = Ask(
        outcome,
        reason,
        hold_reason or request.hold_reason,
        resume_on or request.resume_on,
        gap_owner_id or request.gap_owner_id,
    )
    ruling = check_ruling(ask, how_decided(weighed, mandate))
    return carry_out(actor, measure, request, parties, ruling, book=book, known=known)


def check_ruling(ask: Ask, how: How = NO_COMMITTEE) -> Ruling:
    """Every decision has a reason; holding and cancelling what a request for them needs. `how` is kept with it.

    Raises:
        Invalid: by field.
    """
    problems = Problems()
    reason = checks.text(problems, "reason", ask.comment, required=True)
    problems.stop_if_any()
    if ask.kind == Outcome.RETURN:
        return Ruling(ask.kind, Ask(ask.kind, reason), how=how)
    return Ruling(ask.kind, check_ask(ask, comment_field="reason"), how=how)


def _check_outcome(request: GateRequest, outcome: str) -> None:
    allowed = OUTCOMES_OF[request.kind]
    if outcome not in allowed:
        labels = ", ".join(Outcome(value).label for value in allowed)
        raise Invalid({"outcome": f"Choose one of: {labels}."})


def _may_rule(
    actor: Actor, parties: Parties, request: GateRequest, outcome: str, *, declared: frozenset[UUID], asks_body: bool
) -> Verdict:
    if outcome == Outcome.RETURN:
        its_own = content_of(request.kind, request.to_doi).may_return(actor, parties, request)
        if its_own is not None:
            return apart_from(actor, declared) and its_own
    return may_rule(actor, parties, request, outcome, declared=declared, asks_body=asks_body)


@transaction.atomic
def hold_measure(
    actor: Actor, measure_id: UUID, *, hold_reason: str, reason: str, resume_on: date, mandate: Mandate = ALONE
) -> GateDecision:
    """The committee's chair holds a measure without waiting for a request. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.HOLD, reason, hold_reason, resume_on), mandate)


@transaction.atomic
def resume_measure(actor: Actor, measure_id: UUID, *, reason: str, mandate: Mandate = ALONE) -> GateDecision:
    """The chair lets work go on. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.RESUME, reason), mandate)


@transaction.atomic
def cancel_measure(
    actor: Actor, measure_id: UUID, *, reason: str, gap_owner_id: UUID, mandate: Mandate = ALONE
) -> GateDecision:
    """The chair gives a measure up, and names who owns the gap. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.CANCEL, reason, gap_owner_id=gap_owner_id), mandate)


@transaction.atomic
def reopen_measure(actor: Actor, measure_id: UUID, *, reason: str, cause: str = "") -> GateDecision:
    """The controller or the chair reopens a closed measure to DoI 4, for a cause that is found.

    Without one it is asked for, and decided by the other of them. Raises as `decide_gate`.
    """
    return _decide_directly(actor, measure_id, Ask(RequestKind.REOPEN, reason, cause=cause))


def _decide_directly(actor: Actor, measure_id: UUID, ask: Ask, mandate: Mandate = ALONE) -> GateDecision:
    """On the request that is open and allows it, else on one written in the same transaction."""
    measure = measure_to_change(actor, measure_id)
    book = rules_in_force()
    parties = parties_of(measure, book)
    weighed = weigh(measure, step_of(ask.kind, measure.doi), book)
    open_request = open_request_of(measure)
    declared = who_declared(SubjectKind.REQUEST, open_request.pk) if open_request else frozenset()
    asks_body = weighed.asks_body or mandate.is_body
    actor, verdict = acting_as(
        actor, parties.path,
        lambda candidate: apart_from(candidate, declared)
        and may_decide(candidate, parties, ask.kind, measure.doi, asks_body=asks_body),
    )  # fmt: skip
    require(verdict)
    if open_request is not None:
        require_nowhere_else(SubjectKind.REQUEST, open_request.pk, mandate)
    require(may_act_alone(weighed, mandate))
    check_movable(measure, ask.kind)
    ruling = check_ruling(ask, how_decided(weighed, mandate))
    request = _that_allows(measure, open_request, ask.kind)
    if request is None and ask.kind == RequestKind.REOPEN and not ask.cause:
        raise Invalid({"cause": f"Choose what it is reopened for. Without a cause {WITHOUT_CAUSE}"})
    request = request or submit(actor, measure, parties, ruling.ask)
    require(other_word(actor, parties, request))
    request.measure = measure
    return carry_out(actor, measure, request, parties, ruling)


def _that_allows(measure: Measure, request: GateRequest | None, outcome: str) -> GateRequest | None:
    if request is not None and outcome not in OUTCOMES_OF[request.kind]:
        raise Conflict("Another request for this measure is open. Decide it first.", current=state_of(measure))
    return request
