"""The SQL that sums up what a lock kept: by node along the paths of then, with the rules of the present roll-ups.

What counts is said by `tables.CELL_MONEY` and its neighbours; here only the source is another one. Raw, with
parameters for every value; the fragments that are put together are constants.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from .sql import rows
from .tables import CELL_MONEY, MONTH_MONEY, YEAR_MONEY

_FROM = "\n  FROM measures_lockedstanding m"
_HELD = f"""{_FROM}
 CROSS JOIN LATERAL (SELECT m.*) t
 CROSS JOIN unnest(m.path) AS node
"""
_OF_LOCK = " WHERE m.organization_id = %(organization)s AND m.month = %(month)s"
_VALUED = f"{_OF_LOCK} AND m.governable AND m.doi >= %(first_doi)s"
# As `MeasureFacts.is_stale`: what of the forecast had been confirmed too long ago.
_IS_STALE = "m.doi IN (3, 4) AND m.lifecycle = 'active' AND COALESCE(m.confirmed_at < %(stale_before)s, true)"
CELL_KEY = ("doi", "lifecycle", "implementation", "potential", "governable")
_CELLS = f"""
SELECT node, m.doi, m.lifecycle, m.implementation, m.potential, m.governable, count(*),
       {", ".join(f"COALESCE(sum({sql}) FILTER (WHERE m.governable), 0)" for sql in CELL_MONEY.values())}
{_FROM}
 CROSS JOIN LATERAL (SELECT m.*, CASE WHEN {_IS_STALE} THEN m.forecast_in_year ELSE 0 END AS stale_in_year) t
 CROSS JOIN unnest(m.path) AS node
{_OF_LOCK}
 GROUP BY 1, 2, 3, 4, 5, 6"""
_MONTHS = f"""
SELECT node, (m.first_month + make_interval(months => e.place::int - 1))::date, count(*),
       {", ".join(f"round(sum(e.{name}) / 100, 2)" for name in MONTH_MONEY)}
{_HELD}
 CROSS JOIN LATERAL unnest({", ".join(f"m.{name}_cents" for name in MONTH_MONEY)})
       WITH ORDINALITY AS e ({", ".join(MONTH_MONEY)}, place){_VALUED}
   AND ({" OR ".join(f"e.{name} <> 0" for name in MONTH_MONEY)})
 GROUP BY 1, 2 ORDER BY 1, 2"""
_YEARS = f"""
SELECT node, y.kind, y.certainty, y.fiscal_year, count(*),
       {", ".join(f"sum(COALESCE(y.{name}, 0))" for name in YEAR_MONEY)}
{_HELD}
 CROSS JOIN LATERAL jsonb_to_recordset(m.years)
       AS y (kind text, certainty text, fiscal_year int, {", ".join(f"{name} numeric(20, 2)" for name in YEAR_MONEY)})
{_VALUED}
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 4, 2, 3"""
_LEAKAGE = f"""
SELECT node, l.cause, sum(l.amount::numeric(20, 2))
{_HELD}
 CROSS JOIN LATERAL jsonb_each_text(m.leakage) AS l (cause, amount){_VALUED}
 GROUP BY 1, 2"""
Rows = dict[UUID, list[dict[str, Any]]]


def cells_at(month: date, stale_before: datetime) -> Rows:
    """The rows of NodeCell of every node at a lock; forecasts confirmed before an instant were stale."""
    return _by_node(_CELLS, (*CELL_KEY, "measures", *CELL_MONEY), month, stale_before=stale_before)


def months_at(month: date) -> Rows:
    """Those of NodeMonth."""
    return _by_node(_MONTHS, ("month", "measures", *MONTH_MONEY), month)


def years_at(month: date) -> Rows:
    """Those of NodeYear."""
    return _by_node(_YEARS, ("kind", "certainty", "fiscal_year", "measures", *YEAR_MONEY), month)


def leakage_at(month: date) -> Mapping[UUID, dict[str, Decimal]]:
    """Leakage by cause of every node at a lock."""
    found: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    for node, cause, amount in rows(_LEAKAGE, {"month": month}):
        found[node][cause] = amount
    return found


def _by_node(statement: str, columns: Sequence[str], month: date, **given: Any) -> Rows:
    found: Rows = defaultdict(list)
    for node, *values in rows(statement, {"month": month, **given}):
        found[node].append(dict(zip(columns, values, strict=True)))
    return found
