"""What the controller confirms of a closure, line by line, and how a signature is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from governance.gates.models import GateRequest

from ..models import ClosureLine, ClosureSignature
from ..selectors.comparison import Closing, ClosingLine, sums_of, two_sign, why_reasoned
from ..selectors.signatures import opened_by


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a controller says of a closure: amounts and reasons by line; a line that isn't named is as claimed."""

    comment: str
    amounts: Mapping[UUID, Decimal] = field(default_factory=dict)
    reasons: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A line as it is confirmed, with its reason."""

    line: ClosingLine
    amount: Decimal
    reason: str


def check_confirmation(closing: Closing, given: Confirmation) -> list[Confirmed]:
    """Every line of the closing. What differs from the claim, or is more than the books show, has a reason.

    Raises:
        Invalid: on `confirmed-<line>` or `reason-<line>`, every mistake at once.
    """
    problems = Problems()
    if given.amounts.keys() - {line.id for line in closing.lines}:
        problems.add("confirmed", "Confirm effect lines of this measure.")
    confirmed = [_check_line(problems, line, given) for line in closing.lines]
    problems.stop_if_any()
    return confirmed


def _check_line(problems: Problems, line: ClosingLine, given: Confirmation) -> Confirmed:
    amount = checks.amount(problems, f"confirmed-{line.id}", given.amounts.get(line.id, line.claimed))
    reason = checks.text(problems, f"reason-{line.id}", given.reasons.get(line.id, ""), limit=2000)
    why = why_reasoned(line, amount)
    if why and not reason:
        problems.add(f"reason-{line.id}", f"{line.name}: {why}. Say why.")
    return Confirmed(line, amount, reason if why else "")


def write_signature(
    actor: Actor, request: GateRequest, closing: Closing, comment: str, *, position: int, confirmed: list[Confirmed]
) -> ClosureSignature:
    """The next signature of a request, with the evidence that its signer has not opened.

    Raises:
        Invalid: a plan rate is missing.
    """
    amounts = {entry.line.id: entry.amount for entry in confirmed}
    sums = sums_of(closing, amounts)
    signature = ClosureSignature.objects.create(
        request=request,
        number=request.signatures.count() + 1,
        position=position,
        person_id=actor.user_id,
        comment=comment,
        run_rate=sums.confirmed,
        amount=sums.amount,
        needs_second=two_sign(sums),
        unopened=unopened(actor, closing),
        books=closing.books,
        at=clock.now(),
    )
    ClosureLine.objects.bulk_create(_row(signature, entry) for entry in confirmed)
    return signature


def _row(signature: ClosureSignature, entry: Confirmed) -> ClosureLine:
    return ClosureLine(
        signature=signature, line_id=entry.line.id, plan=entry.line.plan, claimed=entry.line.claimed,
        validated=entry.line.validated, confirmed=entry.amount, reason=entry.reason,
    )  # fmt: skip


def unopened(actor: Actor, closing: Closing) -> list[dict[str, str]]:
    """The evidence that the signer has not looked at, as it goes into the ledger."""
    opened = opened_by(actor.user_id, closing.evidence)
    return [
        {"mark": proof.mark, "title": proof.document.title, "sha256": proof.document.sha256}
        for proof in closing.evidence
        if proof.document.pk not in opened
    ]


def as_recorded(signature: ClosureSignature, confirmed: list[Confirmed]) -> dict[str, Any]:
    """The signature in the record: what was confirmed of which claim and why, and what was not opened."""
    return {
        "position": signature.position,
        "run_rate": signature.run_rate,
        "amount": signature.amount,
        "needs_second": signature.needs_second,
        "lines": [
            {
                "line": entry.line.name, "currency": entry.line.currency, "plan": entry.line.plan,
                "claimed": entry.line.claimed, "validated": entry.line.validated, "confirmed": entry.amount,
                "reason": entry.reason,
            }
            for entry in confirmed
        ],
        "unopened": signature.unopened,
    }  # fmt: skip
