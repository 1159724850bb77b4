"""Price, volume and exchange-rate proofs as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cat4.web.formats import every_digit
from measures.models import PriceVolumeProof

from ..selectors.proofs import ProofLine


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A proof with what stood before and what stands after: `10 x 1,000 t`, the exchange rate where it isn't 1."""

    line: ProofLine
    before: str
    after: str


def proof_rows(lines: Iterable[ProofLine]) -> list[ProofRow]:
    """A row per proof, in their order."""
    return [_row(line) for line in lines]


def _row(line: ProofLine) -> ProofRow:
    proof = line.proof
    return ProofRow(
        line,
        before=_words(proof, proof.price_before, proof.volume_before, proof.rate_before),
        after=_words(proof, proof.price_after, proof.volume_after, proof.rate_after),
    )


def _words(proof: PriceVolumeProof, price: Decimal, volume: Decimal, rate: Decimal) -> str:
    at = f" at {every_digit(rate)}" if proof.rate_before != 1 or proof.rate_after != 1 else ""
    return f"{every_digit(price)} x {every_digit(volume)} {proof.unit}{at}"
