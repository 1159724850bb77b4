"""What a change of the plan proposes: checked against the plan as it is, and written with its request."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Invalid
from cat4.fiscal import first_of_month, months_between
from governance.gates.models import GateDecision, GateRequest
from measures.constants import COST_KINDS, Recurrence
from measures.facts import checks as measure_checks
from measures.facts.calendar import Calendar, calendar
from measures.formulas.dates import milestone_followed
from measures.formulas.phasing import carried
from measures.formulas.plan_versions import Phasing, phased_again
from measures.models import EffectLine, Measure, Milestone
from measures.money.actions.effects import LONGEST_RAMP
from measures.money.actions.plans import LineChange, apply_plan_change, plan_of

from ..models import PlanChange, PlanChangeDate, PlanChangeLine, PlanChangeMonth
from ..selectors.amounts import amounts_proposed
from ..selectors.proposals import (
    GATES_AHEAD,
    Proposal,
    ProposedDate,
    ProposedGate,
    ProposedLine,
    plan_number,
    proposal_of,
)

NO_GATES: Mapping[str, date] = {}


@dataclass(frozen=True, slots=True)
class LineWish:
    """How a line's plan is to be, in its currency: either `months`, or `phasing` for all of its open months."""

    line_id: UUID
    months: Mapping[date, Decimal] | None = None
    phasing: Phasing | None = None


def check_proposal(
    measure: Measure, lines: Sequence[LineWish], dates: Mapping[UUID, date], gates: Mapping[str, date] = NO_GATES
) -> Proposal:
    """What differs from the plan as it is; what is named and stays the same is left out.

    The open months of a line move with the baseline date of the milestone that it follows, unless the proposal
    says otherwise: a later date alone would make late money look as if it came on time.

    Raises:
        Invalid: on `lines`, `dates`, or the field of a gate's planned date; every mistake at once.
    """
    problems, window = Problems(), calendar()
    known = {line.pk: line for line in measure.lines.all()}
    proposed = []
    for wish in lines:
        line = known.pop(wish.line_id, None)
        if line is None:
            problems.add("lines", "Name each effect line of this measure once.")
        else:
            proposed.append(_proposed_line(problems, line, wish, window))
    milestones = {milestone.pk: milestone for milestone in measure.milestones.all()}
    dated = [_proposed_date(problems, milestones.get(pk), day) for pk, day in dates.items()]
    moved_gates = _proposed_gates(problems, measure, gates)
    problems.stop_if_any()
    parts = [part for part in proposed if part is not None and part.months]
    rows = [row for row in dated if row is not None]
    parts += _carried_along(measure, {part.line.pk for part in parts}, rows, window)
    return Proposal(plan_number(measure), tuple(parts), tuple(rows), moved_gates)


def _carried_along(
    measure: Measure, named: Collection[UUID], rows: Sequence[ProposedDate], window: Calendar
) -> Iterator[ProposedLine]:
    by_milestone = {row.milestone.pk: row for row in rows}
    milestones = list(measure.milestones.all())
    for line in measure.lines.exclude(pk__in=named):
        follows = milestone_followed(line.milestone_id, milestones, is_cost=line.kind in COST_KINDS)
        row = by_milestone.get(follows.pk) if follows else None
        if row is not None:
            start = first_of_month(row.before)
            months = _moved_months(plan_of(line), start, months_between(start, first_of_month(row.after)), window)
            if months:
                yield ProposedLine(line, line.currency, months, None)


def _moved_months(
    plan: Mapping[date, Decimal], start: date, by: int, window: Calendar
) -> dict[date, tuple[Decimal | None, Decimal]]:
    """The open months of a plan that comes `by` months later, where they differ; what leaves a month leaves 0."""
    comes = carried(plan, start, by, window.last_month)
    return {
        month: (plan.get(month), comes.get(month, Decimal(0)))
        for month in sorted(plan.keys() | comes.keys())
        if window.contains(month) and month not in window.locked and plan.get(month) != comes.get(month, Decimal(0))
    }


def _proposed_line(problems: Problems, line: EffectLine, wish: LineWish, window: Calendar) -> ProposedLine | None:
    plan = plan_of(line)
    if (wish.phasing is None) == (wish.months is None):
        problems.add("lines", f"{line.name}: give the months or an annual amount, one of them.")
        return None
    if wish.phasing is not None:
        wanted = _phased(problems, line, wish.phasing, plan, window)
    else:
        wanted = _typed(problems, line, wish.months or {}, window)
    months = {month: (plan.get(month), amount) for month, amount in wanted.items() if plan.get(month) != amount}
    return ProposedLine(line, line.currency, months, wish.phasing)


def _typed(
    problems: Problems, line: EffectLine, months: Mapping[date, Decimal], window: Calendar
) -> dict[date, Decimal]:
    own = Problems()
    wanted = measure_checks.month_amounts(own, "lines", months, window)
    for sentence in own.by_field.get("lines", ()):
        problems.add("lines", f"{line.name}: {sentence}")
    return wanted


def _phased(
    problems: Problems, line: EffectLine, phasing: Phasing, plan: Mapping[date, Decimal], window: Calendar
) -> dict[date, Decimal]:
    own = Problems()
    annual = checks.amount(own, "lines", phasing.annual_amount)
    start = measure_checks.month(own, "lines", phasing.start_month, window)
    end = (
        phasing.end_month
        if phasing.end_month is None
        else measure_checks.month(own, "lines", phasing.end_month, window)
    )
    ramp = phasing.ramp_months
    if line.recurrence == Recurrence.ONE_OFF:
        own.add("lines", "A one-off effect has no annual amount. Type its months.")
    if start and end and end < start:
        own.add("lines", "The effect ends before it starts.")
    if isinstance(ramp, bool) or not isinstance(ramp, int) or not 0 <= ramp <= LONGEST_RAMP:
        own.add("lines", f"Enter a number of ramp months from 0 to {LONGEST_RAMP}.")
    for sentence in own.by_field.get("lines", ()):
        problems.add("lines", f"{line.name}: {sentence}")
    if own.by_field or start is None:
        return {}
    return phased_again(Phasing(annual, start, end, ramp), plan, window.locked, window.last_month)


def _proposed_date(problems: Problems, milestone: Milestone | None, day: date) -> ProposedDate | None:
    if milestone is None:
        problems.add("dates", "Name milestones of this measure only.")
        return None
    own = Problems()
    checks.day(own, "dates", day)
    for sentence in own.by_field.get("dates", ()):
        problems.add("dates", f"{milestone.name}: {sentence}")
    if own.by_field or day == milestone.baseline_on:
        return None
    return ProposedDate(milestone, milestone.baseline_on, day)


def _proposed_gates(problems: Problems, measure: Measure, gates: Mapping[str, date]) -> tuple[ProposedGate, ...]:
    """The planned dates of gates ahead that are to be others."""
    moved = []
    for name, day in gates.items():
        before = getattr(measure, name)
        checks.day(problems, name, day)
        if day != before and measure.doi >= GATES_AHEAD[name]:
            problems.add(name, f"DoI {GATES_AHEAD[name]} is reached. Its planned date stays.")
        elif day != before:
            moved.append(ProposedGate(name, before, day))
    if not problems.by_field.keys() & gates.keys():
        measure_checks.planned_gates(problems, measure.planned_gates | dict(gates))
    return tuple(moved)


def write_proposal(request: GateRequest, proposal: Proposal) -> None:
    """Write the proposal of a request that isn't handed in yet; afterwards nothing of it can be added."""
    gates = {row.field: row.after for row in proposal.gates}
    gates |= {f"{row.field}_before": row.before for row in proposal.gates if row.before}
    amounts = amounts_proposed(request.measure, proposal)
    change = PlanChange.objects.create(
        request=request,
        base_number=proposal.base_number,
        annual_effect=amounts.annual_effect,
        cost=amounts.cost,
        **gates,
    )
    for part in proposal.lines:
        phasing = part.phasing
        row = PlanChangeLine.objects.create(
            change=change,
            line=part.line,
            currency=part.currency,
            annual_amount=phasing.annual_amount if phasing else None,
            start_month=phasing.start_month if phasing else None,
            end_month=phasing.end_month if phasing else None,
            ramp_months=phasing.ramp_months if phasing else 0,
        )
        PlanChangeMonth.objects.bulk_create(
            PlanChangeMonth(part=row, month=month, before=before, after=after)
            for month, (before, after) in part.months.items()
        )
    PlanChangeDate.objects.bulk_create(
        PlanChangeDate(change=change, milestone=row.milestone, before=row.before, after=row.after)
        for row in proposal.dates
    )


def carry_out_proposal(actor: Actor, measure: Measure, decision: GateDecision) -> None:
    """The proposal becomes the next plan version; its rules held a moment ago, under the measure's lock.

    Raises:
        Invalid: the request proposes no plan.
    """
    proposal = proposal_of(decision.request)
    if proposal is None:
        raise Invalid({"": "The request proposes no plan."})
    apply_plan_change(
        actor,
        measure,
        lines={
            part.line.pk: LineChange({month: after for month, (_, after) in part.months.items()}, part.phasing)
            for part in proposal.lines
        },
        dates={row.milestone.pk: row.after for row in proposal.dates},
        gates={row.field: row.after for row in proposal.gates},
        reason=f"Decision {decision.number}: {decision.reason}",
        at=decision.decided_at,
    )
