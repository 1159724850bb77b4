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
from governance.parties.selectors.conflicts import not_declared
from governance.parties.selectors.parties import parties_of
from governance.rules.facts import Parties
from measures.constants import Doi
from measures.core.selectors.measures import measure_to_change
from measures.models import Measure

from ..constants import FOUR_EYES, OUTCOMES_OF
from ..contents import content_of
from ..models import GateDecision, GateRequest
from ..policies.deciding import may_decide, may_return, not_own_request
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
) -> GateDecision:
    """Decide an open request; the decision applies itself. Of several who decide at once, one wins.

    Holding takes what the request states unless it is given here. A closure is not decided but signed.

    Raises:
        Http404, NotAllowed, Conflict.
        Invalid: by field, or by rule what doesn't hold.
    """
    measure, request = lock_open_request(actor, request_id)
    parties = parties_of(measure)
    _check_outcome(request, outcome)
    require(not_declared(actor, SubjectKind.REQUEST, request.pk))
    actor, verdict = acting_as(actor, parties.path, lambda candidate: _may_rule(candidate, parties, request, outcome))
    require(verdict)
    if outcome == Outcome.ADVANCE and request.to_doi == Doi.CLOSED:
        raise NotAllowed("A closure is signed with your password, on the page Closures.")
    ask = Ask(
        outcome,
        reason,
        hold_reason or request.hold_reason,
        resume_on or request.resume_on,
        gap_owner_id or request.gap_owner_id,
    )
    return carry_out(actor, measure, request, parties, check_ruling(ask))


def check_ruling(ask: Ask) -> Ruling:
    """Every decision has a reason; holding and cancelling what a request for them needs.

    Raises:
        Invalid: by field.
    """
    problems = Problems()
    reason = checks.text(problems, "reason", ask.comment, required=True)
    problems.stop_if_any()
    if ask.kind == Outcome.RETURN:
        return Ruling(ask.kind, Ask(ask.kind, reason))
    return Ruling(ask.kind, check_ask(ask, comment_field="reason"))


def _check_outcome(request: GateRequest, outcome: str) -> None:
    allowed = OUTCOMES_OF[request.kind]
    if outcome not in allowed:
        labels = ", ".join(Outcome(value).label for value in allowed)
        raise Invalid({"outcome": f"Choose one of: {labels}."})


def _may_rule(actor: Actor, parties: Parties, request: GateRequest, outcome: str) -> Verdict:
    if outcome == Outcome.RETURN:
        its_own = content_of(request.kind, request.to_doi).may_return(actor, parties, request)
        return may_return(actor, parties, request.kind, request.to_doi) if its_own is None else its_own
    verdict = may_decide(actor, parties, outcome, request.to_doi)
    return not_own_request(actor, request, outcome) if verdict and outcome in FOUR_EYES else verdict


@transaction.atomic
def hold_measure(actor: Actor, measure_id: UUID, *, hold_reason: str, reason: str, resume_on: date) -> GateDecision:
    """The committee's chair holds a measure without waiting for a request. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.HOLD, reason, hold_reason, resume_on))


@transaction.atomic
def resume_measure(actor: Actor, measure_id: UUID, *, reason: str) -> GateDecision:
    """The chair lets work go on. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.RESUME, reason))


@transaction.atomic
def cancel_measure(actor: Actor, measure_id: UUID, *, reason: str, gap_owner_id: UUID) -> GateDecision:
    """The chair gives a measure up, and names who owns the gap. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.CANCEL, reason, gap_owner_id=gap_owner_id))


@transaction.atomic
def reopen_measure(actor: Actor, measure_id: UUID, *, reason: str) -> GateDecision:
    """The controller or the chair reopens a closed measure to DoI 4. Raises as `decide_gate`."""
    return _decide_directly(actor, measure_id, Ask(RequestKind.REOPEN, reason))


def _decide_directly(actor: Actor, measure_id: UUID, ask: Ask) -> GateDecision:
    """On the request that is open and allows it, else on one written in the same transaction."""
    measure = measure_to_change(actor, measure_id)
    parties = parties_of(measure)
    actor, verdict = acting_as(
        actor, parties.path, lambda candidate: may_decide(candidate, parties, ask.kind, measure.doi)
    )
    require(verdict)
    check_movable(measure, ask.kind)
    ruling = check_ruling(ask)
    request = _request_that_allows(measure, ask.kind) or submit(actor, measure, parties, ruling.ask)
    request.measure = measure
    return carry_out(actor, measure, request, parties, ruling)


def _request_that_allows(measure: Measure, outcome: str) -> GateRequest | None:
    request = open_request_of(measure)
    if request is not None and outcome not in OUTCOMES_OF[request.kind]:
        raise Conflict("Another request for this measure is open. Decide it first.", current=state_of(measure))
    return request
