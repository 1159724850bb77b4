"""What stands on every page of a measure, as values: its place, statuses and key amounts; the year by month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from cat4.fiscal import fiscal_year_bounds, month_range
from hierarchy.nodes.selectors.nodes import ancestors
from measures.constants import Doi
from measures.facts.measures import measure_facts
from measures.formulas.facts import Group, RateMissing
from measures.formulas.missing_rates import stays_out, with_noted_rates
from measures.formulas.plausibility import findings
from measures.formulas.totals import MonthSums, month_sums, totals_of
from measures.models import Measure, MeasureTotals
from measures.models.measure import GOVERNABLE_FIELDS
from measures.status.selectors.statuses import (
    Movement,
    StatusViews,
    attribution_doubtful,
    green_trap,
    movements_of,
    statuses_of,
)
from measures.status.selectors.totals import totals_map


@dataclass(frozen=True, slots=True)
class Standing:
    """Implementation, potential and cost, in that order, and how they moved since the last month was locked."""

    views: StatusViews
    moved: Movement

    @property
    def computed_at(self) -> datetime | None:
        """When they were computed; None before the first time."""
        return next((view.computed_at for view in self.views.values() if view.computed_at), None)

    @property
    def is_overridden(self) -> bool:
        """Whether somebody vouches for another status than the computed one."""
        return any(view.override for view in self.views.values())

    @property
    def is_red_behind_green(self) -> bool:
        """On time, money at risk: the one pair with its own tag."""
        return green_trap(self.views)

    @property
    def is_attribution_doubtful(self) -> bool:
        """Very late, and the money arrives all the same: is it this measure that brings it?"""
        return attribution_doubtful(self.views)


@dataclass(frozen=True, slots=True)
class KeyAmounts:
    """The stored sums in the reporting currency, and the number of the newest frozen plan, 0 before the first."""

    totals: MeasureTotals
    plan_version: int

    @property
    def against_plan(self) -> Decimal:
        """Run-rate of the forecast less that of the plan."""
        return self.totals.forecast_run_rate - self.totals.plan_run_rate


@dataclass(frozen=True, slots=True)
class YearByMonth:
    """Hard EBITDA of a fiscal year, in the reporting currency. `problem` says which amounts stay out.

    `months` are those of the whole year; `sums` hold the ones for which anything is known.
    """

    year: int = 0
    currency: str = ""
    months: tuple[date, ...] = ()
    sums: Mapping[date, MonthSums] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GovernableFact:
    """One of the facts that make a measure governable, by the name of its field.

    A missing one is empty, and `supplier` is the owner who can supply it; without a name the portfolio manager can.
    """

    name: str
    value: str
    is_missing: bool
    supplier: str = ""


def standing_of(measure: Measure) -> Standing:
    """The three statuses of a measure with their movement."""
    views = statuses_of(measure.pk)
    return Standing(views, movements_of({measure.pk: views}, totals_map([measure.pk]))[measure.pk])


def path_of(measure: Measure) -> list[tuple[str, UUID]]:
    """The names from the portfolio to the package with the ids of the nodes."""
    return [(node.name, node.pk) for node in ancestors(measure.package)[1:]]


def key_amounts(measure: Measure) -> KeyAmounts | None:
    """Plan, forecast, actual and cost of a measure; None until they are computed."""
    totals = MeasureTotals.objects.filter(measure=measure).first()
    return KeyAmounts(totals, measure.plan_versions.count()) if totals else None


@dataclass(frozen=True, slots=True)
class SignedClosing:
    """What a measure was closed at, run-rate in the reporting currency, and what its owner forecast last.

    `holds` until a sustain check failed: as long is it the forecast too. `stated` is None while a plan rate is missing.
    """

    run_rate: Decimal
    closed_on: date
    holds: bool
    stated: Decimal | None
    currency: str

    @property
    def difference(self) -> Decimal | None:
        """What the owner expected more than was signed; None where that is unknown, or nothing."""
        return None if self.stated is None or self.stated == self.run_rate else self.stated - self.run_rate


def signed_closing(measure: Measure) -> SignedClosing | None:
    """The closing that stands; None of a measure that isn't closed."""
    facts = measure_facts(measure.pk) if measure.closed_on else None
    if facts is None or measure.closed_on is None or measure.closed_run_rate is None:
        return None
    lines = facts.lines_of(Group.HARD, recurring_only=True)
    holds = not lines or any(line.closed_run_rate is not None for line in lines)
    try:
        stated = totals_of(facts.as_its_owner_forecast()).forecast_run_rate
    except RateMissing:
        stated = None
    return SignedClosing(measure.closed_run_rate, measure.closed_on, holds, stated, facts.organization.currency)


def year_by_month(measure: Measure) -> YearByMonth:
    """Today's fiscal year by month."""
    facts = measure_facts(measure.pk)
    if facts is None:
        return YearByMonth()
    organization = facts.organization
    year, currency = organization.year, organization.currency
    first, last = fiscal_year_bounds(year, organization.fiscal_year_start)
    known, noted = with_noted_rates(facts)
    sums = {row.month: row for row in month_sums(known, first, last)}
    return YearByMonth(year, currency, tuple(month_range(first, last)), sums, " ".join(stays_out(noted.named)))


def governable_facts(measure: Measure) -> list[GovernableFact]:
    """The people and places that it takes; a missing one names who can supply it (domain section 3)."""
    missing = measure.missing_fields
    owner = measure.owner.name if measure.owner and measure.doi < Doi.IDENTIFIED else ""
    return [
        GovernableFact(name, str(getattr(measure, name) or ""), name in missing, owner)
        for name in GOVERNABLE_FIELDS
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


def source_values(measure: Measure) -> list[tuple[str, str]]:
    """What the imported row said and no field of the measure holds: label and value, as the file wrote them."""
    kept = measure.source_values.get("kept") or {}
    return [(str(label), "" if value is None else str(value)) for label, value in kept.items()]
