"""Price, volume and exchange-rate proofs beside what was planned and booked in their months (domain 6.11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import Http404

from cat4.accounts.actor import Actor
from cat4.fiscal import month_range
from measures.constants import EffectKind
from measures.core.selectors.measures import part_to_change, visible_part
from measures.formulas.variance import PriceVolumeFx, price_volume_fx
from measures.models import EffectLine, EffectMonth, Measure, PriceVolumeProof

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A proof with its split, and plan and actual of its months; in the line's currency. None is unknown."""

    proof: PriceVolumeProof
    split: PriceVolumeFx
    plan: Decimal | None
    actual: Decimal | None

    @property
    def unproved(self) -> Decimal | None:
        """What was booked beyond the proof; negative: the proof shows more than was booked."""
        return None if self.actual is None else self.actual - self.split.total


def split_of(proof: PriceVolumeProof) -> PriceVolumeFx:
    """The exact parts of a proof."""
    before = (proof.price_before, proof.volume_before, proof.rate_before)
    after = (proof.price_after, proof.volume_after, proof.rate_after)
    return price_volume_fx(before, after, is_revenue=proof.line.kind == EffectKind.EBITDA_REVENUE)


def proof_lines(of: Measure | EffectLine) -> list[ProofLine]:
    """The proofs of a measure or a line, by line and month."""
    by = {"line": of} if isinstance(of, EffectLine) else {"line__measure": of}
    proofs = list(PriceVolumeProof.objects.filter(**by).select_related("line", "author"))
    months = EffectMonth.objects.filter(line__in={proof.line_id for proof in proofs})
    known = {(entry.line_id, entry.month): entry for entry in months}
    lines = [_line(proof, known) for proof in proofs]
    return sorted(lines, key=lambda row: (row.proof.line.position, row.proof.line.name, row.proof.first_month))


def proof_line(proof: PriceVolumeProof) -> ProofLine:
    """One proof beside its months."""
    return next(line for line in proof_lines(proof.line) if line.proof.pk == proof.pk)


def _line(proof: PriceVolumeProof, known: dict[tuple[UUID, date], EffectMonth]) -> ProofLine:
    months = month_range(proof.first_month, proof.last_month)
    entries = [entry for month in months if (entry := known.get((proof.line_id, month)))]
    plans = [entry.plan for entry in entries if entry.plan is not None]
    actuals = [entry.reported if entry.validated is None else entry.validated for entry in entries]
    booked = [amount for amount in actuals if amount is not None]
    return ProofLine(
        proof, split_of(proof), sum(plans, ZERO) if plans else None, sum(booked, ZERO) if booked else None
    )  # fmt: skip


def visible_proof(actor: Actor, pk: UUID) -> PriceVolumeProof:
    """The proof with its line and measure, or Http404 when the person may not see the measure."""
    proof = _known(pk)
    proof.line = visible_part(actor, EffectLine, proof.line_id)
    return proof


def proof_to_change(actor: Actor, pk: UUID) -> PriceVolumeProof:
    """The same, with its measure locked first and the proof read under that lock."""
    line = part_to_change(actor, EffectLine, _known(pk).line_id)
    proof = _known(pk)
    proof.line = line
    return proof


def _known(pk: UUID) -> PriceVolumeProof:
    proof = PriceVolumeProof.objects.filter(pk=pk).first()
    if proof is None:
        raise Http404("There is no such proof.")
    return proof
