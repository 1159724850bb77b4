"""What the formulas know of a measure, loaded by `measures.facts.measures`. Amounts are in the line's currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from cat4.fiscal import first_of_month, fiscal_year, fiscal_year_bounds, months_between
from cat4.wording import month_name
from hierarchy.calendar.workdays import WEEKDAYS, WorkCalendar
from hierarchy.thresholds import Thresholds

from .dates import expected_date, milestone_followed, planned_date, pushed_to
from .freshness import is_stale

# From when on the plan is frozen and the owner forecasts, and from when on the controller has signed (domain 3).
DECIDED, CLOSED = 3, 5


class RateMissing(Exception):
    """No plan rate for a currency in the months of a fiscal year; never taken as 1 (domain 6.10)."""

    def __init__(self, currency: str, home: str, year: int, months: tuple[date, date]) -> None:
        first, last = map(month_name, months)
        super().__init__(f"There is no plan rate {currency} to {home} for fiscal year {year} ({first} to {last}).")
        self.currency, self.home, self.year = currency, home, year


class AverageRateMissing(RateMissing):
    """No average rate for a month with an actual. Sums at plan rates stand without it."""

    def __init__(self, currency: str, home: str, year: int, month: date) -> None:
        super().__init__(currency, home, year, (month, month))
        self.args = (f"There is no average rate {currency} to {home} for {month_name(month)}.",)
        self.month = month


class Group(StrEnum):
    """Where a line's money goes: only hard EBITDA counts toward targets; cost is one-time cost and capex."""

    HARD = "hard"
    SOFT = "soft"
    COST = "cost"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """A month of a line. None is unknown, zero is zero."""

    month: date
    plan: Decimal | None = None
    forecast: Decimal | None = None
    reported: Decimal | None = None
    validated: Decimal | None = None

    @property
    def actual(self) -> Decimal | None:
        """What the controller confirmed, else what was reported."""
        return self.reported if self.validated is None else self.validated


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An effect line with its months in order. `follows` is the milestone that its months are bound to.

    `forecast_stands_on` is where that milestone was expected when the forecast was last stated or confirmed.
    `closed_run_rate` is what the closing of a recurring line was signed at; None while it doesn't hold.
    A correction of a locked month is a line of its own: it is booked, and says nothing about later months;
    `corrects_line` is the line that it belongs to. The part that an overlap takes out of a line is a line too: it has
    every month, and no place of its own.
    """

    name: str
    group: Group
    currency: str
    months: tuple[MonthFacts, ...] = ()
    is_recurring: bool = True
    is_fte: bool = False
    is_money: bool = True
    has_account: bool = True
    entity_currency: str = ""
    currency_reason: str = ""
    start_month: date | None = None
    end_month: date | None = None
    id: UUID | None = None
    kind: str = ""
    certainty: str = ""
    follows: UUID | None = None
    forecast_stands_on: date | None = None
    is_correction: bool = False
    is_taken: bool = False
    closed_run_rate: Decimal | None = None
    corrects_line: UUID | None = None

    @property
    def of_line(self) -> UUID | None:
        """The effect line that the months belong to: a correction's is the one that it corrects."""
        return self.corrects_line if self.is_correction else self.id

    @property
    def lasts(self) -> bool:
        """Whether a month says what the year's end and the next year bring."""
        return self.is_recurring and not self.is_correction

    @property
    def plan(self) -> dict[date, Decimal]:
        """The planned months."""
        return {month.month: month.plan for month in self.months if month.plan is not None}


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A dated result. `pushed_by` is the code of the measure whose milestone pushes it.

    One that isn't planned was added after the decision.
    """

    name: str
    baseline_on: date
    forecast_on: date
    actual_on: date | None = None
    is_critical: bool = False
    is_effect_start: bool = False
    computed_on: date | None = None
    id: UUID | None = None
    is_planned: bool = True
    pushed_by: str = ""

    @property
    def planned_on(self) -> date:
        """When it comes by everybody's word, today or not (domain 8)."""
        return planned_date(self)

    @property
    def is_pushed(self) -> bool:
        """Whether predecessors push it beyond the owner's forecast."""
        return pushed_to(self) is not None

    def is_overdue(self, today: date) -> bool:
        """Not done, and the owner's own date has passed."""
        return self.actual_on is None and self.forecast_on < today

    def expected_on(self, today: date) -> date:
        """The same; today when that has passed (domain 7)."""
        return expected_date(self, today)


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """What holds for every measure of an organization on a day.

    `rates` are plan rates by currency and fiscal year, `average_rates` those of months by currency and month.
    """

    today: date
    last_month: date
    currency: str = "EUR"
    fiscal_year_start: int = 1
    locked: frozenset[date] = frozenset()
    rates: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    calendar: WorkCalendar = WEEKDAYS
    average_rates: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The fiscal year of today: what "in-year" means."""
        return self.year_of(self.today)

    @property
    def year_bounds(self) -> tuple[date, date]:
        """The first and last month of that year."""
        return fiscal_year_bounds(self.year, self.fiscal_year_start)

    def is_planned_whole(self, year: int) -> bool:
        """Whether the fiscal calendar reaches to the end of a fiscal year; nothing is planned beyond it."""
        return fiscal_year_bounds(year, self.fiscal_year_start)[1] <= self.last_month

    def year_of(self, month: date) -> int:
        return fiscal_year(month, self.fiscal_year_start)

    def at_plan_rate(self, amount: Decimal, currency: str, year: int) -> Decimal:
        """The amount in the reporting currency. Zero needs no rate.

        Raises:
            RateMissing: none is set for `currency` in fiscal year `year`.
        """
        return amount if currency == self.currency or not amount else amount * self.plan_rate(currency, year)

    def plan_rate(self, currency: str, year: int) -> Decimal:
        """What one unit of a foreign currency counts in a fiscal year.

        Raises:
            RateMissing: none is set.
        """
        rate = self.rates.get((currency, year))
        if rate is None:
            raise RateMissing(currency, self.currency, year, fiscal_year_bounds(year, self.fiscal_year_start))
        return rate


@dataclass(frozen=True, slots=True)
class BaselineFacts:
    """The approved baseline, or the latest proposal when none is approved."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """The annual EBITDA that was promised when the measure was identified."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class NamedLeakage:
    """Missing money of a month for which somebody named a cause, in the line's currency."""

    line: UUID
    month: date
    cause: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """One measure on one day. `confirmed_on` is when the forecast was last confirmed, or the plan frozen.

    `unanswered_ripples` names the milestones of other measures whose slip moved this one and which its owner
    hasn't answered, `fallen_enablers` the measures that make this one possible and fell, likewise unanswered.
    """

    organization: OrganizationFacts
    doi: int = 0
    is_cancelled: bool = False
    is_on_hold: bool = False
    lines: tuple[LineFacts, ...] = ()
    milestones: tuple[MilestoneFacts, ...] = ()
    baseline: BaselineFacts | None = None
    target: TargetFacts | None = None
    decide_by: date | None = None
    implement_by: date | None = None
    close_by: date | None = None
    confirmed_on: date | None = None
    id: UUID | None = None
    unanswered_ripples: tuple[str, ...] = ()
    fallen_enablers: tuple[str, ...] = ()
    named_leakage: tuple[NamedLeakage, ...] = ()
    closed_on: date | None = None
    closed_run_rate: Decimal | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the forecast, which its owner keeps from DoI 3 until closing, was last confirmed too long ago."""
        if not DECIDED <= self.doi < CLOSED or self.is_cancelled or self.is_on_hold:
            return False
        organization = self.organization
        return is_stale(self.confirmed_on, organization.today, organization.thresholds.stale_after_days)

    def as_its_owner_forecast(self) -> "MeasureFacts":
        """The same without what was signed: the lines as their owner expected them last."""
        return replace(self, lines=tuple(replace(line, closed_run_rate=None) for line in self.lines))

    def lines_of(self, group: Group, *, recurring_only: bool = False) -> list[LineFacts]:
        return [line for line in self.lines if line.group is group and (line.is_recurring or not recurring_only)]

    @property
    def effect_slip_months(self) -> int:
        """How many calendar months the start of the effect comes late; an early one moves no money by itself."""
        return self._slip_months(milestone_followed(None, self.milestones, is_cost=False))

    def slip_months_of(self, line: LineFacts) -> int:
        """How many months a line comes late: with the milestone it follows, else with the start of the effect.

        Costs that follow no milestone stay where they are planned.
        """
        return self._slip_months(self.milestone_of(line))

    def forecast_slip_months_of(self, line: LineFacts) -> int:
        """How many months later its milestone comes than it did when the forecast was last stated or confirmed."""
        if line.forecast_stands_on is None:
            return 0
        return self._slip_months(self.milestone_of(line), since=line.forecast_stands_on)

    def milestone_of(self, line: LineFacts) -> MilestoneFacts | None:
        """The milestone that a line comes with."""
        return milestone_followed(line.follows, self.milestones, is_cost=line.group is Group.COST)

    def _slip_months(self, milestone: MilestoneFacts | None, *, since: date | None = None) -> int:
        if milestone is None:
            return 0
        expected = milestone.expected_on(self.organization.today)
        before = since or milestone.baseline_on
        return max(0, months_between(first_of_month(before), first_of_month(expected)))
