"""By which amounts a change of plan is decided: the larger of the plan as it is and as it would be.

Whether the committee decides as a body is asked by how much the change moves.
"""

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
from measures.formulas.facts import LineFacts, MeasureFacts, MonthFacts, RateMissing
from measures.formulas.plan_versions import plan_years
from measures.formulas.totals import totals_of
from measures.models import Measure
from measures.money.selectors.plan_versions import planning_organization

from .proposals import Proposal, proposal_of

ZERO = Decimal(0)


def amounts_of_change(measure: Measure) -> Amounts:
    """The larger of the present plan and the one that the open request asks for: nobody decides past their limit.

    Without such a request the present amounts.
    """
    present = amounts_of(measure)
    request = _open_change(measure)
    proposal = proposal_of(request) if request else None
    if proposal is None:
        return present
    wanted = amounts_proposed(measure, proposal)
    return Amounts(_larger(present.annual_effect, wanted.annual_effect), _larger(present.cost, wanted.cost))


def moved_by_change(measure: Measure) -> Decimal | None:
    """The largest change of the hard run-rate or of any fiscal year that the open request asks for.

    None without such a request, or while a plan rate is missing.
    """
    request = _open_change(measure)
    proposal = proposal_of(request) if request else None
    return moved_by(measure, proposal) if proposal else None


def moved_by(measure: Measure, proposal: Proposal) -> Decimal | None:
    """The same of a proposal, handed in or not."""
    facts = measure_facts(measure.pk)
    return _moved(facts, _facts_proposed(facts, proposal)) if facts else None


def _moved(present: MeasureFacts, wanted: MeasureFacts) -> Decimal | None:
    try:
        before, after = _by_year(present), _by_year(wanted)
        run_rate = totals_of(wanted).plan_run_rate - totals_of(present).plan_run_rate
    except RateMissing:
        return None
    years = {*before, *after}
    return max((abs(run_rate), *(abs(after.get(year, ZERO) - before.get(year, ZERO)) for year in years)))


def _by_year(facts: MeasureFacts) -> dict[int, Decimal]:
    """The hard effect of the plan by fiscal year."""
    years = plan_years(planning_organization(facts), [(line, line.plan) for line in facts.lines])
    return {year: found.in_year for year, found in years.items()}


def _open_change(measure: Measure) -> GateRequest | None:
    open_change = GateRequest.objects.filter(measure=measure, kind=RequestKind.CHANGE, state=RequestState.SUBMITTED)
    return open_change.first()


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
    return replace(_facts_proposed(facts, proposal), milestones=tuple(milestones))


def _facts_proposed(facts: MeasureFacts, proposal: Proposal) -> MeasureFacts:
    return replace(facts, lines=tuple(_as_planned(line, proposal) for line in facts.lines))


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
