"""What a request proposes to change about a frozen plan, and whether that still fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.wording import day_name, money, month_name
from governance.gates.models import GateRequest
from governance.rules.facts import ChangedDate, ChangedMonth, PlanChangeFact
from measures.constants import PLANNED_GATES, Doi
from measures.facts.calendar import calendar
from measures.formulas.plan_versions import Phasing
from measures.models import EffectLine, EffectMonth, Measure, Milestone, PlanVersion

from ..models import PlanChange, PlanChangeLine

# A plan is frozen at DoI 3, so that only the gates behind it can be planned anew.
GATES_AHEAD: dict[str, Doi] = {field: doi for field, doi in PLANNED_GATES.items() if doi > Doi.DECIDED}


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """A line whose plan is to change: its months as they were and as they are to be, in `currency`."""

    line: EffectLine
    currency: str
    months: Mapping[date, tuple[Decimal | None, Decimal]]
    phasing: Phasing | None = None


@dataclass(frozen=True, slots=True)
class ProposedDate:
    """A milestone whose baseline date is to move."""

    milestone: Milestone
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class ProposedGate:
    """A planned gate date that is to move, by the measure's field; `before` is None where none was planned."""

    field: str
    before: date | None
    after: date

    @property
    def label(self) -> str:
        """`DoI 4`."""
        return f"DoI {GATES_AHEAD[self.field]}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole proposal, made on the plan version `base_number`; 0 where none was frozen."""

    base_number: int = 0
    lines: tuple[ProposedLine, ...] = ()
    dates: tuple[ProposedDate, ...] = ()
    gates: tuple[ProposedGate, ...] = ()


def plan_number(measure: Measure) -> int:
    """The number of the newest plan version; 0 where none was frozen."""
    newest = PlanVersion.objects.filter(measure=measure).order_by("-number").values_list("number", flat=True)
    return newest.first() or 0


def present_plan(measure: Measure) -> dict[UUID, dict[date, Decimal]]:
    """The plan as it is now: by line its months that have one, in the line's currency."""
    found: dict[UUID, dict[date, Decimal]] = {}
    rows = EffectMonth.objects.filter(measure_id=measure.pk, plan__isnull=False)
    for line_id, month, plan in rows.values_list("line_id", "month", "plan"):
        if plan is not None:
            found.setdefault(line_id, {})[month] = plan
    return found


def proposal_of(request: GateRequest) -> Proposal | None:
    """What a request proposes; None where it proposes nothing about the plan."""
    change = PlanChange.objects.filter(request=request).first()
    if change is None:
        return None
    lines = change.lines.select_related("line").prefetch_related("months").order_by("line__position", "line_id")
    return Proposal(
        change.base_number,
        tuple(_stored_line(part) for part in lines),
        tuple(
            ProposedDate(row.milestone, row.before, row.after)
            for row in change.dates.select_related("milestone").order_by("milestone__position", "before")
        ),
        tuple(
            ProposedGate(name, getattr(change, f"{name}_before"), after)
            for name in GATES_AHEAD
            if (after := getattr(change, name)) is not None
        ),
    )


def _stored_line(part: PlanChangeLine) -> ProposedLine:
    phasing = None
    if part.annual_amount is not None and part.start_month is not None:
        phasing = Phasing(part.annual_amount, part.start_month, part.end_month, part.ramp_months)
    months = {row.month: (row.before, row.after) for row in part.months.all()}
    return ProposedLine(part.line, part.currency, months, phasing)


def change_fact(measure: Measure, proposal: Proposal | None) -> PlanChangeFact | None:
    """The proposal as the rules see it, with what moved since it was made."""
    if proposal is None:
        return None
    window = calendar()
    return PlanChangeFact(
        months=tuple(
            ChangedMonth(part.line.name, month, before, after)
            for part in proposal.lines
            for month, (before, after) in part.months.items()
        ),
        dates=tuple(ChangedDate(row.milestone.name, row.before, row.after) for row in proposal.dates),
        gates=tuple(ChangedDate(row.label, row.before, row.after) for row in proposal.gates),
        misfits=(
            *_newer_plan(measure, proposal),
            *_moved_lines(measure, proposal),
            *_moved_dates(proposal),
            *_moved_gates(measure, proposal),
        ),
        first_month=window.first_month,
        last_month=window.last_month,
    )


def _newer_plan(measure: Measure, proposal: Proposal) -> list[str]:
    newest = plan_number(measure)
    return [] if newest == proposal.base_number else [f"plan version {newest} was frozen since"]


def _moved_lines(measure: Measure, proposal: Proposal) -> list[str]:
    """Lines in another currency, and months whose plan isn't what the proposal started from."""
    now, found = present_plan(measure), []
    for part in proposal.lines:
        if part.line.currency != part.currency:
            found.append(f"{part.line.name} is in {part.line.currency} now, the proposal in {part.currency}")
        for month, (before, _) in part.months.items():
            plan = now.get(part.line.pk, {}).get(month)
            if plan != before:
                was, name = money(before, part.currency), month_name(month)
                found.append(f"{part.line.name} was {was} in {name} and is {money(plan, part.currency)} now")
    return found


def _moved_dates(proposal: Proposal) -> list[str]:
    """Milestones that are done, or whose baseline date isn't what the proposal started from."""
    found = []
    for row in proposal.dates:
        name, now = row.milestone.name, row.milestone.baseline_on
        if row.milestone.actual_on is not None:
            found.append(f"{name} is done since {day_name(row.milestone.actual_on)}")
        elif now != row.before:
            found.append(f"{name} was planned for {day_name(row.before)} and is for {day_name(now)} now")
    return found


def _moved_gates(measure: Measure, proposal: Proposal) -> list[str]:
    """Gates that were passed, or whose planned date isn't what the proposal started from."""
    found = []
    for row in proposal.gates:
        if measure.doi >= GATES_AHEAD[row.field]:
            found.append(f"{row.label} is reached")
        elif getattr(measure, row.field) != row.before:
            found.append(f"the planned date of {row.label} is another one now")
    return found


def as_recorded(proposal: Proposal) -> dict[str, object]:
    """The proposal in the record: old and new months by line, old and new dates."""
    months = {
        part.line.name: {f"{month:%Y-%m}": list(pair) for month, pair in part.months.items()} for part in proposal.lines
    }
    dates = {row.milestone.name: [row.before, row.after] for row in proposal.dates}
    gates = {row.label: [row.before, row.after] for row in proposal.gates}
    return {"plan_version": proposal.base_number, "months": months, "baseline_on": dates, "planned_gates": gates}
