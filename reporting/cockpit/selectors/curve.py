"""The run-rate curve of a node, quarter by quarter (domain 6.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.fiscal import add_months, fiscal_quarter, fiscal_year, months_between
from measures.constants import EBITDA_KINDS, Certainty
from reporting.models import NodeMonth, NodeYear

MOST_QUARTERS = 24
_YEAR, _QUARTER = 12, 3
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quarter:
    """Run-rates of a fiscal quarter, 1 to 4 of its year; `actual` is None while it isn't locked or has none.

    `unconfirmed` and `reported` are parts of the forecast: what rests on a stale forecast or on none, and what was
    reported and waits for its controller.
    """

    fiscal_year: int
    number: int
    plan: Decimal
    forecast: Decimal
    actual: Decimal | None
    unconfirmed: Decimal
    reported: Decimal = ZERO


def quarters(
    node_id: UUID, *, fiscal_year_start: int, locked_until: date | None, years: Sequence[NodeYear] = ()
) -> list[Quarter]:
    """The quarters of a node as it stands; see `quarters_of`."""
    rows = list(NodeMonth.objects.filter(node_id=node_id))
    return quarters_of(rows, fiscal_year_start=fiscal_year_start, locked_until=locked_until, years=years)


def quarters_of(
    rows: Iterable[NodeMonth], *, fiscal_year_start: int, locked_until: date | None, years: Sequence[NodeYear] = ()
) -> list[Quarter]:
    """Run-rates of fiscal quarters: 12 x the mean of a quarter's three months, in plan, forecast and actual alike.

    The actual is of validated months, for quarters that are locked. What is unconfirmed of a forecast is what
    rests on a stale one or on none (domain 14); how much that is, each fiscal year says of itself as a whole.
    """
    months = {month.month: month for month in rows}
    moved = [at for at, month in months.items() if month.plan or month.forecast or month.validated]
    if not moved:
        return []
    ends = _quarter_ends(min(moved), max(moved), fiscal_year_start)
    has_actuals = any(month.validated for month in months.values())
    loose = _loose_shares(years)
    return [
        Quarter(
            fiscal_year=fiscal_year(end, fiscal_year_start),
            number=fiscal_quarter(end, fiscal_year_start),
            plan=_run_rate(months, end, "plan"),
            forecast=_run_rate(months, end, "forecast"),
            actual=_run_rate(months, end, "validated")
            if has_actuals and locked_until and end <= locked_until
            else None,
            reported=_run_rate(months, end, "reported"),
            unconfirmed=loose.get(fiscal_year(end, fiscal_year_start), ZERO) * _open(months, end),
        )
        for end in ends
    ]


def _run_rate(months: Mapping[date, NodeMonth], end: date, column: str) -> Decimal:
    """12 x the mean of the three months up to `end`; a month without a row counts as 0."""
    three = (months.get(add_months(end, -back)) for back in range(_QUARTER))
    return sum((getattr(month, column) for month in three if month), ZERO) * (_YEAR // _QUARTER)


def _open(months: Mapping[date, NodeMonth], end: date) -> Decimal:
    """What of a quarter's run-rate nobody has booked."""
    return _run_rate(months, end, "forecast") - _run_rate(months, end, "validated") - _run_rate(months, end, "reported")


def _loose_shares(years: Sequence[NodeYear]) -> dict[int, Decimal]:
    """By fiscal year, the unconfirmed share of what isn't booked yet of hard EBITDA."""
    loose: dict[int, Decimal] = {}
    whole: dict[int, Decimal] = {}
    for row in years:
        if row.kind in EBITDA_KINDS and row.certainty == Certainty.HARD:
            loose[row.fiscal_year] = loose.get(row.fiscal_year, ZERO) + abs(row.stale) + abs(row.assumed)
            expected = abs(row.forecast) + abs(row.assumed)
            whole[row.fiscal_year] = whole.get(row.fiscal_year, ZERO) + expected
    return {year: loose[year] / amount for year, amount in whole.items() if amount}


def _quarter_ends(first: date, last: date, fiscal_year_start: int) -> Sequence[date]:
    """The last months of the fiscal quarters from the one of `first` to the one of `last`."""
    end = _quarter_end(first, fiscal_year_start)
    count = months_between(end, _quarter_end(last, fiscal_year_start)) // _QUARTER + 1
    return [add_months(end, _QUARTER * index) for index in range(min(count, MOST_QUARTERS))]


def _quarter_end(month: date, fiscal_year_start: int) -> date:
    return add_months(month, 2 - (month.month - fiscal_year_start) % _QUARTER)
