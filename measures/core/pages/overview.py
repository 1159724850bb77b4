"""Statuses, key figures, the year's chart and the governable facts of a measure, as its pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cat4.web import charts, formats, month_bars
from measures.constants import Status, StatusKind
from measures.formulas.lights import Trend
from measures.formulas.totals import MonthSums
from measures.status.selectors.statuses import Movement, StatusView

from ..selectors.overview import GovernableFact, KeyAmounts, Standing, YearByMonth

WORDS = {
    StatusKind.IMPLEMENTATION: {"g": "on track", "a": "late", "r": "very late", "n": "not rated"},
    StatusKind.POTENTIAL: {"g": "arrives", "a": "at risk", "r": "will miss its money", "n": "not rated"},
    StatusKind.COST: {"g": "within budget", "a": "above budget", "r": "far above budget", "n": "not rated"},
}
_LABELS = {
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
class MonthlyChart:
    """The chart of a fiscal year, or why there is none."""

    year: int
    chart: month_bars.BarChart | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A governable fact, and who can supply it while it is missing."""

    label: str
    value: str
    supplier: str = ""


def status_lines(standing: Standing) -> list[StatusLine]:
    """A line per status, in their order."""
    return [_status_line(view, standing.moved) for view in standing.views.values()]


def _status_line(view: StatusView, moved: Movement) -> StatusLine:
    money = None
    is_rated = view.value != Status.GREY
    if view.kind is StatusKind.POTENTIAL and is_rated and moved.share is not None:
        before = formats.percent(moved.share_before) if moved.share_before is not None else ""
        money = MoneyShare(formats.percent(moved.share), before, moved.money)
    return StatusLine(view, WORDS[view.kind][view.shown], moved.trends[view.kind], money)


def figures(amounts: KeyAmounts | None, currency: str) -> list[Figure]:
    """Plan, forecast, actual and cost in thousands of the reporting currency; none until they are computed."""
    if amounts is None:
        return []
    totals, difference = amounts.totals, amounts.against_plan
    share = formats.percent(difference / totals.plan_run_rate) if totals.plan_run_rate else ""
    return [
        Figure("Plan, run-rate", formats.thousands(totals.plan_run_rate), f"k{currency}, {_plan(amounts)}"),
        Figure(
            "Forecast, run-rate",
            formats.thousands(totals.forecast_run_rate),
            f"{formats.signed(difference / 1000)}{', ' if share else ''}{share}",
            is_bad=formats.is_negative(formats.thousands(difference)),
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


def _plan(amounts: KeyAmounts) -> str:
    return f"plan v{amounts.plan_version}" if amounts.plan_version else "not frozen"


def monthly_chart(found: YearByMonth) -> MonthlyChart:
    """Plan beside what each month brings, by what that rests on; together the forecast at completion."""
    if not found.sums:
        return MonthlyChart(found.year, None, found.problem)
    months = [_month(month, found.sums.get(month)) for month in found.months]
    title = f"Monthly effect {found.year}"
    chart = month_bars.bar_chart(title, months, charts.thousands(found.currency))
    return MonthlyChart(found.year, chart, found.problem)


def _month(month: date, sums: MonthSums | None) -> month_bars.Month:
    label = formats.month_of_year(month)
    if sums is None:
        return month_bars.Month(label)
    return month_bars.Month(
        label,
        plan=sums.plan or None,
        validated=sums.validated or None,
        reported=sums.reported or None,
        forecast=sums.confirmed_forecast or None,
        unconfirmed=sums.unconfirmed or None,
    )


def facts(found: Iterable[GovernableFact]) -> list[Fact]:
    """The facts under their labels; of a missing one, who can supply it."""
    return [
        Fact(_LABELS[fact.name], fact.value, (fact.supplier or "the portfolio manager") if fact.is_missing else "")
        for fact in found
    ]
