"""What stands on every page of a measure: its place, statuses, figures and tabs; and the overview's chart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import fiscal_year_bounds, month_range
from cat4.web import charts, formats
from hierarchy.nodes.selectors.nodes import ancestors
from measures.constants import Doi, StatusKind
from measures.facts.measures import measure_facts
from measures.formulas.facts import RateMissing
from measures.formulas.lights import Trend
from measures.formulas.plausibility import findings
from measures.formulas.totals import MonthSums, month_sums
from measures.models import Measure, MeasureTotals
from measures.status.selectors.statuses import (
    Movement,
    StatusView,
    attribution_doubtful,
    green_trap,
    movements_of,
    statuses_of,
)
from measures.status.selectors.totals import totals_map

WORDS = {
    StatusKind.IMPLEMENTATION: {"g": "on track", "a": "late", "r": "very late", "n": "not rated"},
    StatusKind.POTENTIAL: {"g": "arrives", "a": "at risk", "r": "will miss its money", "n": "not rated"},
    StatusKind.COST: {"g": "within budget", "a": "above budget", "r": "far above budget", "n": "not rated"},
}
_LABELS = {
    "description": "Description",
    "owner": "Owner",
    "sponsor": "Sponsor",
    "controller": "Controller",
    "business_unit": "Business unit",
    "function": "Function",
    "legal_entity": "Legal entity",
    "committee": "Committee",
}


@dataclass(frozen=True, slots=True)
class MoneyShare:
    """The share of the plan's money that arrives, now and at the lock, as text."""

    now: str
    before: str
    trend: Trend


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A status of the status card; the potential carries its money."""

    view: StatusView
    words: str
    trend: Trend = Trend.STEADY
    money: MoneyShare | None = None

    @property
    def kind(self) -> str:
        return self.view.kind.label


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure; amounts arrive as text, in thousands."""

    label: str
    value: str
    note: str
    is_bad: bool = False
    delta: str = ""
    is_gain: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the eight governable facts, and who can supply it while it is missing."""

    label: str
    value: str
    supplier: str = ""


def status_lines(measure: Measure) -> tuple[list[StatusLine], date | None]:
    """Implementation, potential and cost, in that order; and the locked month that their trends compare with."""
    views = statuses_of(measure.pk)
    moved = movements_of({measure.pk: views}, totals_map([measure.pk]))[measure.pk]
    return [_status_line(view, moved) for view in views.values()], moved.month


def _status_line(view: StatusView, moved: Movement) -> StatusLine:
    money = None
    if view.kind is StatusKind.POTENTIAL and moved.share is not None:
        before = formats.percent(moved.share_before) if moved.share_before is not None else ""
        money = MoneyShare(formats.percent(moved.share), before, moved.money)
    return StatusLine(view, WORDS[view.kind][view.shown], moved.trends[view.kind], money)


def path_of(measure: Measure) -> list[tuple[str, str]]:
    """The names from the portfolio to the package with the ids of the nodes."""
    return [(node.name, str(node.pk)) for node in ancestors(measure.package)[1:]]


def figures(measure: Measure, currency: str) -> list[Figure]:
    """Plan, forecast, actual and cost of a measure in thousands of the reporting currency."""
    totals = MeasureTotals.objects.filter(measure=measure).first()
    if totals is None:
        return []
    unit, gap = f"k{currency}", totals.forecast_run_rate - totals.plan_run_rate
    share = formats.percent(gap / totals.plan_run_rate) if totals.plan_run_rate else ""
    return [
        Figure("Plan, run-rate", formats.thousands(totals.plan_run_rate), f"{unit}{_plan_note(measure)}"),
        Figure(
            "Forecast, run-rate",
            formats.thousands(totals.forecast_run_rate),
            f"{formats.signed(gap / 1000)}{', ' if share else ''}{share}",
            is_bad=gap < 0,
        ),
        Figure(
            "Actual to date",
            formats.thousands(totals.actual_to_date),
            f"{formats.thousands(totals.validated_to_date)} validated",
        ),
        Figure("Plan to date", formats.thousands(totals.plan_to_date), "this fiscal year"),
        Figure(
            "One-time cost",
            formats.thousands(totals.one_time_actual),
            f"of {formats.thousands(totals.one_time_plan)} planned",
        ),
    ]


def _plan_note(measure: Measure) -> str:
    version = measure.plan_versions.count()
    return f", plan v{version}" if version else ", not frozen"


@dataclass(frozen=True, slots=True)
class MonthlyChart:
    """The chart of a fiscal year, or why there is none."""

    year: int
    chart: charts.BarChart | None
    problem: str = ""


def monthly_chart(measure: Measure) -> MonthlyChart:
    """Hard EBITDA of today's fiscal year by month: plan, actual or else forecast."""
    facts = measure_facts(measure.pk)
    if facts is None:
        return MonthlyChart(0, None)
    organization = facts.organization
    first, last = fiscal_year_bounds(organization.year, organization.fiscal_year_start)
    try:
        sums = {row.month: row for row in month_sums(facts, first, last)}
    except RateMissing as missing:
        return MonthlyChart(organization.year, None, str(missing))
    if not sums:
        return MonthlyChart(organization.year, None)
    periods = [_period(month, sums.get(month)) for month in month_range(first, last)]
    title = f"Monthly effect {organization.year}"
    return MonthlyChart(
        organization.year, charts.bar_chart(title, periods, charts.thousands(organization.currency))
    )  # fmt: skip


def _period(month: date, sums: MonthSums | None) -> charts.Period:
    label = formats.month(month).split(" ")[0]
    if sums is None:
        return charts.Period(label)
    actual: Decimal | None = sums.validated + sums.reported
    return charts.Period(label, plan=sums.plan or None, forecast=sums.forecast or None, actual=actual or None)


def governable_facts(measure: Measure) -> list[Fact]:
    """The eight facts with their values; a missing one names who can supply it (domain section 3)."""
    missing = measure.missing_fields
    by_manager = measure.doi >= Doi.IDENTIFIED
    owner = measure.owner.name if measure.owner and not by_manager else "the portfolio manager"
    return [
        Fact(label, str(getattr(measure, name) or ""), owner if name in missing else "")
        for name, label in _LABELS.items()
        if name != "description"
    ]


def doubts(measure: Measure) -> list[str]:
    """What the plausibility check doubts, in sentences (domain 6.9)."""
    facts = measure_facts(measure.pk)
    if facts is None:
        return []
    try:
        return [finding.sentence for finding in findings(facts)]
    except RateMissing as missing:
        return [str(missing)]


def is_red_behind_green(lines: list[StatusLine]) -> bool:
    """On time, money at risk: the one pair with its own tag."""
    return green_trap({line.view.kind: line.view for line in lines})


def is_attribution_doubtful(lines: list[StatusLine]) -> bool:
    """Very late, and the money arrives all the same: is it this measure that brings it?"""
    return attribution_doubtful({line.view.kind: line.view for line in lines})


def source_values(measure: Measure) -> list[tuple[str, str]]:
    """What the imported row said and no field of the measure holds: label and value, as the file wrote them."""
    kept = measure.source_values.get("kept") or {}
    return [(str(label), "–" if value in (None, "") else str(value)) for label, value in kept.items()]
