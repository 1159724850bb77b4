"""A proposal as people read it: the plan before and after it, line by line, and per fiscal year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cat4.fiscal import fiscal_year, fiscal_year_bounds, month_range
from cat4.wording import money, plain
from governance.parties.selectors.weights import weigh_amount
from governance.rules.constants import Step
from hierarchy.organization.selectors import organization
from measures.facts.calendar import calendar
from measures.facts.measures import measure_facts
from measures.formulas.facts import RateMissing
from measures.formulas.plan_versions import PlanYear, plan_run_rate, plan_years
from measures.models import Measure
from measures.money.selectors.plan_versions import planning_organization, series_of

from .selectors.amounts import moved_by
from .selectors.plans import plan_after, plan_before
from .selectors.proposals import Proposal, ProposedLine

ZERO = Decimal(0)
FIGURES = (
    ("In year", "in_year"),
    ("Carry-over", "carry_over"),
    ("Exit run-rate", "run_rate"),
    ("One-time cost", "cost"),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure before the change and after it, in the reporting currency at plan rate."""

    year: str
    label: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Summary:
    """What a proposal does to the measure's money; `problem` says why it couldn't be summed."""

    rows: tuple[Compared, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class YearOfLine:
    """A fiscal year of a line: per month the plan before, the plan after, and whether they differ."""

    year: int
    heads: tuple[date, ...]
    before: tuple[Decimal | None, ...]
    after: tuple[tuple[Decimal | None, bool], ...]
    sums: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a proposal in the fiscal years that it changes."""

    part: ProposedLine
    years: tuple[YearOfLine, ...]


def summary_of(measure: Measure, proposal: Proposal) -> Summary:
    """Per fiscal year what is planned in year, carried over and reached at its end; and the run-rate."""
    facts = measure_facts(measure.pk)
    if facts is None:
        return Summary()
    organization, before = planning_organization(facts), plan_before(measure, proposal)
    old, new = series_of(facts, before), series_of(facts, plan_after(before, proposal))
    try:
        years, wanted = plan_years(organization, old), plan_years(organization, new)
        total = Compared("All years", "Run-rate", plan_run_rate(organization, old), plan_run_rate(organization, new))
    except RateMissing as error:
        return Summary(problem=str(error))
    return Summary((*_per_year(years, wanted), total))


def decided_by(measure: Measure, proposal: Proposal, committee: str) -> str:
    """How the committee would decide a proposal, with the amount that says so; empty where the rules name none."""
    weighed = weigh_amount(Step.CHANGE, moved_by(measure, proposal))
    if weighed.asks_body:
        return weighed.sentence
    if weighed.manner is None or weighed.manner.from_amount is None or weighed.amount is None:
        return ""
    return _("It moves %(amount)s a year. Below %(limit)s the chair of %(committee)s decides alone.") % {
        "amount": money(weighed.amount, organization().currency),
        "limit": plain(weighed.manner.from_amount),
        "committee": committee or _("the committee"),
    }


def _per_year(old: Mapping[int, PlanYear], new: Mapping[int, PlanYear]) -> list[Compared]:
    rows = []
    for year in sorted({*old, *new}):
        was, becomes = old.get(year, PlanYear(year)), new.get(year, PlanYear(year))
        for label, field in FIGURES:
            row = Compared(str(year), label, getattr(was, field), getattr(becomes, field))
            if row.before or row.after:
                rows.append(row)
    return rows


def kept_change(measure: Measure, proposal: Proposal) -> dict[str, Any]:
    """What a proposal brings and what its lines and milestones are called, as JSON, when its request ends.

    Months and dates are rows of their own that never change.
    """
    summary = summary_of(measure, proposal)
    return {
        "summary": [[row.year, row.label, str(row.before), str(row.after)] for row in summary.rows],
        "problem": summary.problem,
        "lines": {str(part.line.pk): part.line.name for part in proposal.lines},
        "milestones": {str(row.milestone.pk): row.milestone.name for row in proposal.dates},
    }


def summary_as_kept(kept: Mapping[str, Any]) -> Summary:
    """What an ended request brought, at the rates of its day."""
    if not kept:
        return Summary(problem="What this change brought was not kept when it was decided. Its months are as decided.")
    rows = (Compared(year, label, Decimal(before), Decimal(after)) for year, label, before, after in kept["summary"])
    return Summary(tuple(rows), kept["problem"])


def with_kept_names(proposal: Proposal, kept: Mapping[str, Any]) -> Proposal:
    """The proposal with lines and milestones called what they were called then; what wasn't kept has today's name."""
    lines, milestones = kept.get("lines", {}), kept.get("milestones", {})
    for part in proposal.lines:
        part.line.name = lines.get(str(part.line.pk), part.line.name)
    for row in proposal.dates:
        row.milestone.name = milestones.get(str(row.milestone.pk), row.milestone.name)
    return proposal


def line_views(measure: Measure, proposal: Proposal) -> list[LineView]:
    """Old and proposed months side by side, in the currency of each line."""
    before = plan_before(measure, proposal)
    after = plan_after(before, proposal)
    return [_line_view(part, before.get(part.line.pk, {}), after[part.line.pk]) for part in proposal.lines]


def _line_view(part: ProposedLine, before: Mapping[date, Decimal], after: Mapping[date, Decimal]) -> LineView:
    start = calendar().fiscal_year_start
    years = sorted({fiscal_year(month, start) for month in part.months})
    return LineView(part, tuple(_year(year, start, part, before, after) for year in years))


def _year(
    year: int, start: int, part: ProposedLine, before: Mapping[date, Decimal], after: Mapping[date, Decimal]
) -> YearOfLine:
    months = list(month_range(*fiscal_year_bounds(year, start)))
    return YearOfLine(
        year,
        tuple(months),
        tuple(before.get(month) for month in months),
        tuple((after.get(month), month in part.months) for month in months),
        (_sum(before, months), _sum(after, months)),
    )


def _sum(plan: Mapping[date, Decimal], months: list[date]) -> Decimal:
    return sum((plan.get(month, ZERO) for month in months), ZERO)
