"""The grid of a measure's money: per effect line and fiscal year the months of plan, actual and forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.fiscal import fiscal_year, fiscal_year_bounds, month_range
from cat4.web import formats
from measures.constants import EffectKind
from measures.facts.calendar import Calendar, calendar
from measures.formulas.phasing import cents
from measures.models import EffectLine, EffectMonth, Measure

from .periods import PeriodLine, period_lines

_YEAR = 12
ROWS = {"plan": "Plan", "actual": "Actual", "forecast": "Forecast"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a row. With a `name` it can be typed; `state` is validated, submitted or empty."""

    text: str
    label: str
    name: str = ""
    state: str = ""
    error: str = ""
    is_negative: bool = False
    may_validate: bool = False
    seen: str = ""
    month: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Plan, actual, forecast, or the difference to plan."""

    key: str
    label: str
    cells: list[Cell]
    total: str
    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class LineGrid:
    """An effect line in one fiscal year."""

    line: EffectLine
    heads: list[str]
    rows: list[Row]
    against_plan: Row
    may_save: bool
    may_save_forecast: bool
    validations: list[Cell]
    own_entries: list[str]
    may_return_any: bool
    periods: list[PeriodLine]
    problems: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a line's grid and couldn't be saved: texts by cell name, sentences, and the reason."""

    texts: Mapping[str, str]
    errors: Mapping[str, str]
    problems: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with the money of a measure, as the policies answered."""

    user_id: UUID
    may_plan: bool = False
    may_report: bool = False
    may_forecast: bool = False
    may_validate: bool = False


def fiscal_years(window: Calendar) -> list[int]:
    """The fiscal years of the calendar."""
    first = fiscal_year(window.first_month, window.fiscal_year_start)
    last = fiscal_year(window.last_month, window.fiscal_year_start)
    return list(range(first, last + 1))


def current_year(window: Calendar) -> int:
    """The fiscal year of today, or the nearest of the calendar."""
    month = min(max(window.current_month, window.first_month), window.last_month)
    return fiscal_year(month, window.fiscal_year_start)


def grids(measure: Measure, year: int, rights: Rights, typed: Mapping[str, Typed] | None = None) -> list[LineGrid]:
    """Every effect line of a measure in one fiscal year. `typed` holds refused input by line id."""
    window = calendar()
    first, last = fiscal_year_bounds(year, window.fiscal_year_start)
    months = [month for month in month_range(first, last) if window.contains(month)]
    related = measure.lines.select_related("legal_entity", "account", "milestone").prefetch_related("periods")
    lines = list(related)
    entries: dict[object, dict[date, EffectMonth]] = {line.pk: {} for line in lines}
    for entry in EffectMonth.objects.filter(measure_id=measure.pk, month__in=months):
        entries[entry.line_id][entry.month] = entry
    return [
        _Builder(line=line, months=months, entries=entries[line.pk], window=window, rights=rights).build(
            (typed or {}).get(str(line.pk))
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Builder:
    """Puts one line together."""

    line: EffectLine
    months: list[date]
    entries: Mapping[date, EffectMonth]
    window: Calendar
    rights: Rights

    def build(self, typed: Typed | None) -> LineGrid:
        rows = [self._row(key, typed) for key in ROWS]
        cells = [cell for row in rows for cell in row.cells]
        return LineGrid(
            line=self.line,
            heads=[formats.month(month).split(" ")[0] for month in self.months],
            rows=rows,
            against_plan=self._against_plan(),
            may_save=any(cell.name for cell in cells),
            may_save_forecast=any(cell.name for cell in rows[2].cells),
            validations=[cell for cell in cells if cell.may_validate],
            own_entries=[formats.month(month) for month, entry in self.entries.items() if self._is_own(entry)],
            may_return_any=any(
                entry.reported is not None and month not in self.window.locked for month, entry in self.entries.items()
            ),
            periods=self._periods(),
            problems=typed.problems if typed else (),
            reason=typed.reason if typed else "",
        )

    def _periods(self) -> list[PeriodLine]:
        """The quarters and years that were entered for months of this year."""
        lines = period_lines(self.line, self.entries.values(), self.window)
        return [one for one in lines if one.period.first_month in self.months]

    def _row(self, key: str, typed: Typed | None) -> Row:
        amounts = {month: self._amount(key, month) for month in self.months}
        total = self._of_year(sum((amount for amount in amounts.values() if amount is not None), Decimal(0)))
        known = any(amount is not None for amount in amounts.values())
        cells = [self._cell(key, month, amount, typed) for month, amount in amounts.items()]
        return Row(key, ROWS[key], cells, exact(total) if known else formats.NOTHING, total < 0)

    def _of_year(self, total: Decimal) -> Decimal:
        """What the months come to in the year: their sum; of heads, which are there each month, the mean."""
        return cents(total / _YEAR) if self.line.kind == EffectKind.FTE else total

    def _amount(self, key: str, month: date) -> Decimal | None:
        entry = self.entries.get(month)
        if entry is None:
            return None
        if key == "actual":
            return entry.reported if entry.validated is None else entry.validated
        return entry.plan if key == "plan" else entry.forecast

    def _cell(self, key: str, month: date, amount: Decimal | None, typed: Typed | None) -> Cell:
        entry = self.entries.get(month)
        is_open = self._is_open(key, month, entry)
        name = cell_name(key, month) if is_open else ""
        text = typed.texts.get(name) if typed and name else None
        if text is None:
            text = exact(amount) if amount is not None else ("" if name else formats.NOTHING)
        return Cell(
            text=text,
            label=f"{ROWS[key]} {formats.month(month)}, {self.line.measured_in}, {self.line.name}",
            name=name,
            state=_state(key, entry),
            error=typed.errors.get(name, "") if typed else "",
            is_negative=amount is not None and amount < 0,
            may_validate=self._may_validate(key, entry),
            seen=str(amount) if amount is not None else "",
            month=f"{month:%Y-%m}",
            head=formats.month(month),
        )

    def _is_open(self, key: str, month: date, entry: EffectMonth | None) -> bool:
        """Whether the reader may type into the cell; the actions hold the same rules."""
        if key == "plan":
            return self.rights.may_plan
        if month in self.window.locked:
            return False
        if key == "forecast":
            is_wanted = month >= self.window.current_month or (entry is not None and entry.plan is not None)
            return self.rights.may_forecast and is_wanted and (entry is None or entry.reported is None)
        is_validated = entry is not None and entry.validated is not None
        return self.rights.may_report and self.window.has_begun(month) and not is_validated

    def _may_validate(self, key: str, entry: EffectMonth | None) -> bool:
        if key != "actual" or entry is None or not self._awaits_validation(entry):
            return False
        return entry.reported_by_id != self.rights.user_id

    def _is_own(self, entry: EffectMonth) -> bool:
        """Whether only having entered it keeps the reader from validating it."""
        return self._awaits_validation(entry) and entry.reported_by_id == self.rights.user_id

    def _awaits_validation(self, entry: EffectMonth) -> bool:
        return self.rights.may_validate and entry.reported is not None and entry.validated is None

    def _against_plan(self) -> Row:
        cells, total, known = [], Decimal(0), False
        for month in self.months:
            plan, actual = self._amount("plan", month), self._amount("actual", month)
            expected = self._amount("forecast", month) if actual is None else actual
            gap = None if plan is None or expected is None else expected - plan
            known, total = known or gap is not None, total + (gap or Decimal(0))
            cells.append(Cell(text=signed(gap), label="", is_negative=gap is not None and gap < 0))
        total = self._of_year(total)
        return Row("gap", "Against plan", cells, signed(total if known else None), total < 0)


def cell_name(key: str, month: date) -> str:
    """`forecast-2026-10`."""
    return f"{key}-{month:%Y-%m}"


def _state(key: str, entry: EffectMonth | None) -> str:
    if key != "actual" or entry is None or entry.reported is None:
        return ""
    return "submitted" if entry.validated is None else "validated"


def exact(amount: Decimal) -> str:
    """Every cent where there are cents, so that saving a cell unseen changes nothing."""
    return formats.number(amount, 0 if amount == amount.to_integral_value() else 2)


def signed(amount: Decimal | None) -> str:
    """The same for a difference."""
    return formats.signed(amount, 0 if amount is None or amount == amount.to_integral_value() else 2)


def returnable(line: EffectLine) -> list[date]:
    """The months that the controller can send back: reported, and not locked."""
    reported = line.months.filter(reported__isnull=False).values_list("month", flat=True)
    return [month for month in reported if month not in calendar().locked]
