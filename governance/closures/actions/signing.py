"""Signing a closure: the controller's alone, or above an amount two controllers' (domain sections 4 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.audit.facts import Row, rows_held
from cat4.errors import Conflict, Invalid, require
from cat4.notices.actions import notify
from governance.constants import Outcome, RequestKind, Verb
from governance.gates.actions.decisions import check_ruling
from governance.gates.actions.locks import lock_open_request
from governance.gates.actions.ruling import Ruling, carry_out
from governance.gates.actions.submission import Ask, refuse_missing, state_of
from governance.gates.models import GateDecision, GateRequest
from governance.gates.selectors.checklists import checklist
from governance.parties.selectors.parties import parties_of
from governance.rules.facts import Parties, Person
from governance.rules.results import names
from governance.step_up import confirm_identity
from measures.constants import Doi
from measures.evidence.actions import keep_generated
from measures.evidence.selectors import document_rows
from measures.models import Document, Measure

from ..models import ClosureSignature
from ..policies import may_sign_next
from ..protocol.pdf import protocol_pdf
from ..selectors.comparison import Closing, closing_of
from ..selectors.proof_rows import signature_rows
from ..selectors.protocols import protocol_of
from ..selectors.signatures import first_signature, second_signers, standing_signature
from .confirming import Confirmation, Confirmed, as_recorded, check_confirmation, write_signature


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and the decision that it brought about; None while a second one is awaited."""

    signature: ClosureSignature
    decision: GateDecision | None


@dataclass(frozen=True, slots=True)
class Signing:
    """A closure under its measure's lock."""

    actor: Actor
    measure: Measure
    request: GateRequest
    parties: Parties
    closing: Closing


@transaction.atomic
def sign_closure(
    actor: Actor,
    request_id: UUID,
    *,
    reason: str,
    password: str,
    confirmed: Mapping[UUID, Decimal] | None = None,
    reasons: Mapping[UUID, str] | None = None,
) -> Signed:
    """Confirm what arrived, line by line, with the own password. A deputy signs for nobody.

    The controller signs first; what isn't named in `confirmed` is confirmed as claimed. The measure is closed at once,
    or, above the organization's amount, when a second controller has signed the same figures after them. When the
    books move between the two signatures, the controller signs again; when the measure gets another controller, that
    one signs first.

    Raises:
        Http404, NotAllowed.
        Conflict: it was decided in the meantime, or the second signer's figures are no longer those of the books.
        Invalid: on `reason`, `password`, `confirmed-<line>` or `reason-<line>`, or by rule what doesn't hold.
    """
    measure, request = lock_open_request(actor, request_id)
    if request.kind != RequestKind.ADVANCE or request.to_doi != Doi.CLOSED:
        raise Invalid({"": "This request doesn't ask for a closure."})
    signing = Signing(actor, measure, request, parties_of(measure), closing_of(measure, request))
    first = standing_signature(request, signing.closing)
    if first is None:
        _require_first(signing)
        given = Confirmation(check_ruling(Ask(Outcome.ADVANCE, reason)).reason, confirmed or {}, reasons or {})
        return _sign_first(signing, given, password)
    require(may_sign_next(actor, signing.parties, request, is_signed=True))
    comment = check_ruling(Ask(Outcome.ADVANCE, reason)).reason
    confirm_identity(actor, password)
    second = write_signature(
        actor, request, signing.closing, comment, position=2, confirmed=_confirmed_by(first, signing.closing)
    )
    return Signed(second, _close(signing, first, [first, second]))


def _require_first(signing: Signing) -> None:
    actor, request = signing.actor, signing.request
    outdated = first_signature(request)
    is_other = outdated is not None and actor.user_id != outdated.person_id
    if outdated and is_other and may_sign_next(actor, signing.parties, request, is_signed=True):
        raise Conflict(_why_outdated(outdated, signing.parties.controller), current=state_of(signing.measure))
    require(may_sign_next(actor, signing.parties, request, is_signed=False))


def _why_outdated(first: ClosureSignature, controller: Person | None) -> str:
    signed, signs = first.person.name, controller.name if controller else "its controller"
    if controller is None or controller.id != first.person_id:
        return f"The measure has another controller since {signed} signed. First {signs} has to sign."
    return f"What the books or the evidence show has changed since {signed} signed. {signed} has to sign again."


def _sign_first(signing: Signing, given: Confirmation, password: str) -> Signed:
    lines = check_confirmation(signing.closing, given)
    confirm_identity(signing.actor, password)
    refuse_missing(checklist(signing.measure, signing.request, parties=signing.parties), at_submission=False)
    signature = write_signature(
        signing.actor, signing.request, signing.closing, given.comment, position=1, confirmed=lines
    )
    if not signature.needs_second:
        return Signed(signature, _close(signing, signature, [signature]))
    seconds = second_signers(signing.parties, signing.request)
    if not seconds:
        raise Invalid({"": "Above this amount two controllers sign, and no second one works at or above the measure."})
    record(
        signing.actor, Verb.CLOSURE_SIGNED, signature,
        summary=f"signed the closure first; {names(seconds)} signs after them",
        change=as_recorded(signature, lines) | rows_held(closures=_rows_of(signature)),
        reason=given.comment, measure_id=signing.measure.pk, ledger=True,
    )  # fmt: skip
    notify(
        "closure.second_asked",
        event=f"closure:{signature.pk}",
        people=[person.id for person in seconds],
        path=f"/closures/{signing.request.pk}/",
        facts={"code": signing.measure.code, "name": signing.measure.name, "signed_by": signing.actor.in_words},
        measure_id=signing.measure.pk,
    )
    return Signed(signature, None)


def _confirmed_by(first: ClosureSignature, closing: Closing) -> list[Confirmed]:
    """What the first signature confirmed, to be signed again as it is."""
    kept = {row.line_id: row for row in first.lines.all()}
    return [Confirmed(line, kept[line.id].confirmed, kept[line.id].reason) for line in closing.lines]


def _close(signing: Signing, first: ClosureSignature, signatures: list[ClosureSignature]) -> GateDecision:
    """The decision is the controller's; it applies with the last signature and brings its protocol along.

    Its entry is that of the last signature: the words of whoever gave that, and its row; an earlier one has its own.
    """
    last = signatures[-1]
    lines = _confirmed_by(first, signing.closing)
    ruling = Ruling(
        Outcome.ADVANCE,
        Ask(Outcome.ADVANCE, first.comment),
        decided_by_id=first.person_id,
        run_rate=first.run_rate,
        confirmed={entry.line.id: entry.amount for entry in lines},
        words=last.comment,
    )

    def with_protocol(decision: GateDecision) -> dict[str, Any]:
        protocol = protocol_of(signing.measure, decision, signing.closing, signatures)
        title = f"Closing protocol {signing.measure.code}"
        document = keep_generated(signing.actor, signing.measure, protocol_pdf(protocol), title=title)
        signed = [
            as_recorded(signature, lines) | {"by": signature.person.name, "comment": signature.comment}
            for signature in signatures
        ]
        rows = rows_held(closures=_rows_of(last), evidence=document_rows(Document.objects.filter(pk=document.pk)))
        return {"signatures": signed, "protocol": {"id": document.pk, "sha256": document.sha256}, **rows}

    return carry_out(signing.actor, signing.measure, signing.request, signing.parties, ruling, attach=with_protocol)


def _rows_of(signature: ClosureSignature) -> list[Row]:
    return list(signature_rows(ClosureSignature.objects.filter(pk=signature.pk)))
