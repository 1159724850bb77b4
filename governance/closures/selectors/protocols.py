"""Everything that a closing protocol says, gathered at the moment of the last signature."""

from collections.abc import Sequence
from decimal import Decimal

from cat4 import clock
from cat4.audit.models import LedgerEntry
from cat4.errors import Invalid
from cat4.fiscal import add_months, first_of_month
from cat4.wording import day_name, money, month_name, plain
from governance.gates.models import GateDecision
from governance.gates.selectors.booked_months import booked_months
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import EffectKind, LeakageCause
from measures.core.selectors.overview import path_of
from measures.facts.measures import measure_facts
from measures.formulas.facts import Group, MeasureFacts, RateMissing
from measures.formulas.phasing import cents
from measures.formulas.totals import Totals, totals_of
from measures.models import Baseline, Measure

from ..models import ClosureSignature
from ..protocol.entries import EvidenceEntry, LineEntry, MonthEntry, ProofEntry, Protocol, SignatureEntry, SustainEntry
from .comparison import Closing, sums_of
from .facts import accepted_residual

ZERO = Decimal(0)
_MONTHS_SHOWN = 12


def protocol_of(
    measure: Measure, decision: GateDecision, closing: Closing, signatures: Sequence[ClosureSignature]
) -> Protocol:
    """The protocol of a closure that has just been decided; `signatures` in their order.

    Raises:
        Invalid: a plan rate is missing.
    """
    home, first = organization(), signatures[0]
    confirmed = {row.line_id: row for row in first.lines.all()}
    sums = sums_of(closing, {line_id: row.confirmed for line_id, row in confirmed.items()})
    facts, totals = _money(measure)
    return Protocol(
        organization=home.name,
        currency=home.currency,
        locale=home.locale,
        time_zone=home.time_zone,
        code=measure.code,
        name=measure.name,
        place=" / ".join(str(name) for name, _ in path_of(measure)),
        people=_people(measure),
        decision=decision.number,
        closed_on=measure.closed_on or clock.day_of(decision.decided_at, home.time_zone),
        plan=sums.plan,
        claimed=sums.claimed,
        validated=sums.validated,
        confirmed=first.run_rate,
        baseline=_baseline(measure),
        one_time_plan=totals.one_time_plan,
        one_time_actual=totals.one_time_actual,
        lines=tuple(
            LineEntry(
                line.name, _kind(line.kind, is_recurring=line.is_recurring), line.currency, line.plan, line.claimed,
                line.validated, confirmed[line.id].confirmed, confirmed[line.id].reason, ", ".join(line.marks),
            )
            for line in closing.lines
        ),
        months=_months(facts),
        leakage=tuple((str(LeakageCause(cause).label), Decimal(text)) for cause, text in totals.leakage.items()),
        residual=_residual(measure, home.currency),
        proofs=_proofs(closing),
        evidence=_evidence(closing, signatures),
        signatures=tuple(_signature(signature) for signature in signatures),
        sustain=_sustain(measure, first.run_rate),
        anchor=_anchor(),
    )  # fmt: skip


def _money(measure: Measure) -> tuple[MeasureFacts, Totals]:
    facts = measure_facts(measure.pk)
    try:
        if facts is not None:
            return facts, totals_of(facts)
    except RateMissing as missing:
        raise Invalid({"": str(missing)}) from missing
    raise Invalid({"": "The measure has no figures to close on."})


def _kind(kind: str, *, is_recurring: bool) -> str:
    return f"{EffectKind(kind).label}, {'run-rate' if is_recurring else 'sum'}"


def _people(measure: Measure) -> tuple[tuple[str, str], ...]:
    named = (
        ("Owner", measure.owner), ("Sponsor", measure.sponsor), ("Controller", measure.controller),
        ("Legal entity", measure.legal_entity), ("Committee", measure.committee),
    )  # fmt: skip
    return tuple((label, str(person.name)) for label, person in named if person is not None)


def _baseline(measure: Measure) -> str:
    found = Baseline.objects.filter(measure=measure, approved_by__isnull=False).select_related("approved_by")
    baseline = found.order_by("-number").first()
    if baseline is None or baseline.approved_by is None or baseline.approved_at is None:
        return "None approved"
    amount = money(baseline.amount, baseline.currency)
    day = day_name(clock.day_of(baseline.approved_at, organization().time_zone))
    approved = f"approved by {baseline.approved_by.name} on {day}"
    return f"{amount}. {baseline.get_type_display()}, {baseline.period}, {baseline.source}; {approved}"


def _months(facts: MeasureFacts) -> tuple[MonthEntry, ...]:
    """Hard EBITDA of the last locked months that have any, with their corrections, at the plan rate of their year."""
    home, booked = facts.organization, booked_months(facts.id) if facts.id else {}
    sums: dict[object, list[Decimal]] = {}
    for line in facts.lines_of(Group.HARD):
        own = booked.get(line.id, {}) if line.id and not line.is_correction else {}
        for month in own.values():
            if month.month in home.locked:
                year = home.year_of(month.month)
                pair = sums.setdefault(month.month, [ZERO, ZERO])
                pair[0] += home.at_plan_rate(month.plan or ZERO, line.currency, year)
                pair[1] += home.at_plan_rate(month.validated or ZERO, line.currency, year)
    shown = sorted(sums)[-_MONTHS_SHOWN:]  # type: ignore[type-var]
    return tuple(MonthEntry(month, cents(sums[month][0]), cents(sums[month][1])) for month in shown)  # type: ignore[arg-type]


def _residual(measure: Measure, currency: str) -> str:
    accepted = accepted_residual(measure)
    if accepted is None:
        return ""
    missing = plain(12 * (accepted.plan_month - accepted.level_month))
    return f"The committee accepted a residual of {missing} {currency} a year, decision {accepted.decision}."


def _proofs(closing: Closing) -> tuple[ProofEntry, ...]:
    return tuple(
        ProofEntry(
            proof.proof.line.name,
            f"{month_name(proof.proof.first_month)} to {month_name(proof.proof.last_month)}",
            proof.proof.line.currency, proof.split.price, proof.split.volume, proof.split.fx,
        )
        for proof in closing.proofs
    )  # fmt: skip


def _evidence(closing: Closing, signatures: Sequence[ClosureSignature]) -> tuple[EvidenceEntry, ...]:
    def unopened_by(mark: str) -> str:
        blind = (
            signature.person.name for signature in signatures if mark in {row["mark"] for row in signature.unopened}
        )
        return ", ".join(blind)

    return tuple(
        EvidenceEntry(
            proof.mark, proof.document.title, proof.document.get_evidence_class_display(), proof.document.file_name,
            proof.document.sha256, unopened_by(proof.mark),
        )
        for proof in closing.evidence
    )  # fmt: skip


def _signature(signature: ClosureSignature) -> SignatureEntry:
    role = "Controller" if signature.position == 1 else "Second controller"
    return SignatureEntry(signature.person.name, role, signature.at, signature.comment)


def _sustain(measure: Measure, run_rate: Decimal) -> tuple[SustainEntry, ...]:
    limits = thresholds()
    if measure.closed_on is None:
        return ()
    needed = cents(run_rate - abs(run_rate) * (1 - limits.sustain_share))
    steps = [limits.sustain_months, 2 * limits.sustain_months]
    closed = first_of_month(measure.closed_on)
    return tuple(SustainEntry(after, add_months(closed, after), needed) for after in steps)


def _anchor() -> str:
    last = LedgerEntry.objects.order_by("-sequence").only("sequence", "hash").first()
    return f"#{last.sequence} {last.hash}" if last else ""
