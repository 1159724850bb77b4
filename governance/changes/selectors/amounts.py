"""By which amounts a change of plan is decided: the larger of the plan as it is and as it would be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from governance.constants import RequestKind
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from governance.parties.selectors.amounts import amounts_from, amounts_of
from governance.rules.book import Amounts
from measures.facts.measures import measure_facts
from measures.formulas.facts import LineFacts, MeasureFacts, MonthFacts
from measures.models import Measure

from .proposals import Proposal, proposal_of


def amounts_of_change(measure: Measure) -> Amounts:
    """The larger of the present plan and the one that the open request asks for: nobody decides past their limit.

    Without such a request the present amounts.
    """
    present = amounts_of(measure)
    open_change = GateRequest.objects.filter(measure=measure, kind=RequestKind.CHANGE, state=RequestState.SUBMITTED)
    request = open_change.first()
    proposal = proposal_of(request) if request else None
    if proposal is None:
        return present
    wanted = amounts_proposed(measure, proposal)
    return Amounts(_larger(present.annual_effect, wanted.annual_effect), _larger(present.cost, wanted.cost))


def amounts_proposed(measure: Measure, proposal: Proposal) -> Amounts:
    """Those of the plan as it would be."""
    facts = measure_facts(measure.pk)
    return Amounts() if facts is None else amounts_from(as_proposed(facts, proposal))


def as_proposed(facts: MeasureFacts, proposal: Proposal) -> MeasureFacts:
    """The measure with the plan and the baseline dates of a proposal."""
    dates = {row.milestone.pk: row.after for row in proposal.dates}
    milestones = [
        replace(milestone, baseline_on=dates[milestone.id]) if milestone.id in dates else milestone
        for milestone in facts.milestones
    ]
    lines = tuple(_as_planned(line, proposal) for line in facts.lines)
    return replace(facts, lines=lines, milestones=tuple(milestones))


def _as_planned(line: LineFacts, proposal: Proposal) -> LineFacts:
    part = next((part for part in proposal.lines if part.line.pk == line.id and not line.is_correction), None)
    if part is None:
        return line
    return replace(line, months=_months(line, {month: after for month, (_, after) in part.months.items()}))


def _months(line: LineFacts, plan: Mapping[date, Decimal]) -> tuple[MonthFacts, ...]:
    known = {month.month: month for month in line.months}
    anew = {month: replace(known.get(month, MonthFacts(month)), plan=amount) for month, amount in plan.items()}
    return tuple(month for _, month in sorted((known | anew).items()))


def _larger(present: Decimal | None, wanted: Decimal | None) -> Decimal | None:
    return None if present is None or wanted is None else max(present, wanted)
