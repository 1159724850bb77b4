"""What the page of a closure shows: the table to confirm, evidence with what was opened, and who signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.forms import BoundField

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from governance.gates.models import GateRequest
from governance.rules.facts import Parties, Person
from hierarchy.rates.selectors.rates import MissingRate
from measures.models import Document
from measures.money.pages.proofs import ProofRow, proof_rows

from .forms import ConfirmForm
from .models import ClosureSignature
from .policies import may_sign_next
from .selectors.comparison import Closing, ClosingLine, Evidence, Sums, sums_of, two_sign, why_reasoned
from .selectors.kept import PastClosing, PastLine, withdrawn_among
from .selectors.signatures import first_signature, opened_by, second_signers, standing_signature


@dataclass(frozen=True, slots=True)
class ConfirmRow:
    """A line with what is confirmed of it; the fields are empty where somebody else confirms."""

    line: ClosingLine
    confirmed: Decimal
    evidence: tuple[Evidence, ...]
    reason: str
    amount_field: BoundField | None = None
    reason_field: BoundField | None = None

    @property
    def difference(self) -> Decimal:
        return self.confirmed - self.line.claimed

    @property
    def needs_reason(self) -> bool:
        return bool(why_reasoned(self.line, self.confirmed))


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A document of the closure, and whether the reader has opened it."""

    evidence: Evidence
    lines: str
    is_opened: bool

    @property
    def document(self) -> Document:
        return self.evidence.document


class ClosureBoard:
    """One closure as one person sees it."""

    def __init__(self, actor: Actor, request: GateRequest, parties: Parties, closing: Closing) -> None:
        self.actor, self.request, self.parties, self.closing = actor, request, parties, closing
        self.first: ClosureSignature | None = standing_signature(request, closing)
        self.outdated = first_signature(request) if self.first is None else None
        opened = opened_by(actor.user_id, closing.evidence)
        names = {line.id: line.name for line in closing.lines}
        self.evidence = [
            EvidenceRow(
                proof,
                ", ".join(name for line_id, name in names.items() if line_id in proof.line_ids),
                proof.document.pk in opened,
            )
            for proof in closing.evidence
        ]

    @property
    def seconds(self) -> tuple[Person, ...]:
        """Who can sign after the controller."""
        return second_signers(self.parties, self.request)

    @property
    def unopened(self) -> str:
        """`E2 and E5`."""
        *head, last = [row.evidence.mark for row in self.evidence if not row.is_opened] or [""]
        return f"{', '.join(head)} and {last}" if head else last

    @property
    def opened_count(self) -> int:
        return sum(row.is_opened for row in self.evidence)

    @property
    def proofs(self) -> list[ProofRow]:
        """What the savings are made of."""
        return proof_rows(self.closing.proofs)

    @property
    def may_sign(self) -> Verdict:
        return may_sign_next(self.actor, self.parties, self.request, is_signed=self.first is not None)

    def amounts(self, form: ConfirmForm | None) -> dict[UUID, Decimal]:
        """What the signature confirms: as typed, as signed first, or as the form would begin."""
        if self.first is not None:
            return {row.line_id: row.confirmed for row in self.first.lines.all()}
        return form.amounts() if form else {line.id: line.proposed for line in self.closing.lines}

    def rows(self, form: ConfirmForm | None) -> list[ConfirmRow]:
        """The table; with a form its cells can be changed."""
        amounts, reasons = self.amounts(form), self._reasons()
        editable = form is not None and self.first is None
        return [self._row(line, amounts, reasons, form if editable else None) for line in self.closing.lines]

    def _row(
        self,
        line: ClosingLine,
        amounts: Mapping[UUID, Decimal],
        reasons: Mapping[UUID, str],
        form: ConfirmForm | None,
    ) -> ConfirmRow:
        proves = tuple(proof for proof in self.closing.evidence if line.id in proof.line_ids)
        amount, reason = amounts[line.id], reasons.get(line.id, "")
        if form is None:
            return ConfirmRow(line, amount, proves, reason)
        fields = (form[f"confirmed-{line.id}"], form[f"reason-{line.id}"])
        return ConfirmRow(line, amount, proves, reason, *fields)

    def _reasons(self) -> dict[UUID, str]:
        return {row.line_id: row.reason for row in self.first.lines.all()} if self.first else {}

    def sums(self, form: ConfirmForm | None) -> Sums | None:
        """The figures above the table; None while a plan rate is missing."""
        try:
            return sums_of(self.closing, self.amounts(form))
        except MissingRate:
            return None

    def two_sign(self, sums: Sums | None) -> bool:
        """Whether a second controller signs: said before the click."""
        return sums is not None and two_sign(sums)


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """A document as it stood under an ended closure, what it proved, and what became of it since."""

    evidence: Evidence
    lines: str
    withdrawn: Document | None

    @property
    def document(self) -> Document:
        return self.evidence.document


@dataclass(frozen=True, slots=True)
class PastRow:
    """A line of an ended closure with its evidence of then; nothing of it can be typed."""

    line: PastLine
    evidence: tuple[Evidence, ...]
    amount_field: None = None
    reason_field: None = None
    needs_reason: bool = False

    @property
    def confirmed(self) -> Decimal | None:
        return self.line.confirmed

    @property
    def difference(self) -> Decimal | None:
        return self.line.difference

    @property
    def reason(self) -> str:
        return self.line.reason


class PastBoard:
    """A closure that ended, the same for everybody, and whatever the books say today."""

    def __init__(self, past: PastClosing) -> None:
        self.past = past
        self.sums = past.sums
        self.proofs = proof_rows(past.proofs)
        gone = {row.pk: row for row in withdrawn_among(proof.document.pk for proof in past.evidence)}
        self.evidence = [
            KeptEvidence(
                proof,
                ", ".join(line.name for line in past.lines if line.id in proof.line_ids),
                gone.get(proof.document.pk),
            )
            for proof in past.evidence
        ]
        self.rows = [
            PastRow(line, tuple(proof for proof in past.evidence if line.id in proof.line_ids)) for line in past.lines
        ]
