"""Money by effect kind and fiscal year: what is hard, and apart from it what is avoided or soft (domain 1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cat4.web.charts import Unit
from cat4.web.csv_file import CsvColumn, csv_table
from cat4.web.formats import percent
from measures.constants import EBITDA_KINDS, Certainty, EffectKind
from measures.formulas.money import Fac
from reporting.figures.units import PageUnit
from reporting.figures.years import year_name
from reporting.models import NodeYear

ZERO = Decimal(0)
HEADS = Unit("FTE", 1, 1)
_WITH_EXIT = (*EBITDA_KINDS, EffectKind.FTE)
_SECTIONS = (
    (Certainty.HARD, "Hard", "booked in a profit and loss line against its baseline"),
    (Certainty.AVOIDANCE, "Avoidance", "prevents a cost that no baseline has; counts toward no target"),
    (Certainty.SOFT, "Soft", "not bookable; counts toward no target"),
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of one row in one fiscal year. An exit run-rate is None where nothing recurs: one-time cost, capex, cash."""

    plan: Decimal = ZERO
    fac: Fac = field(default_factory=Fac)
    plan_exit: Decimal | None = None
    exit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The texts of one row in one fiscal year."""

    year: str
    plan: str
    fac: str
    against_plan: str
    is_short: bool
    unconfirmed: str
    validated: str
    exit: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """An effect kind, or the sum of both EBITDA kinds, with the fiscal years in which it has any month."""

    label: str
    unit: str
    cells: tuple[Cell, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one certainty."""

    label: str
    note: str
    rows: tuple[TableRow, ...]


def year_table(rows: Sequence[NodeYear], years: Sequence[int], unit: PageUnit) -> list[Section]:
    """The sections that have any money, each kind with its fiscal years; EBITDA added up."""
    found = _amounts(rows)
    sections = []
    for certainty, label, note in _SECTIONS:
        kinds = [kind for kind in EffectKind if any((kind, certainty, year) in found for year in years)]

        def row(label: str, *of: EffectKind, certainty: str = certainty) -> TableRow:
            shown = HEADS if of == (EffectKind.FTE,) else unit.unit
            parts = {year: [found[key] for kind in of if (key := (kind, certainty, year)) in found] for year in years}
            cells = (_cell(year_name(year), those, shown) for year, those in parts.items() if those)
            return TableRow(label, shown.name, tuple(cells))

        shown = [row(kind.label, kind) for kind in kinds]
        if set(EBITDA_KINDS) <= set(kinds):
            shown.insert(len(EBITDA_KINDS), replace(row("EBITDA", *EBITDA_KINDS), is_total=True))
        if shown:
            sections.append(Section(label, note, tuple(shown)))
    return sections


def years_in(rows: Iterable[NodeYear]) -> list[int]:
    """The fiscal years that have any row, in order."""
    return sorted({row.fiscal_year for row in rows})


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the file: a kind and certainty of a node in one fiscal year, amounts in the currency."""

    node: str
    row: NodeYear
    currency: str
    incomplete: str = ""

    @property
    def unit(self) -> str:
        return HEADS.name if self.row.kind == EffectKind.FTE else self.currency

    def exit(self, amount: Decimal) -> Decimal | str:
        return amount if self.row.kind in _WITH_EXIT else ""


# In the order of the file.
COLUMNS: tuple[CsvColumn[FileLine], ...] = (
    CsvColumn("Node", lambda line: line.node),
    CsvColumn("Kind", lambda line: EffectKind(line.row.kind).label),
    CsvColumn("Certainty", lambda line: Certainty(line.row.certainty).label),
    CsvColumn("Fiscal year", lambda line: line.row.fiscal_year),
    CsvColumn("Plan", lambda line: line.row.plan),
    CsvColumn("FAC", lambda line: line.row.fac),
    CsvColumn("Validated", lambda line: line.row.validated),
    CsvColumn("Reported", lambda line: line.row.reported),
    CsvColumn("Forecast", lambda line: line.row.forecast),
    CsvColumn("Assumed", lambda line: line.row.assumed),
    CsvColumn("Of the forecast stale", lambda line: line.row.stale),
    CsvColumn("Plan exit run-rate", lambda line: line.exit(line.row.plan_exit_run_rate)),
    CsvColumn("Exit run-rate", lambda line: line.exit(line.row.exit_run_rate)),
    CsvColumn("Unit", lambda line: line.unit),
    CsvColumn("Measures", lambda line: line.row.measures),
    CsvColumn("Incomplete", lambda line: line.incomplete),
)


def csv_of(node: str, rows: Iterable[NodeYear], currency: str, incomplete: str = "") -> bytes:
    """One line per kind, certainty and fiscal year; amounts unrounded, heads in FTE. `incomplete`: what they lack."""
    return csv_table(COLUMNS, (FileLine(node, row, currency, incomplete) for row in rows))


def _amounts(rows: Iterable[NodeYear]) -> dict[tuple[str, str, int], Amounts]:
    found: dict[tuple[str, str, int], Amounts] = {}
    for row in rows:
        has_exit = row.kind in _WITH_EXIT
        found[row.kind, row.certainty, row.fiscal_year] = Amounts(
            plan=row.plan,
            fac=Fac(row.validated, row.reported, row.forecast, row.assumed, row.stale),
            plan_exit=row.plan_exit_run_rate if has_exit else None,
            exit=row.exit_run_rate if has_exit else None,
        )
    return found


def _cell(year: str, parts: Sequence[Amounts], unit: Unit) -> Cell:
    plan = sum((part.plan for part in parts), ZERO)
    fac = Fac(*(sum((getattr(part.fac, name) for part in parts), ZERO) for name in Fac.__slots__))
    exits = [part.exit for part in parts if part.exit is not None]
    difference = fac.total - plan
    return Cell(
        year=year,
        plan=unit.text(plan),
        fac=unit.text(fac.total),
        against_plan=unit.signed(difference),
        is_short=unit.is_negative(difference),
        unconfirmed=percent(fac.unconfirmed),
        validated=unit.text(fac.validated),
        exit=unit.text(sum(exits, ZERO) if exits else None),
    )
