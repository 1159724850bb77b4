"""Asking for a gate, taking the ask back, and confirming it (domain section 4)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.audit.facts import rows_held
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, require
from cat4.outbox.actions import publish
from governance.constants import RequestKind, Topic, Verb
from governance.parties.selectors.parties import parties_of
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import Entry
from governance.rules.catalog import face_of
from governance.rules.facts import Parties
from measures.constants import Doi
from measures.core.selectors.measures import measure_to_change
from measures.models import Measure

from ..models import GateApproval, GateRequest
from ..notices import settle_request, tell_of_approval, tell_of_request, tell_of_turns
from ..policies.asking import may_fulfil, may_withdraw
from ..policies.deciding import WITHOUT_CAUSE, may_ask_for, may_reopen
from ..selectors.checklists import results_of
from ..selectors.facts import gate_facts
from ..selectors.proof_rows import approval_rows
from ..selectors.requests import asker_of
from .keeping import end_request
from .locks import lock_open_request
from .submission import Ask, check_ask, check_movable, in_words, submit


@transaction.atomic
def request_gate(
    actor: Actor,
    measure_id: UUID,
    *,
    kind: str = RequestKind.ADVANCE,
    comment: str = "",
    hold_reason: str = "",
    resume_on: date | None = None,
    gap_owner_id: UUID | None = None,
    claims: Mapping[UUID, Decimal] | None = None,
    cause: str = "",
) -> GateRequest:
    """Ask for the next gate, a hold, resuming, cancelling, reopening, or that a residual be accepted.

    Confirmations may follow later. Asking to close claims an amount per effect line, in its currency; a line that
    isn't named claims what was reported. Reopening names its `cause` by reference; without one controller or chair
    asks, and the other of them decides.

    Raises:
        Http404, NotAllowed.
        Invalid: by field or rule: everything that is missing, and who can supply it.
        Conflict: another request is open, or the measure can't move that way.
    """
    measure = measure_to_change(actor, measure_id)
    parties = parties_of(measure)
    actor, verdict = acting_as(actor, parties.path, lambda candidate: may_ask_for(candidate, parties, kind))
    require(verdict)
    if kind == RequestKind.CHANGE:
        raise Invalid({"kind": "A change of the plan is asked for with its months and dates."})
    ask = check_ask(Ask(kind, comment, hold_reason, resume_on, gap_owner_id, cause))
    check_movable(measure, kind)
    if kind == RequestKind.REOPEN and not ask.cause and not may_reopen(actor, parties):
        raise Invalid({"cause": f"Choose what it is reopened for. Without a cause {WITHOUT_CAUSE}"})
    if claims and (kind != RequestKind.ADVANCE or measure.doi + 1 != Doi.CLOSED):
        raise Invalid({"claims": "Only a closing claims amounts."})
    request = submit(actor, measure, parties, ask, given=claims)
    tell_of_request(actor, request, parties)
    return request


@transaction.atomic
def withdraw_request(actor: Actor, request_id: UUID, *, reason: str) -> GateRequest:
    """Take an open request back.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `reason`.
    """
    measure, request = lock_open_request(actor, request_id)
    asker = asker_of(request)
    parties = parties_of(measure)
    actor, verdict = acting_as(actor, parties.path, lambda candidate: may_withdraw(candidate, parties, asker))
    require(verdict)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    request.withdraw()
    request.measure = measure
    end_request(request, clock.now())
    settle_request(request)
    summary = f"withdrew the request for {in_words(request)}"
    record(actor, Verb.GATE_WITHDRAWN, request, summary=summary, reason=reason, measure_id=measure.pk)
    publish(Topic.REQUEST_ENDED, request.pk)
    return request


@transaction.atomic
def give_approval(
    actor: Actor, request_id: UUID, *, kind: str, granted: bool = True, comment: str = ""
) -> GateApproval:
    """Confirm, or refuse to confirm, what a request asks for: a confirmation of the code, or an own rule by its key.

    The last word of each person counts, and one whose turn hasn't come has to wait. A deputy gives it for the
    person for whom they stand in.

    Raises:
        Http404, NotAllowed.
        Conflict: it was decided meanwhile, or somebody else's confirmation comes first.
        Invalid: the gate doesn't ask for this confirmation, or a refusal has no comment.
    """
    measure, request = lock_open_request(actor, request_id)
    entry = _entry_asked_for(request, kind)
    parties = parties_of(measure)
    actor, verdict = acting_as(actor, parties.path, lambda candidate: may_fulfil(candidate, parties, entry))
    require(verdict)
    if granted and entry.needed > 1:
        actor = _whose_word_lacks(actor, request, parties, entry)
    _check_turn(measure, request, parties, entry)
    problems = Problems()
    comment = checks.text(problems, "comment", comment, required=not granted)
    problems.stop_if_any()
    approval = GateApproval.objects.create(
        request=request,
        kind=kind,
        person_id=actor.user_id,
        on_behalf_of_id=actor.on_behalf_of,
        granted=granted,
        comment=comment,
        at=clock.now(),
    )
    word = "gave" if granted else "refused"
    summary = f"{word} the confirmation “{face_of(entry).text}” for {in_words(request)}"
    rows = rows_held(approvals=approval_rows(GateApproval.objects.filter(pk=approval.pk)))
    record(
        actor, Verb.GATE_APPROVAL_GIVEN, approval, summary=summary, change={"kind": kind, "granted": granted, **rows},
        reason=comment, measure_id=measure.pk, ledger=True,
    )  # fmt: skip
    tell_of_approval(actor, request, approval, entry.needed)
    if granted:
        tell_of_turns(actor, request, parties)
    return approval


def _whose_word_lacks(actor: Actor, request: GateRequest, parties: Parties, entry: Entry) -> Actor:
    """Where several are asked: who gave their own word and is another's deputy gives that one's next."""
    given = {row.on_behalf_of_id or row.person_id for row in request.approvals.filter(kind=entry.approval)}
    if actor.holder_id not in given:
        return actor
    deputies = (actor.acting_for(one) for one in actor.stands_in_for if one.reaches(parties.path))
    lacking = (acts for acts in deputies if acts.holder_id not in given and may_fulfil(acts, parties, entry))
    return next(lacking, actor)


def _entry_asked_for(request: GateRequest, kind: str) -> Entry:
    """The rule in force that this confirmation fulfils."""
    asked = rules_in_force().asked(request.kind, request.from_doi)
    entry = next((rule for rule in asked if kind and rule.approval == kind), None)
    if entry is None:
        raise Invalid({"kind": f"{in_words(request).capitalize()} doesn't ask for this confirmation."})
    return entry


def _check_turn(measure: Measure, request: GateRequest, parties: Parties, entry: Entry) -> None:
    if not entry.turn:
        return
    results = results_of(request.kind, gate_facts(measure, request, parties=parties))
    mine = next(result for result in results if result.approval == entry.approval)
    if mine.waits_for:
        raise Conflict(f"This confirmation waits for: {mine.waits_for}.", current={"waits_for": mine.waits_for})
