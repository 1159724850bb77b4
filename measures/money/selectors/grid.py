"""The grid of a measure's money, in numbers: per effect line and fiscal year the months of plan, actual and forecast.

Amounts are in what the line is measured in. None is unknown, which isn't 0.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from cat4.fiscal import fiscal_year, fiscal_year_bounds, month_range
from measures.constants import EffectKind
from measures.facts.calendar import Calendar, calendar
from measures.facts.measures import measure_facts
from measures.formulas.money import Source, work_out
from measures.formulas.phasing import cents
from measures.models import EffectLine, EffectMonth, Measure

from .periods import PeriodLine, period_lines

_YEAR = 12


class RowKey(StrEnum):
    """What a row of the grid holds, in the order of the rows."""

    PLAN = "plan"
    ACTUAL = "actual"
    FORECAST = "forecast"
    CORRECTIONS = "corrections"
    EXPECTED = "expected"
    AGAINST_PLAN = "against-plan"


class ActualState(StrEnum):
    """How far an actual is."""

    SUBMITTED = "submitted"
    VALIDATED = "validated"


ROWS = (RowKey.PLAN, RowKey.ACTUAL, RowKey.FORECAST)


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a row: its amount, how far an actual is, and what the reader may do with it."""

    month: date
    amount: Decimal | None
    state: ActualState | None = None
    is_open: bool = False
    may_validate: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A series of months; `total` is of the fiscal year, None when nothing is known."""

    key: RowKey
    cells: tuple[Cell, ...]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class LineGrid:
    """An effect line in one fiscal year.

    `expected` is what each month brings at completion, corrections included: its total is the line's forecast at
    completion of every other page. `corrections` is what is booked late in a month, None where nothing is.
    `own_entries` are the months that only having entered them keeps the reader from validating.
    """

    line: EffectLine
    months: tuple[date, ...]
    rows: tuple[Row, ...]
    corrections: Row | None
    expected: Row
    against_plan: Row
    own_entries: tuple[date, ...]
    may_return_any: bool
    periods: tuple[PeriodLine, ...]

    def row(self, key: RowKey) -> Row:
        """The row of plan, actual or forecast."""
        return next(row for row in self.rows if row.key == key)


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with the money of a measure, as the policies answered."""

    entered_by: frozenset[UUID | None]
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


def grids(measure: Measure, year: int, rights: Rights) -> list[LineGrid]:
    """Every effect line of a measure in one fiscal year."""
    window = calendar()
    first, last = fiscal_year_bounds(year, window.fiscal_year_start)
    months = [month for month in month_range(first, last) if window.contains(month)]
    related = measure.lines.select_related("legal_entity", "account", "milestone").prefetch_related("periods")
    lines = list(related)
    entries: dict[object, dict[date, EffectMonth]] = {line.pk: {} for line in lines}
    for entry in EffectMonth.objects.filter(measure_id=measure.pk, month__in=months):
        entries[entry.line_id][entry.month] = entry
    booked = _books(measure, months)
    return [
        _Builder(
            line=line,
            months=months,
            entries=entries[line.pk],
            books=booked.get(line.pk, _Books()),
            window=window,
            rights=rights,
        ).build()
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Books:
    """What the months of a line bring at completion, and what of it corrections book late, with how far they are.

    `signed` is what its months that aren't booked bring at the run-rate that its closing was signed at.
    """

    expected: dict[date, Decimal] = field(default_factory=dict)
    corrections: dict[date, Decimal] = field(default_factory=dict)
    waiting: set[date] = field(default_factory=set)
    signed: dict[date, Decimal] = field(default_factory=dict)


def _books(measure: Measure, months: Collection[date]) -> dict[UUID | None, _Books]:
    """By line, from the one computation that every sum of a measure is made of (domain 6.3)."""
    facts = measure_facts(measure.pk)
    found: dict[UUID | None, _Books] = defaultdict(_Books)
    for worked in work_out(facts) if facts else ():
        books = found[worked.line.of_line]
        for month in worked.expected.keys() & set(months):
            amount = worked.expected[month].amount
            books.expected[month] = books.expected.get(month, Decimal(0)) + amount
            if worked.line.is_correction:
                books.corrections[month] = books.corrections.get(month, Decimal(0)) + amount
                if worked.expected[month].source is Source.REPORTED:
                    books.waiting.add(month)
            if worked.line.closed_run_rate is not None and worked.expected[month].source is Source.FORECAST:
                books.signed[month] = cents(amount)
    return found


@dataclass(frozen=True, slots=True)
class _Builder:
    """Puts one line together."""

    line: EffectLine
    months: list[date]
    entries: Mapping[date, EffectMonth]
    books: _Books
    window: Calendar
    rights: Rights

    def build(self) -> LineGrid:
        return LineGrid(
            line=self.line,
            months=tuple(self.months),
            rows=tuple(self._row(key, [self._cell(key, month) for month in self.months]) for key in ROWS),
            corrections=self._corrections(),
            expected=self._row(RowKey.EXPECTED, [Cell(month, self.books.expected.get(month)) for month in self.months]),
            against_plan=self._row(
                RowKey.AGAINST_PLAN, [Cell(month, self._against_plan(month)) for month in self.months]
            ),
            own_entries=tuple(month for month, entry in self.entries.items() if self._is_own(entry)),
            may_return_any=any(
                entry.reported is not None and month not in self.window.locked for month, entry in self.entries.items()
            ),
            periods=self._periods(),
        )

    def _corrections(self) -> Row | None:
        if not self.books.corrections:
            return None
        cells = [Cell(month, self.books.corrections.get(month), self._state_of(month)) for month in self.months]
        return self._row(RowKey.CORRECTIONS, cells)

    def _state_of(self, month: date) -> ActualState | None:
        if month not in self.books.corrections:
            return None
        return ActualState.SUBMITTED if month in self.books.waiting else ActualState.VALIDATED

    def _periods(self) -> tuple[PeriodLine, ...]:
        """The quarters and years that were entered for months of this year."""
        lines = period_lines(self.line, self.entries.values(), self.window)
        return tuple(line for line in lines if line.period.first_month in self.months)

    def _row(self, key: RowKey, cells: list[Cell]) -> Row:
        known = [cell.amount for cell in cells if cell.amount is not None]
        return Row(key, tuple(cells), self._of_year(sum(known, Decimal(0))) if known else None)

    def _of_year(self, total: Decimal) -> Decimal:
        """What the months come to in the year: their sum; of heads, which are there each month, the mean."""
        return cents(total / _YEAR) if self.line.kind == EffectKind.FTE else total

    def _amount(self, key: RowKey, month: date) -> Decimal | None:
        entry = self.entries.get(month)
        if key is RowKey.FORECAST and month in self.books.signed:
            return self.books.signed[month]
        if entry is None:
            return None
        if key is RowKey.ACTUAL:
            return entry.reported if entry.validated is None else entry.validated
        return entry.plan if key is RowKey.PLAN else entry.forecast

    def _against_plan(self, month: date) -> Decimal | None:
        """What the month brings at completion less its plan; None where nothing is known of either."""
        plan, expected = self._amount(RowKey.PLAN, month), self.books.expected.get(month)
        return None if plan is None and expected is None else (expected or Decimal(0)) - (plan or Decimal(0))

    def _cell(self, key: RowKey, month: date) -> Cell:
        entry = self.entries.get(month)
        return Cell(
            month=month,
            amount=self._amount(key, month),
            state=_state(key, entry),
            is_open=self._is_open(key, month, entry),
            may_validate=self._may_validate(key, entry),
        )

    def _is_open(self, key: RowKey, month: date, entry: EffectMonth | None) -> bool:
        """Whether the reader may type into the cell; the actions hold the same rules."""
        if key is RowKey.PLAN:
            return self.rights.may_plan
        if month in self.window.locked:
            return False
        if key is RowKey.FORECAST:
            is_wanted = month >= self.window.current_month or (entry is not None and entry.plan is not None)
            return self.rights.may_forecast and is_wanted and (entry is None or entry.reported is None)
        is_validated = entry is not None and entry.validated is not None
        return self.rights.may_report and self.window.has_ended(month) and not is_validated

    def _may_validate(self, key: RowKey, entry: EffectMonth | None) -> bool:
        if key is not RowKey.ACTUAL or entry is None or not self._awaits_validation(entry):
            return False
        return entry.reported_by_id not in self.rights.entered_by

    def _is_own(self, entry: EffectMonth) -> bool:
        """Whether only having entered it keeps the reader from validating it."""
        return self._awaits_validation(entry) and entry.reported_by_id in self.rights.entered_by

    def _awaits_validation(self, entry: EffectMonth) -> bool:
        is_open = entry.reported is not None and entry.validated is None
        return self.rights.may_validate and is_open and self.window.has_ended(entry.month)


def _state(key: RowKey, entry: EffectMonth | None) -> ActualState | None:
    if key is not RowKey.ACTUAL or entry is None or entry.reported is None:
        return None
    return ActualState.SUBMITTED if entry.validated is None else ActualState.VALIDATED


def returnable(line: EffectLine) -> list[date]:
    """The months that the controller can send back: reported, and not locked."""
    reported = line.months.filter(reported__isnull=False).values_list("month", flat=True)
    return [month for month in reported if month not in calendar().locked]
