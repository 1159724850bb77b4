"""The frozen plans of a measure beside each other, as their page shows them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..selectors.plan_versions import DateRow, PlanColumn, PlanRow, PlanVersions

_FIGURES = {
    "in_year": "in year",
    "carry_over": "carry-over",
    "run_rate": "exit run-rate",
    "cost": "one-time cost",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A plan, or the forecast, under its name."""

    label: str
    plan: PlanColumn


@dataclass(frozen=True, slots=True)
class Figures:
    """A figure over all columns: its amounts with the differences to version 1."""

    label: str
    cells: tuple[tuple[Decimal, Decimal | None], ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """The planned date of a gate in each version."""

    label: str
    dates: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class PlanTables:
    """The tables of the page. `problem` says why no sums could be made; `versions` are the columns without forecast."""

    columns: list[Column]
    versions: list[Column]
    rows: list[Figures]
    dates: tuple[DateRow, ...]
    gates: list[Gate]
    problem: str


def plan_tables(found: PlanVersions) -> PlanTables:
    """Everything under its names."""
    columns = [Column(_name(plan), plan) for plan in found.columns]
    return PlanTables(
        columns=columns,
        versions=[column for column in columns if column.plan.number],
        rows=[Figures(_label(row), row.cells) for row in found.rows],
        dates=found.dates,
        gates=[Gate(f"DoI {row.doi}", row.dates) for row in found.gates],
        problem=found.problem,
    )


def _name(plan: PlanColumn) -> str:
    return f"Version {plan.number}" if plan.number else "Forecast now"


def _label(row: PlanRow) -> str:
    return "Run-rate" if row.year is None else f"{row.year}, {_FIGURES[row.field]}"
