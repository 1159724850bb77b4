"""Frozen plans of a measure: their months, their dates, and what each brings per fiscal year."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from cat4.audit.models import AuditEntry
from hierarchy.rates.selectors.rates import plan_rates
from measures.constants import PLANNED_GATES, Doi, Verb
from measures.facts.calendar import calendar
from measures.facts.measures import measure_facts
from measures.formulas.facts import LineFacts, MeasureFacts, OrganizationFacts, RateMissing
from measures.formulas.money import expected_months
from measures.formulas.plan_versions import PlanYear, plan_run_rate, plan_years
from measures.formulas.totals import forecast_run_rate_of
from measures.models import Measure, Milestone, PlanMilestone, PlanMonth, PlanVersion

from .grid import fiscal_years

Months = Mapping[UUID, Mapping[date, Decimal]]
ZERO = Decimal(0)
NO_YEAR = PlanYear(0)
RUN_RATE = "run_rate"
# What is compared of each fiscal year: fields of PlanYear.
YEAR_FIGURES = ("in_year", "carry_over", RUN_RATE, "cost")


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A plan, or the forecast, beside others. `number` is 0 for the forecast."""

    number: int
    frozen_at: datetime | None
    decided_by: str
    reason: str
    years: Mapping[int, PlanYear]
    run_rate: Decimal


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A figure over all columns, `field` of PlanYear in a fiscal year, or the run-rate where there is no year.

    Per version its amount and the difference to version 1; last the forecast.
    """

    year: int | None
    field: str
    cells: tuple[tuple[Decimal, Decimal | None], ...]


@dataclass(frozen=True, slots=True)
class DateRow:
    """A milestone's baseline date in each version; None where the version didn't know it."""

    milestone: Milestone
    dates: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class GateRow:
    """The planned date of a gate in each version."""

    doi: Doi
    dates: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class PlanVersions:
    """All of it. `problem` says why no sums could be made."""

    columns: tuple[PlanColumn, ...]
    rows: tuple[PlanRow, ...]
    dates: tuple[DateRow, ...]
    problem: str = ""
    gates: tuple[GateRow, ...] = ()


def version_months(version: PlanVersion) -> dict[UUID, dict[date, Decimal]]:
    """The months of a version by line."""
    return _months_of([version])[version.pk]


def _months_of(versions: list[PlanVersion]) -> dict[UUID, dict[UUID, dict[date, Decimal]]]:
    found: dict[UUID, dict[UUID, dict[date, Decimal]]] = {version.pk: {} for version in versions}
    rows = PlanMonth.objects.filter(plan_version__in=versions).order_by("month")
    for version_id, line_id, month, amount in rows.values_list("plan_version_id", "line_id", "month", "amount"):
        found[version_id].setdefault(line_id, {})[month] = amount
    return found


def planning_organization(facts: MeasureFacts) -> OrganizationFacts:
    """The organization with the plan rates of every fiscal year: a plan may reach into years without a month yet."""
    organization = facts.organization
    foreign = {line.currency for line in facts.lines} - {organization.currency}
    if not foreign:
        return organization
    return replace(organization, rates=dict(plan_rates(foreign, fiscal_years(calendar()))))


def series_of(facts: MeasureFacts, months: Months) -> list[tuple[LineFacts, Mapping[date, Decimal]]]:
    """The lines of a measure, each with its months of a plan; what overlaps take out was frozen with the first."""
    return [(line, line.plan if line.is_taken else months.get(line.id, {}) if line.id else {}) for line in facts.lines]


@dataclass(frozen=True, slots=True)
class FrozenPlan:
    """A version with all of its months and dates; `years` and `run_rate` are None while a plan rate is missing."""

    number: int
    frozen_at: datetime
    decided_by: str
    reason: str
    lines: list[dict[str, object]]
    dates: list[dict[str, object]]
    decide_by: date | None
    implement_by: date | None
    close_by: date | None
    years: list[PlanYear] | None
    run_rate: Decimal | None


def frozen_plans(measure: Measure) -> list[FrozenPlan]:
    """Every version of a measure, oldest first."""
    versions = list(measure.plan_versions.order_by("number").prefetch_related("milestones"))
    columns = {column.number: column for column in plan_versions(measure).columns}
    months, deciders = _months_of(versions), _deciders(versions)
    return [
        FrozenPlan(
            version.number,
            version.frozen_at,
            deciders.get(version.pk, ""),
            version.reason,
            [{"line_id": line_id, "months": series} for line_id, series in months[version.pk].items()],
            [{"milestone_id": row.milestone_id, "baseline_on": row.baseline_on} for row in version.milestones.all()],
            version.decide_by,
            version.implement_by,
            version.close_by,
            list(columns[version.number].years.values()) if columns else None,
            columns[version.number].run_rate if columns else None,
        )
        for version in versions
    ]


def plan_versions(measure: Measure) -> PlanVersions:
    """Every version beside the others, and the forecast as it is now."""
    versions = list(measure.plan_versions.order_by("number"))
    facts = measure_facts(measure.pk)
    dates = _date_rows(measure, versions)
    if facts is None or not versions:
        return PlanVersions((), (), dates)
    try:
        columns = _columns(facts, versions)
    except RateMissing as error:
        return PlanVersions((), (), dates, str(error))
    return PlanVersions(tuple(columns), tuple(_rows(columns)), dates, gates=_gate_rows(versions))


def _columns(facts: MeasureFacts, versions: list[PlanVersion]) -> list[PlanColumn]:
    organization, months, deciders = planning_organization(facts), _months_of(versions), _deciders(versions)
    columns = []
    for version in versions:
        series = series_of(facts, months[version.pk])
        columns.append(
            PlanColumn(
                version.number,
                version.frozen_at,
                deciders.get(version.pk, ""),
                version.reason,
                plan_years(organization, series),
                plan_run_rate(organization, series),
            )
        )
    known = replace(facts, organization=organization)
    expected = [(line, {m: v.amount for m, v in expected_months(known, line).items()}) for line in facts.lines]
    # The run-rate of the forecast is that of every other page, not the last month of this list.
    run_rate = forecast_run_rate_of(known)
    return [*columns, PlanColumn(0, None, "", "", plan_years(organization, expected), run_rate)]


def _deciders(versions: list[PlanVersion]) -> dict[UUID, str]:
    """Who decided each version, from the record of its freeze."""
    entries = AuditEntry.objects.filter(
        object_id__in=[version.pk for version in versions], verb__in=[Verb.PLAN_FROZEN, Verb.PLAN_CHANGED]
    )
    return {entry.object_id: entry.who for entry in entries.only("object_id", "actor_name", "on_behalf_of_name")}


def _rows(columns: list[PlanColumn]) -> list[PlanRow]:
    rows = []
    for year in sorted({year for column in columns for year in column.years}):
        for field in YEAR_FIGURES:
            amounts = [getattr(column.years.get(year, NO_YEAR), field) for column in columns]
            if any(amounts):
                rows.append(_row(year, field, amounts))
    return [*rows, _row(None, RUN_RATE, [column.run_rate for column in columns])]


def _row(year: int | None, field: str, amounts: list[Decimal]) -> PlanRow:
    first = amounts[0]
    return PlanRow(
        year, field, tuple((amount, amount - first if index else None) for index, amount in enumerate(amounts))
    )


def _date_rows(measure: Measure, versions: list[PlanVersion]) -> tuple[DateRow, ...]:
    by_milestone: dict[UUID, dict[UUID, date]] = defaultdict(dict)
    rows = PlanMilestone.objects.filter(plan_version__in=versions)
    for milestone_id, version_id, day in rows.values_list("milestone_id", "plan_version_id", "baseline_on"):
        by_milestone[milestone_id][version_id] = day
    return tuple(
        DateRow(milestone, tuple(by_milestone[milestone.pk].get(version.pk) for version in versions))
        for milestone in measure.milestones.all()
    )


def _gate_rows(versions: list[PlanVersion]) -> tuple[GateRow, ...]:
    rows = (GateRow(doi, tuple(getattr(version, name) for version in versions)) for name, doi in PLANNED_GATES.items())
    return tuple(row for row in rows if any(row.dates))
