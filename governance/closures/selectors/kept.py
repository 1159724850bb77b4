"""A closure that ended, as it stood then: what was kept with it, never today's books (domain section 4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from governance.gates.selectors.kept import Kept, kept_of
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import MissingRate
from measures.constants import Recurrence
from measures.models import Document, EffectLine, PriceVolumeProof
from measures.money.selectors.proofs import ProofLine, split_of

from ..models import ClosureClaim, ClosureSignature
from .comparison import Closing, ClosingLine, Evidence, counts_as_run_rate, sums_of

ZERO = Decimal(0)
_PRICED = ("price_before", "volume_before", "rate_before", "price_after", "volume_after", "rate_after")


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of an ended closure in its currency; None: not kept, or never confirmed."""

    id: UUID
    name: str
    is_recurring: bool
    currency: str
    plan: Decimal | None
    claimed: Decimal
    validated: Decimal | None
    confirmed: Decimal | None = None
    reason: str = ""
    marks: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Confirmed against claimed."""
        return None if self.confirmed is None else self.confirmed - self.claimed


@dataclass(frozen=True, slots=True)
class PastSums:
    """Run-rates of hard recurring EBITDA, reporting currency, at the plan rate of that day; None: not kept."""

    plan: Decimal | None
    claimed: Decimal | None
    validated: Decimal | None
    confirmed: Decimal | None

    @property
    def against_plan(self) -> Decimal | None:
        return None if self.confirmed is None or self.plan is None else self.confirmed - self.plan

    @property
    def against_claim(self) -> Decimal | None:
        return None if self.confirmed is None or self.claimed is None else self.confirmed - self.claimed


@dataclass(frozen=True, slots=True)
class PastClosing:
    """An ended closure. `kept` is None where it ended before anything was kept: then evidence and proofs are empty."""

    kept: Kept | None
    lines: tuple[PastLine, ...]
    evidence: tuple[Evidence, ...]
    proofs: tuple[ProofLine, ...]
    sums: PastSums
    is_signed: bool

    @property
    def at(self) -> datetime | None:
        """When it ended and was kept."""
        return self.kept.at if self.kept else None


def as_kept(closing: Closing) -> dict[str, Any]:
    """Everything that the signers of a closure see, as JSON: amounts as text, evidence with its hash."""
    return {
        "lines": [_line_to_keep(line) for line in closing.lines],
        "evidence": [_evidence_to_keep(proof) for proof in closing.evidence],
        "proofs": [_proof_to_keep(line) for line in closing.proofs],
        "sums": _sums_to_keep(closing),
    }


def _line_to_keep(line: ClosingLine) -> dict[str, Any]:
    months = [
        [month.isoformat(), *(_text(amount) for amount in (cell.plan, cell.reported, cell.validated))]
        for month, cell in line.cells
    ]
    return {
        "id": str(line.id), "name": line.name, "kind": line.kind, "certainty": line.certainty,
        "is_recurring": line.is_recurring, "currency": line.currency, "plan": str(line.plan),
        "claimed": str(line.claimed), "reported": str(line.reported), "validated": str(line.validated),
        "marks": list(line.marks), "months": months,
    }  # fmt: skip


def _evidence_to_keep(proof: Evidence) -> dict[str, Any]:
    document = proof.document
    return {
        "mark": proof.mark, "id": str(document.pk), "title": document.title, "file_name": document.file_name,
        "evidence_class": document.evidence_class, "sha256": document.sha256,
        "again_because": document.again_because, "lines": sorted(map(str, proof.line_ids)),
    }  # fmt: skip


def _proof_to_keep(line: ProofLine) -> dict[str, Any]:
    proof = line.proof
    return {
        "line": proof.line.name, "kind": proof.line.kind, "currency": proof.line.currency, "unit": proof.unit,
        "first_month": proof.first_month.isoformat(), "last_month": proof.last_month.isoformat(),
        "plan": _text(line.plan), "actual": _text(line.actual),
        **{name: str(getattr(proof, name)) for name in _PRICED},
    }  # fmt: skip


def _sums_to_keep(closing: Closing) -> dict[str, str] | None:
    try:
        sums = sums_of(closing, {})
    except MissingRate:
        return None
    return {"plan": str(sums.plan), "claimed": str(sums.claimed), "validated": str(sums.validated)}


def past_closing(request: GateRequest) -> PastClosing:
    """An ended closure from its kept rows, with what was confirmed where it was signed and passed."""
    kept, signature = kept_of(request), _decisive(request)
    if kept is not None and kept.content:
        return _from_kept(kept, signature)
    lines = _signed_lines(signature) if signature else _claimed_lines(request)
    return PastClosing(None, lines, (), (), _sums_of_signed(signature), signature is not None)


def _decisive(request: GateRequest) -> ClosureSignature | None:
    """The controller's signature that the measure was closed by; None where it wasn't."""
    if request.state != RequestState.APPROVED:
        return None
    first = request.signatures.filter(position=1).prefetch_related("lines__line")
    return first.order_by("-number").first()


def _from_kept(kept: Kept, signature: ClosureSignature | None) -> PastClosing:
    content = kept.content
    confirmed = {str(row.line_id): row for row in signature.lines.all()} if signature else {}
    lines = []
    for line in content["lines"]:
        row = confirmed.get(line["id"])
        lines.append(
            PastLine(
                UUID(line["id"]), line["name"], line["is_recurring"], line["currency"], Decimal(line["plan"]),
                Decimal(line["claimed"]), Decimal(line["validated"]), row.confirmed if row else None,
                row.reason if row else "", tuple(line["marks"]),
            )
        )  # fmt: skip
    sums = content["sums"] or {}
    return PastClosing(
        kept,
        tuple(lines),
        tuple(_evidence(proof) for proof in content["evidence"]),
        tuple(_proof(proof) for proof in content["proofs"]),
        PastSums(
            plan=_amount(sums.get("plan")),
            claimed=_amount(sums.get("claimed")),
            validated=_amount(sums.get("validated")),
            confirmed=signature.run_rate if signature else None,
        ),
        signature is not None,
    )


def _evidence(kept: Mapping[str, Any]) -> Evidence:
    """A document as it stood then: a row that is in no table, so that nothing of it is read anew."""
    document = Document(
        pk=UUID(kept["id"]), title=kept["title"], file_name=kept["file_name"],
        evidence_class=kept["evidence_class"], sha256=kept["sha256"],
        again_because=kept["again_because"],
    )  # fmt: skip
    return Evidence(kept["mark"], document, frozenset(map(UUID, kept["lines"])))


def _proof(kept: Mapping[str, Any]) -> ProofLine:
    proof = PriceVolumeProof(
        line=EffectLine(name=kept["line"], kind=kept["kind"], currency=kept["currency"]), unit=kept["unit"],
        first_month=date.fromisoformat(kept["first_month"]), last_month=date.fromisoformat(kept["last_month"]),
        **{name: Decimal(kept[name]) for name in _PRICED},
    )  # fmt: skip
    return ProofLine(proof, split_of(proof), _amount(kept["plan"]), _amount(kept["actual"]))


def _signed_lines(signature: ClosureSignature) -> tuple[PastLine, ...]:
    """What a signature confirmed before more was kept; the names of its lines are today's."""
    rows = sorted(signature.lines.all(), key=lambda row: (row.line.position, row.line.name))
    return tuple(
        PastLine(
            row.line_id, row.line.name, row.line.recurrence == Recurrence.RECURRING, row.line.measured_in, row.plan,
            row.claimed, row.validated, row.confirmed, row.reason,
        )
        for row in rows
    )  # fmt: skip


def _claimed_lines(request: GateRequest) -> tuple[PastLine, ...]:
    claims = ClosureClaim.objects.filter(request=request).select_related("line").order_by("line__position")
    return tuple(
        PastLine(
            claim.line_id, claim.line.name, claim.line.recurrence == Recurrence.RECURRING, claim.line.measured_in,
            None, claim.claimed, None,
        )
        for claim in claims
    )  # fmt: skip


def _sums_of_signed(signature: ClosureSignature | None) -> PastSums:
    """The sums of what was signed; only lines in the reporting currency need no rate of that day."""
    if signature is None:
        return PastSums(None, None, None, None)
    hard = [row for row in signature.lines.all() if _is_run_rate(row.line)]
    if any(row.line.currency != organization().currency for row in hard):
        return PastSums(None, None, None, signature.run_rate)
    return PastSums(
        sum((row.plan for row in hard), ZERO),
        sum((row.claimed for row in hard), ZERO),
        sum((row.validated for row in hard), ZERO),
        signature.run_rate,
    )


def _is_run_rate(line: EffectLine) -> bool:
    return counts_as_run_rate(line.kind, line.certainty, is_recurring=line.recurrence == Recurrence.RECURRING)


def signed_run_rates(request_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What each closure was signed at, by its request; reporting currency."""
    rows = ClosureSignature.objects.filter(request__in=list(request_ids), position=1).order_by("number")
    return dict(rows.values_list("request_id", "run_rate"))


def withdrawn_among(document_ids: Iterable[UUID]) -> list[Document]:
    """Those of some documents that were withdrawn since."""
    return list(Document.objects.filter(pk__in=list(document_ids), withdrawn_at__isnull=False))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
