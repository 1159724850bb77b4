"""Asking for a gate, taking the ask back, and confirming it (domain section 4)."""

from datetime import date
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Invalid, require
from measures import checks
from measures.checks import Problems
from measures.selectors.measures import measure_to_change

from ..constants import APPROVAL_RULES, ApprovalKind, RequestKind, Verb
from ..models import GateApproval, GateRequest
from ..policies import may_approve, may_reopen, may_request, may_withdraw
from ..rules.evaluation import rules_for
from ..rules.facts import Person
from ..selectors.parties import parties_of
from ._asking import Ask, check_ask, in_words, submit
from ._locking import lock_open_request
from ._telling import settle_request, tell_of_approval, tell_of_request


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
) -> GateRequest:
    """Ask for the next gate, a hold, resuming, cancelling or reopening. Confirmations may follow later.

    Raises:
        Http404, NotAllowed.
        Invalid: by field or rule: everything that is missing, and who can supply it.
        Conflict: another request is open, or the measure can't move that way.
    """
    measure = measure_to_change(actor, measure_id)
    parties = parties_of(measure)
    may = may_request(actor, parties)
    if kind == RequestKind.REOPEN and not may:
        may = may_reopen(actor, parties)
    require(may)
    if kind == RequestKind.CHANGE:
        raise Invalid({"kind": "A change of the plan is asked for with its months and dates."})
    ask = check_ask(Ask(kind, comment, hold_reason, resume_on, gap_owner_id))
    request = submit(actor, measure, parties, ask)
    tell_of_request(actor, request, parties)
    return request


@transaction.atomic
def withdraw_request(actor: Actor, request_id: UUID, *, reason: str) -> GateRequest:
    """Take an open request back.

    Raises:
        Http404, NotAllowed, Conflict; Invalid on `reason`.
    """
    measure, request = lock_open_request(actor, request_id)
    asker = Person(request.requested_by_id, request.requested_by.name)
    require(may_withdraw(actor, parties_of(measure), asker))
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    request.withdraw()
    request.ended_at = clock.now()
    request.save(update_fields=["state", "ended_at"])
    settle_request(request)
    summary = f"withdrew the request for {in_words(request)}"
    record(actor, Verb.GATE_WITHDRAWN, request, summary=summary, reason=reason, measure_id=measure.pk)
    return request


@transaction.atomic
def give_approval(
    actor: Actor, request_id: UUID, *, kind: str, granted: bool = True, comment: str = ""
) -> GateApproval:
    """Confirm, or refuse to confirm, what a request asks for. The last word of each kind counts.

    Raises:
        Http404, NotAllowed, Conflict.
        Invalid: the gate doesn't ask for this confirmation, or a refusal has no comment.
    """
    measure, request = lock_open_request(actor, request_id)
    problems = Problems()
    checks.choice(problems, "kind", kind, ApprovalKind)
    problems.stop_if_any()
    _check_asked_for(request, kind)
    require(may_approve(actor, parties_of(measure), kind))
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
    summary = f"{word} the confirmation “{ApprovalKind(kind).label}” for {in_words(request)}"
    record(
        actor, Verb.GATE_APPROVAL_GIVEN, approval, summary=summary, change={"kind": kind, "granted": granted},
        reason=comment, measure_id=measure.pk, ledger=True,
    )  # fmt: skip
    tell_of_approval(actor, request, approval)
    return approval


def _check_asked_for(request: GateRequest, kind: str) -> None:
    wanted = {APPROVAL_RULES[rule] for rule in rules_for(request.kind, request.from_doi) if rule in APPROVAL_RULES}
    if kind not in wanted:
        raise Invalid({"kind": f"{in_words(request).capitalize()} doesn't ask for this confirmation."})
