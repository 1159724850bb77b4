"""What a controller looks at before signing: claim, plan, books and evidence side by side, line by line."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from cat4 import clock
from cat4.fiscal import add_months, fiscal_year
from cat4.wording import money
from governance.gates.models import GateRequest
from governance.gates.selectors.booked_months import booked_months
from governance.rules.facts import MonthFact
from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.organization.selectors import organization, thresholds
from hierarchy.rates.selectors.rates import plan_rates
from measures.constants import COST_KINDS, EBITDA_KINDS, UNIT_KINDS, Certainty, EffectKind, Recurrence
from measures.facts.taken import taken_parts
from measures.formulas.money import planned_run_rate
from measures.formulas.phasing import cents
from measures.models import Document, EffectLine, Measure
from measures.money.selectors.proofs import ProofLine, proof_lines

from ..models import ClosureClaim

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a line, in the line's currency."""

    plan: Decimal | None
    reported: Decimal | None
    validated: Decimal | None

    @property
    def is_open(self) -> bool:
        """Reported, and not confirmed by the controller."""
        return self.reported is not None and self.validated is None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that proves lines; `mark` names it on the page, in the protocol and in the ledger: E1, E2."""

    mark: str
    document: Document
    line_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A line in its currency: run-rates of recurring ones, sums of the others, and its last months.

    What overlaps take out of it is left out everywhere; `shared_with` names the measures that it is shared with.
    """

    id: UUID
    name: str
    kind: str
    certainty: str
    is_recurring: bool
    currency: str
    plan: Decimal
    claimed: Decimal
    reported: Decimal
    validated: Decimal
    cells: tuple[tuple[date, Cell], ...]
    open_months: tuple[date, ...]
    marks: tuple[str, ...] = ()
    shared_with: str = ""

    @property
    def is_run_rate(self) -> bool:
        """Whether it counts into the run-rate that a measure is closed at: hard, recurring EBITDA."""
        return counts_as_run_rate(self.kind, self.certainty, is_recurring=self.is_recurring)

    @property
    def is_value(self) -> bool:
        """Money that the measure brings, recurring or not."""
        return self.kind not in COST_KINDS and self.kind not in UNIT_KINDS

    @property
    def difference(self) -> Decimal:
        """Validated against claimed."""
        return self.validated - self.claimed

    @property
    def proposed(self) -> Decimal:
        """What the form begins with: the claim, where the books bear it, else what they show."""
        return self.claimed if self.claimed <= self.validated else self.validated


def counts_as_run_rate(kind: str, certainty: str, *, is_recurring: bool) -> bool:
    """Whether a line is hard, recurring EBITDA."""
    return is_recurring and kind in EBITDA_KINDS and certainty == Certainty.HARD


@dataclass(frozen=True, slots=True)
class Closing:
    """A measure at its closing; `months` are the last locked ones that count."""

    months: tuple[date, ...]
    lines: tuple[ClosingLine, ...]
    evidence: tuple[Evidence, ...]
    proofs: tuple[ProofLine, ...]

    @property
    def open_lines(self) -> list[ClosingLine]:
        """Those with months that wait for validation."""
        return [line for line in self.lines if line.open_months]

    @property
    def books(self) -> str:
        """A digest of what a signature rests on: plan, claim and validated actuals by line, and the evidence."""
        seen = [[str(line.id), str(line.plan), str(line.claimed), str(line.validated)] for line in self.lines]
        proved = [[proof.document.sha256, sorted(map(str, proof.line_ids))] for proof in self.evidence]
        return sha256(json.dumps([seen, proved]).encode()).hexdigest()


def closing_of(measure: Measure, request: GateRequest | None = None) -> Closing:
    """Claim, plan and books of the last locked months; without a request the claim is what was reported."""
    months = _last_months(thresholds().closure_months)
    parts = taken_parts([measure.pk])
    booked = booked_months(measure.pk, parts)
    shared = {part.line_id: part.other_code for part in parts}
    evidence = evidence_of(measure)
    claims = _claims(request)
    lines = measure.lines.exclude(kind=EffectKind.NON_FINANCIAL)
    return Closing(
        tuple(months),
        tuple(
            replace(
                _line(line, _cells(booked.get(line.pk, {})), months, claims, evidence),
                shared_with=shared.get(line.pk, ""),
            )
            for line in lines
        ),
        evidence,
        tuple(proof_lines(measure)),
    )


def _cells(months: Mapping[date, MonthFact]) -> dict[date, Cell]:
    return {month: Cell(fact.plan, fact.reported, fact.validated) for month, fact in months.items()}


def evidence_of(measure: Measure) -> tuple[Evidence, ...]:
    """The documents that prove lines of a measure, numbered by upload; withdrawn ones are left out."""
    found = measure.documents.filter(withdrawn_at__isnull=True, line_links__isnull=False).distinct()
    documents = found.select_related("uploaded_by").prefetch_related("line_links").order_by("uploaded_at", "id")
    return tuple(
        Evidence(f"E{number}", document, frozenset(link.line_id for link in document.line_links.all()))
        for number, document in enumerate(documents, start=1)
    )


def _last_months(count: int) -> list[date]:
    last = max(locked_months(), default=None)
    return [add_months(last, -back) for back in range(count - 1, -1, -1)] if last else []


def _claims(request: GateRequest | None) -> dict[UUID, Decimal]:
    if request is None:
        return {}
    return dict(ClosureClaim.objects.filter(request=request).values_list("line_id", "claimed"))


def _line(
    line: EffectLine,
    cells: Mapping[date, Cell],
    months: Sequence[date],
    claims: Mapping[UUID, Decimal],
    evidence: Iterable[Evidence],
) -> ClosingLine:
    empty = Cell(None, None, None)
    shown = [cells.get(month, empty) for month in months]
    is_recurring = line.recurrence == Recurrence.RECURRING
    plan = {month: cell.plan for month, cell in cells.items() if cell.plan is not None}
    counted = shown if is_recurring else list(cells.values())
    factor = Decimal(12) / len(months) if is_recurring and months else Decimal(1)
    reported = cents(factor * sum((cell.reported or ZERO for cell in counted), ZERO))
    return ClosingLine(
        id=line.pk,
        name=line.name,
        kind=line.kind,
        certainty=line.certainty,
        is_recurring=is_recurring,
        currency=line.measured_in,
        plan=planned_run_rate(plan) if is_recurring else sum(plan.values(), ZERO),
        claimed=claims.get(line.pk, reported),
        reported=reported,
        validated=cents(factor * sum((cell.validated or ZERO for cell in counted), ZERO)),
        cells=tuple(zip(months, shown, strict=True)),
        open_months=tuple(month for month, cell in cells.items() if cell.is_open),
        marks=tuple(proof.mark for proof in evidence if line.pk in proof.line_ids),
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """Over all lines, in the reporting currency at this year's plan rate."""

    plan: Decimal
    claimed: Decimal
    validated: Decimal
    confirmed: Decimal
    amount: Decimal

    @property
    def against_plan(self) -> Decimal:
        return self.confirmed - self.plan

    @property
    def against_claim(self) -> Decimal:
        return self.confirmed - self.claimed


def sums_of(closing: Closing, confirmed: Mapping[UUID, Decimal]) -> Sums:
    """The run-rates of hard recurring EBITDA, and the amount that decides on two signatures.

    That amount is all the money that the measure brings, as claimed or as confirmed, whichever is more: nobody
    signs alone by confirming a little less.

    Raises:
        MissingRate: a plan rate of this fiscal year isn't set.
    """
    home = organization()
    year = fiscal_year(clock.today(home.time_zone), home.fiscal_year_start)
    rates = plan_rates({line.currency for line in closing.lines if line.kind not in UNIT_KINDS}, [year])

    def total(lines: Iterable[ClosingLine], value: Callable[[ClosingLine], Decimal]) -> Decimal:
        return cents(sum((value(line) * rates[line.currency, year] for line in lines), ZERO))

    def claimed(line: ClosingLine) -> Decimal:
        return line.claimed

    def agreed(line: ClosingLine) -> Decimal:
        return confirmed.get(line.id, line.claimed)

    hard = [line for line in closing.lines if line.is_run_rate]
    value = [line for line in closing.lines if line.is_value]
    return Sums(
        plan=total(hard, lambda line: line.plan),
        claimed=total(hard, claimed),
        validated=total(hard, lambda line: line.validated),
        confirmed=total(hard, agreed),
        amount=max(abs(total(value, claimed)), abs(total(value, agreed))),
    )


def why_reasoned(line: ClosingLine, amount: Decimal) -> str:
    """Why an amount needs a reason; empty where it is the claim and the books bear it."""
    if amount != line.claimed:
        return f"{money(amount, line.currency)} differs from the claim of {money(line.claimed, line.currency)}"
    if amount > line.validated:
        return f"{money(amount, line.currency)} is more than the {money(line.validated, line.currency)} in the books"
    return ""


def two_sign(sums: Sums) -> bool:
    """Whether a second controller signs after the first (a threshold of the organization)."""
    return sums.amount > thresholds().closure_two_sign_above
