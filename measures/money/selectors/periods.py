"""Quarters and fiscal years as amounts are entered for them, and how their months came about (domain 6.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import add_months, fiscal_year, fiscal_year_bounds, months_between
from cat4.wording import plain
from measures.constants import Cadence, EffectKind, Series
from measures.facts.calendar import Calendar
from measures.formulas.phasing import spread
from measures.models import EffectLine, EffectMonth, EffectPeriod

LENGTHS = {Cadence.QUARTERLY: 3, Cadence.ANNUAL: 12}
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """A period's amount over its months: those that take a part of it, and what is booked of the others."""

    months: dict[date, Decimal]
    booked: Decimal = Decimal(0)
    booked_months: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period as it was entered. `text` says how it was spread, `difference` what its months bring beyond it."""

    period: EffectPeriod
    label: str
    text: str
    now: Decimal
    difference: Decimal


def first_months(cadence: str, year: int, window: Calendar) -> list[date]:
    """The first months of the periods of a fiscal year."""
    first, _ = fiscal_year_bounds(year, window.fiscal_year_start)
    length = LENGTHS[Cadence(cadence)]
    return [add_months(first, offset) for offset in range(0, 12, length)]


def months_of(period: EffectPeriod) -> list[date]:
    """The months of a period."""
    return [add_months(period.first_month, offset) for offset in range(period.months)]


def period_name(period: EffectPeriod, window: Calendar) -> str:
    """`Q2 2026`, or `2026` for a fiscal year."""
    year = fiscal_year(period.first_month, window.fiscal_year_start)
    if period.months != _QUARTER:
        return str(year)
    start, _ = fiscal_year_bounds(year, window.fiscal_year_start)
    return f"Q{months_between(start, period.first_month) // _QUARTER + 1} {year}"


def spread_period(period: EffectPeriod, entries: Iterable[EffectMonth], window: Calendar) -> Spread:
    """The period's amount evenly over the months that can take it, to the cent. `entries` are the line's months.

    A plan takes all. A forecast only months that are open: what the locked and the reported ones booked is
    subtracted first. Heads aren't divided: each month has them all.
    """
    actuals = {entry.month: _actual(entry) for entry in entries}
    months = months_of(period)
    booked = {
        month: actuals.get(month) or Decimal(0)
        for month in months
        if period.series == Series.FORECAST and (month in window.locked or actuals.get(month) is not None)
    }
    open_months = [month for month in months if month not in booked]
    if period.line.kind == EffectKind.FTE:
        return Spread(dict.fromkeys(open_months, period.amount), booked_months=tuple(booked))
    total = sum(booked.values(), Decimal(0))
    return Spread(spread(period.amount - total, open_months), total, tuple(booked))


def in_words(period: EffectPeriod, found: Spread, window: Calendar) -> str:
    """`phased from Q2 2026: 300 = 3 x 100`; with booked months `300 = 100 booked + 2 x 100`."""
    name, whole, parts = period_name(period, window), plain(period.amount), list(found.months.values())
    if not parts:
        return f"phased from {name}: {whole}, every month is booked since"
    if period.line.kind == EffectKind.FTE:
        return f"phased from {name}: {whole} in each month"
    even = all(part == parts[0] for part in parts)
    evenly = (
        f"{len(parts)} x {plain(parts[0])}" if even else f"{plain(sum(parts, Decimal(0)))} over {len(parts)} months"
    )
    booked = f"{plain(found.booked)} booked + " if found.booked_months else ""
    return f"phased from {name}: {whole} = {booked}{evenly}"


def period_lines(line: EffectLine, entries: Iterable[EffectMonth], window: Calendar) -> list[PeriodLine]:
    """Every period of a line, plan first. A month typed afterwards shows as a difference to its period."""
    known = {entry.month: entry for entry in entries}
    periods = sorted(line.periods.all(), key=lambda period: (period.series != Series.PLAN, period.first_month))
    return [_line(line, period, known, window) for period in periods]


def _line(line: EffectLine, period: EffectPeriod, known: dict[date, EffectMonth], window: Calendar) -> PeriodLine:
    period.line = line
    entries = [known[month] for month in months_of(period) if month in known]
    amounts = [_brings(entry, period.series, window) for entry in entries]
    now = sum(amounts, Decimal(0))
    if line.kind == EffectKind.FTE:
        now = next((amount for amount in amounts if amount != period.amount), period.amount)
    text = in_words(period, spread_period(period, entries, window), window)
    return PeriodLine(period, period_name(period, window), text, now, now - period.amount)


def _brings(entry: EffectMonth, series: str, window: Calendar) -> Decimal:
    if series == Series.PLAN:
        return entry.plan or Decimal(0)
    actual = _actual(entry)
    if actual is not None or entry.month in window.locked:
        return actual or Decimal(0)
    return entry.forecast or Decimal(0)


def _actual(entry: EffectMonth) -> Decimal | None:
    return entry.reported if entry.validated is None else entry.validated


def entered(line: EffectLine, series: str, cadence: str) -> dict[date, Decimal]:
    """The amounts that were entered at a cadence, by first month."""
    stored = line.periods.filter(series=series, months=LENGTHS[Cadence(cadence)])
    return dict(stored.values_list("first_month", "amount"))


def period_choices(
    line: EffectLine, series: str, cadence: str, year: int, window: Calendar
) -> list[tuple[date, str, Decimal | None]]:
    """The periods that can be entered: first month, name, and what its months bring now, None before any is known.

    By quarter those of `year`, by year every fiscal year of the calendar; only such as lie in it as a whole.
    """
    length = LENGTHS[Cadence(cadence)]
    years = [year] if length == _QUARTER else _years(window)
    starts = [first for each_year in years for first in first_months(cadence, each_year, window)]
    known = {entry.month: entry for entry in line.months.all()}
    found = []
    for first in starts:
        period = EffectPeriod(line=line, series=series, first_month=first, months=length, amount=Decimal(0))
        months = months_of(period)
        if window.contains(months[0]) and window.contains(months[-1]):
            now = [_brings(known[month], series, window) for month in months if month in known]
            found.append((first, period_name(period, window), sum(now, Decimal(0)) if now else None))
    return found


def _years(window: Calendar) -> list[int]:
    first = fiscal_year(window.first_month, window.fiscal_year_start)
    return list(range(first, fiscal_year(window.last_month, window.fiscal_year_start) + 1))
