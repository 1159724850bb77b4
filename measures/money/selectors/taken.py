"""What resolved overlaps take out of a measure, month by month: lines that everybody sees and nobody types into."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import fiscal_year_bounds, month_range
from measures.facts.calendar import calendar
from measures.facts.taken import taken_parts
from measures.models import EffectLine, Measure

from .grid import RowKey


@dataclass(frozen=True, slots=True)
class TakenLine:
    """The part of one line in one fiscal year, in the line's currency; `actual` is validated, else reported."""

    line: EffectLine
    other_code: str
    months: tuple[date, ...]
    rows: tuple[tuple[RowKey, tuple[Decimal | None, ...]], ...]


def taken_lines(measure: Measure, year: int) -> list[TakenLine]:
    """Those of a measure, in the order of its lines."""
    parts = taken_parts([measure.pk])
    if not parts:
        return []
    months = tuple(month_range(*fiscal_year_bounds(year, calendar().fiscal_year_start)))
    lines = {line.pk: line for line in measure.lines.all()}
    found = []
    for part in sorted(parts, key=lambda part: (lines[part.line_id].position, part.other_code)):
        known = {month.month: month for month in part.months}
        plan, actual, forecast = (
            tuple(getattr(known[month], name) if month in known else None for month in months)
            for name in ("plan", "actual", "forecast")
        )
        rows = ((RowKey.PLAN, plan), (RowKey.ACTUAL, actual), (RowKey.FORECAST, forecast))
        found.append(TakenLine(lines[part.line_id], part.other_code, months, rows))
    return found
