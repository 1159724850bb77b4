"""What a closing protocol says, as plain facts: gathered by `selectors.protocols`, drawn by `protocol_pdf`.

Amounts of lines and proofs are in `currency` of the line; everything else is in the reporting currency at plan rate.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A line as it was confirmed."""

    name: str
    kind: str
    currency: str
    plan: Decimal
    claimed: Decimal
    validated: Decimal
    confirmed: Decimal
    reason: str
    evidence: str

    @classmethod
    def counted(cls, words: str) -> "LineEntry":
        """A row that only says how many others there are."""
        none = Decimal(0)
        return cls(words, "in the ledger", "", none, none, none, none, "", "")


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """Hard EBITDA of a locked month."""

    month: date
    plan: Decimal
    validated: Decimal


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """Price, volume and exchange rate of a line's saving."""

    line: str
    span: str
    currency: str
    price: Decimal
    volume: Decimal
    fx: Decimal

    @classmethod
    def counted(cls, words: str) -> "ProofEntry":
        """A row that only says how many others there are."""
        none = Decimal(0)
        return cls(words, "", "", none, none, none)


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """A document with its hash, and who of the signers had not opened it."""

    mark: str
    title: str
    kind: str
    file_name: str
    sha256: str
    unopened_by: str


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """A signature; the password was asked again for it."""

    name: str
    role: str
    at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class SustainEntry:
    """A check to come."""

    months_after: int
    due: date
    needed: Decimal


@dataclass(frozen=True, slots=True)
class Protocol:
    """The whole page. `anchor` is the ledger entry before the closure's own, with its hash."""

    organization: str
    currency: str
    locale: str
    time_zone: str
    code: str
    name: str
    place: str
    people: tuple[tuple[str, str], ...]
    decision: int
    closed_on: date
    plan: Decimal
    claimed: Decimal
    validated: Decimal
    confirmed: Decimal
    baseline: str
    one_time_plan: Decimal
    one_time_actual: Decimal
    lines: tuple[LineEntry, ...]
    months: tuple[MonthEntry, ...]
    leakage: tuple[tuple[str, Decimal], ...]
    residual: str
    proofs: tuple[ProofEntry, ...]
    evidence: tuple[EvidenceEntry, ...]
    signatures: tuple[SignatureEntry, ...]
    sustain: tuple[SustainEntry, ...]
    anchor: str
