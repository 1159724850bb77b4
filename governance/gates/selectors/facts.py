"""Loading the facts of a measure for the rules: one query per kind of row, however many rows there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from cat4 import clock
from cat4.fiscal import fiscal_year
from cat4.tenancy.models import Organization
from governance.parties.selectors.parties import parties_of
from governance.rules.facts import (
    ApprovalFact,
    Asked,
    BaselineFact,
    CauseFact,
    FollowsFact,
    GapFact,
    GateFacts,
    LineFact,
    MilestoneFact,
    MonthFact,
    Parties,
    Person,
    PredecessorFact,
    ValueMonth,
)
from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import MissingRate, plan_rates
from measures.constants import (
    EBITDA_KINDS,
    Certainty,
    EffectKind,
    EvidenceClass,
    Lifecycle,
    Recurrence,
)
from measures.findings.selectors.findings import Current, current_findings, is_overlap
from measures.formulas.facts import MeasureFacts
from measures.formulas.money import planned_run_rate
from measures.models import Dependency, EffectLine, Measure

from ..models import GateRequest
from ..supply import Supplied, supplied
from .booked_months import booked_months
from .consequences import Consequences
from .lapsed import last_changes

TEXTS = (
    "description",
    "business_reason",
    "kind",
    "scope_in",
    "scope_out",
    "key_assumptions",
    "overlap_resolution",
    "no_risks_because",
    "dependencies_declared",
    "closure_criteria",
)


def gate_facts(
    measure: Measure,
    request: GateRequest | None = None,
    *,
    parties: Parties | None = None,
    asked: Asked | None = None,
    stated: Supplied | None = None,
    home: Organization | None = None,
    follows: Consequences | None = None,
    known: MeasureFacts | None = None,
) -> GateFacts:
    """The facts of a measure; with a request also its confirmations and what it states and holds.

    `stated` is what a request will hold that isn't written yet; `known` are the measure's facts where the caller read
    them already.
    """
    home = home or organization()
    lines = list(measure.lines.select_related("legal_entity"))
    months = _months_by_line(measure.pk)
    proofs = _proofs(measure)
    waits = _waits(measure)
    today = clock.today(home.time_zone)
    locked = locked_months()
    compared = max(locked, default=today)
    return GateFacts(
        today=today,
        doi=measure.doi,
        lifecycle=measure.lifecycle,
        parties=parties or parties_of(measure),
        texts={field: getattr(measure, field) for field in TEXTS},
        missing_fields=tuple(measure.missing_fields),
        target=measure.target_amount,
        dates=measure.planned_gates,
        overlap_checked_on=_day(measure.overlap_checked_at, home.time_zone),
        no_one_time_cost=measure.no_one_time_cost,
        forecast_confirmed_on=_day(measure.forecast_confirmed_at, home.time_zone),
        receiving_unit=measure.receiving_unit.name if measure.receiving_unit else "",
        closure_evidence=measure.get_closure_evidence_display() if measure.closure_evidence else "",
        risks=measure.risks.count(),
        baseline=_baseline(measure),
        lines=_lines(lines, months, proofs),
        milestones=_milestones(measure),
        dependencies=len(waits),
        resting_predecessors=_resting(waits),
        **_findings(measure, known),
        evidence=tuple({document: named for document, named, _ in proofs}.values()),
        locked=tuple(sorted(locked)),
        **_worth(lines, months, fiscal_year(compared, home.fiscal_year_start)),
        currency=home.currency,
        approvals=_approvals(request) if request else {},
        asked=asked or (_asked(request) if request else Asked()),
        follows=_follows(follows) if follows else None,
        **supplied(measure, request, today, known=stated or ()) | (stated or Supplied()),
    )


def _day(at: datetime | None, time_zone: str) -> date | None:
    return at.astimezone(ZoneInfo(time_zone)).date() if at else None


def _months_by_line(measure_id: UUID) -> dict[UUID, list[MonthFact]]:
    booked = {line_id: list(months.values()) for line_id, months in booked_months(measure_id).items()}
    return defaultdict(list, booked)


Proof = tuple[UUID, str, UUID | None]


def _proofs(measure: Measure) -> list[Proof]:
    """Documents of a class that weren't withdrawn, each with the lines that it proves; one row without any."""
    documents = measure.documents.filter(withdrawn_at__isnull=True).exclude(evidence_class="")
    return list(documents.values_list("id", "evidence_class", "line_links__line_id"))


def _lines(
    lines: list[EffectLine], months: Mapping[UUID, list[MonthFact]], proofs: Iterable[Proof]
) -> tuple[LineFact, ...]:
    proved: dict[UUID | None, set[str]] = defaultdict(set)
    for _, named, line_id in proofs:
        proved[line_id].add(str(EvidenceClass(named).label))
    return tuple(
        LineFact(
            name=line.name,
            is_one_time_cost=line.kind == EffectKind.ONE_TIME_COST,
            months=tuple(months[line.pk]),
            is_soft=line.certainty == Certainty.SOFT,
            is_financial=line.kind != EffectKind.NON_FINANCIAL,
            evidence=tuple(sorted(proved[line.pk])),
        )
        for line in lines
    )


def _value_lines(lines: list[EffectLine]) -> list[EffectLine]:
    """What the closing looks at: hard recurring EBITDA; where there is none, every recurring line of value."""
    recurring = [line for line in lines if line.recurrence == Recurrence.RECURRING]
    hard = [line for line in recurring if line.kind in EBITDA_KINDS and line.certainty == Certainty.HARD]
    no_value = (EffectKind.ONE_TIME_COST, EffectKind.CAPEX)
    return hard or [line for line in recurring if line.kind not in no_value]


def _worth(lines: list[EffectLine], months: Mapping[UUID, list[MonthFact]], year: int) -> dict[str, Any]:
    """What the closing compares, at the rates of a fiscal year; in words what keeps it from being told."""
    try:
        steady, value_months = _value(lines, months, year)
    except MissingRate as error:
        return {"missing_rate": f"there is no plan rate for {error.currency} in fiscal year {error.fiscal_year}"}
    return {"steady_month": steady, "value_months": value_months}


def _value(
    lines: list[EffectLine], months: Mapping[UUID, list[MonthFact]], year: int
) -> tuple[Decimal | None, tuple[ValueMonth, ...]]:
    """The plan's steady-state month and the validated months, summed over the value lines.

    Both at the plan rate of one fiscal year: a rate that differs between years is no part of what was promised.
    """
    chosen = [line for line in _value_lines(lines) if any(month.plan for month in months[line.pk])]
    rates = plan_rates({line.currency for line in chosen}, [year])
    if not chosen:
        return None, ()
    steady = sum((_steady(months[line.pk]) * rates[line.currency, year] for line in chosen), Decimal(0))
    sums: dict[date, list[Decimal | None]] = defaultdict(list)
    for line in chosen:
        rate = rates[line.currency, year]
        for month in months[line.pk]:
            sums[month.month].append(None if month.validated is None else month.validated * rate)
    return steady, tuple(ValueMonth(month, _sum(sums[month], len(chosen))) for month in sorted(sums))


def _steady(months: list[MonthFact]) -> Decimal:
    return planned_run_rate({month.month: month.plan for month in months if month.plan is not None}) / 12


def _sum(amounts: list[Decimal | None], lines: int) -> Decimal | None:
    """The month's sum; None while a line is not validated."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == lines else None


def _baseline(measure: Measure) -> BaselineFact | None:
    newest = measure.baselines.select_related("approved_by").order_by("-number").first()
    if newest is None:
        return None
    approved_by = newest.approved_by.name if newest.approved_by else ""
    return BaselineFact(newest.number, newest.type, newest.period, newest.source, newest.amount, approved_by)


def _milestones(measure: Measure) -> tuple[MilestoneFact, ...]:
    proof = Count("documents", filter=Q(documents__withdrawn_at__isnull=True))
    return tuple(
        MilestoneFact(
            milestone.name,
            milestone.forecast_on,
            milestone.actual_on,
            milestone.is_critical,
            milestone.is_effect_start,
            milestone.responsible.name if milestone.responsible else "",
            milestone.proofs,
        )
        for milestone in measure.milestones.select_related("responsible").annotate(proofs=proof)
    )


def _findings(measure: Measure, known: MeasureFacts | None) -> dict[str, Any]:
    """Doubts and overlaps as they are now, settled or not."""
    found = current_findings(measure, known)
    doubts = [finding for finding in found if not is_overlap(finding.code)]
    shared = [finding for finding in found if is_overlap(finding.code)]
    return {
        "plausibility": tuple(doubt.sentence for doubt in doubts if not doubt.is_settled),
        "explained": tuple(map(_explained, (doubt for doubt in doubts if doubt.is_settled))),
        "open_overlaps": tuple(
            dict.fromkeys(
                _unsettled(finding) for finding in shared if not finding.is_settled and not finding.is_beside_draft
            )
        ),
        "settled_overlaps": sum(finding.is_settled for finding in shared),
    }


def _waits(measure: Measure) -> list[Dependency]:
    """What its milestones wait for."""
    links = Dependency.objects.filter(successor__measure=measure).select_related("predecessor__measure", "successor")
    return list(links.order_by("predecessor__measure__code", "predecessor__position", "id"))


def _resting(waits: list[Dependency]) -> tuple[PredecessorFact, ...]:
    """Those of open milestones on measures that rest or will not come."""
    return tuple(
        PredecessorFact(f"{before.name} of {before.measure.code} ({state.label.lower()})", link.note.strip())
        for link in waits
        if (before := link.predecessor).actual_on is None
        and link.successor.actual_on is None
        and (state := Lifecycle(before.measure.lifecycle)) in {Lifecycle.ON_HOLD, Lifecycle.CANCELLED}
    )


def _explained(found: Current) -> str:
    """The doubt with the reason and who gave it."""
    return f"{found.sentence} {found.resolved_by} explains: {found.reason.rstrip('.')}."


def _unsettled(found: Current) -> str:
    """An overlap, and of a merged line that it still plans value."""
    if found.resolution:
        return f"It is merged into {found.other} and still has a plan of its own."
    return found.sentence


def _approvals(request: GateRequest) -> dict[str, tuple[ApprovalFact, ...]]:
    """By kind the last word of each person, in the order of time. Ids are in that order, also within an instant."""
    given = list(request.approvals.select_related("person", "on_behalf_of").order_by("id"))
    if not given:
        return {}
    changes = last_changes(request.measure_id, {row.kind for row in given})
    by_kind: dict[str, dict[UUID, ApprovalFact]] = defaultdict(dict)
    for row in given:
        change = changes.get(row.kind)
        lapsed = f"{change.actor_name} {change.summary}" if change is not None and change.pk > row.pk else ""
        principal = Person(row.on_behalf_of.pk, row.on_behalf_of.name) if row.on_behalf_of else None
        person = Person(row.person_id, row.person.name)
        word = ApprovalFact(row.granted, person, row.at, row.comment, lapsed, principal)
        by_kind[row.kind].pop(word.holder.id, None)
        by_kind[row.kind][word.holder.id] = word
    return {kind: tuple(words.values()) for kind, words in by_kind.items()}


def _follows(found: Consequences) -> FollowsFact:
    gaps = tuple(GapFact(gap.node, gap.kind, gap.fiscal_year, gap.before, gap.after) for gap in found.gaps)
    successors = tuple(dict.fromkeys(row.code for row in found.successors))
    return FollowsFact(successors, tuple(row.code for row in found.enables), gaps)


def _asked(request: GateRequest) -> Asked:
    return Asked(
        comment=request.comment,
        hold_reason=request.hold_reason,
        resume_on=request.resume_on,
        gap_owner=request.gap_owner.name if request.gap_owner else "",
        cause=cause_of(request),
    )


def cause_of(request: GateRequest) -> CauseFact | None:
    """What a reopening is asked for, as it was when it was asked; None without a cause."""
    return CauseFact(**request.cause) if request.cause else None
