"""The run-rate curve of a node, quarter by quarter (domain 6.2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.web.charts import Period
from hierarchy.fiscal import add_months, fiscal_year, months_between

from ..models import NodeMonth

MOST_QUARTERS = 24
_YEAR, _QUARTER = 12, 3


def quarters(node_id: UUID, *, fiscal_year_start: int, locked_until: date | None) -> list[Period]:
    """Run-rates at the end of each fiscal quarter: 12 x the month in plan and forecast.

    The actual is 12 x the mean of the quarter's validated months, for quarters that are locked.
    """
    months = {month.month: month for month in NodeMonth.objects.filter(node_id=node_id)}
    moved = [at for at, month in months.items() if month.plan or month.forecast or month.validated]
    if not moved:
        return []
    ends = _quarter_ends(min(moved), max(moved), fiscal_year_start)
    has_actuals = any(month.validated for month in months.values())
    return [
        Period(
            label=_label(end, fiscal_year_start),
            plan=_YEAR * months[end].plan if end in months else Decimal(0),
            forecast=_YEAR * months[end].forecast if end in months else Decimal(0),
            actual=_actual(months, end) if has_actuals and locked_until and end <= locked_until else None,
        )
        for end in ends
    ]


def _actual(months: Mapping[date, NodeMonth], end: date) -> Decimal:
    three = (months.get(add_months(end, -back)) for back in range(_QUARTER))
    return sum((month.validated for month in three if month), Decimal(0)) * _YEAR / _QUARTER


def _quarter_ends(first: date, last: date, fiscal_year_start: int) -> Sequence[date]:
    """The last months of the fiscal quarters from the one of `first` to the one of `last`."""
    end = _quarter_end(first, fiscal_year_start)
    count = months_between(end, _quarter_end(last, fiscal_year_start)) // _QUARTER + 1
    return [add_months(end, _QUARTER * index) for index in range(min(count, MOST_QUARTERS))]


def _quarter_end(month: date, fiscal_year_start: int) -> date:
    return add_months(month, 2 - (month.month - fiscal_year_start) % _QUARTER)


def _label(end: date, fiscal_year_start: int) -> str:
    """`Q3 2026`, counted in the fiscal year."""
    number = (end.month - fiscal_year_start) % _YEAR // _QUARTER + 1
    return f"Q{number} {fiscal_year(end, fiscal_year_start)}"
