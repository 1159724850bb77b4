"""The SQL of roll-ups: the only raw SQL of this app, with parameters for every value.

Each statement takes the ids of some nodes, computes their rows afresh in one GROUP BY and writes only what
differs: rows that went are deleted, changed ones updated, the others left alone. The fragments that are
put together here are constants of this module.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id
from hierarchy.constants import RateKind
from measures.constants import EBITDA_KINDS, Certainty, Recurrence

from ..constants import FIRST_VALUED_DOI

CELL_KEY = ("node_id", "doi", "lifecycle", "implementation", "potential", "governable")
# Not governable brings no money, cancelled has a forecast of zero, on hold keeps only what was booked.
CELL_MONEY = {
    "plan_run_rate": "t.plan_run_rate",
    "forecast_run_rate": "CASE WHEN m.lifecycle IN ('on_hold', 'cancelled') THEN 0 ELSE t.forecast_run_rate END",
    "validated_run_rate": "t.validated_run_rate",
    "plan_in_year": "t.plan_in_year",
    "fac_in_year": "CASE m.lifecycle WHEN 'cancelled' THEN 0 "
    "WHEN 'on_hold' THEN t.validated_in_year + t.reported_in_year ELSE t.fac_in_year END",
    "validated_in_year": "CASE m.lifecycle WHEN 'cancelled' THEN 0 ELSE t.validated_in_year END",
    "reported_in_year": "CASE m.lifecycle WHEN 'cancelled' THEN 0 ELSE t.reported_in_year END",
    "forecast_in_year": "CASE WHEN m.lifecycle IN ('on_hold', 'cancelled') THEN 0 ELSE t.forecast_in_year END",
    "assumed_in_year": "CASE WHEN m.lifecycle IN ('on_hold', 'cancelled') THEN 0 ELSE t.assumed_in_year END",
    "one_time_plan": "t.one_time_plan",
    "one_time_actual": "t.one_time_actual",
    "soft_run_rate": "t.soft_run_rate",
}
MONTH_KEY = ("node_id", "month")
MONTH_MONEY = ("plan", "forecast", "reported", "validated")

_FIRST_OF_FISCAL_YEAR = """
    (date_trunc('year', e.month - make_interval(months => %(fiscal_year_start)s - 1))
     + make_interval(months => %(fiscal_year_start)s - 1))::date"""

_MONTHS = f"""
      FROM measures_measure m
      JOIN measures_effectline l ON l.organization_id = m.organization_id AND l.measure_id = m.id
      JOIN measures_effectmonth e
        ON e.organization_id = m.organization_id AND e.measure_id = m.id AND e.line_id = l.id
      LEFT JOIN hierarchy_exchangerate r
        ON r.organization_id = m.organization_id AND r.kind = %(plan_rate)s AND r.currency = l.currency
       AND r.month = {_FIRST_OF_FISCAL_YEAR}"""

# By how many months the start of the effect moved, and the plan of the month that moved here.
_SLIP = """
      LEFT JOIN LATERAL (
        SELECT 12 * (extract(year FROM s.moved) - extract(year FROM s.baseline_on))::int
               + (extract(month FROM s.moved) - extract(month FROM s.baseline_on))::int AS months
          FROM (SELECT COALESCE(actual_on, forecast_on) AS moved, baseline_on
                  FROM measures_milestone
                 WHERE organization_id = m.organization_id AND measure_id = m.id AND is_effect_start) s
      ) slip ON e.forecast IS NULL
      LEFT JOIN measures_effectmonth shifted
        ON slip.months <> 0 AND shifted.organization_id = e.organization_id AND shifted.measure_id = e.measure_id
       AND shifted.line_id = e.line_id AND shifted.month = (e.month - make_interval(months => slip.months))::date"""

_COUNTED = """
     WHERE m.organization_id = %(organization)s AND m.package_id = ANY(%(nodes)s)
       AND m.governable AND m.doi >= %(first_doi)s
       AND l.kind = ANY(%(kinds)s) AND l.certainty = %(hard)s AND l.recurrence = %(recurring)s"""

_EXPECTED = """
    CASE WHEN m.lifecycle IN ('on_hold', 'cancelled') THEN 0
         ELSE COALESCE(e.forecast, CASE WHEN COALESCE(slip.months, 0) = 0 THEN e.plan ELSE shifted.plan END, 0) END"""


def write_package_cells(packages: Sequence[UUID]) -> None:
    """Cells of measure packages, from their measures' totals and computed statuses."""
    money = ", ".join(f"sum(CASE WHEN m.governable THEN COALESCE({sql}, 0) ELSE 0 END)" for sql in CELL_MONEY.values())
    fresh = f"""
        SELECT m.package_id, m.doi, m.lifecycle, COALESCE(i.value, 'n'), COALESCE(p.value, 'n'), m.governable,
               count(*), {money}
          FROM measures_measure m
          LEFT JOIN measures_measuretotals t ON t.organization_id = m.organization_id AND t.measure_id = m.id
          LEFT JOIN measures_measurestatus i
            ON i.organization_id = m.organization_id AND i.measure_id = m.id AND i.kind = 'implementation'
          LEFT JOIN measures_measurestatus p
            ON p.organization_id = m.organization_id AND p.measure_id = m.id AND p.kind = 'potential'
         WHERE m.organization_id = %(organization)s AND m.package_id = ANY(%(nodes)s)
         GROUP BY 1, 2, 3, 4, 5, 6"""  # noqa: S608  (constants of this module)
    _write("reporting_nodecell", CELL_KEY, ("measures", *CELL_MONEY), fresh, {"nodes": list(packages)})


def write_parent_cells(nodes: Sequence[UUID]) -> None:
    """Cells of nodes above packages, from the cells of their children."""
    values = ("measures", *CELL_MONEY)
    fresh = f"""
        SELECT n.parent_id, c.doi, c.lifecycle, c.implementation, c.potential, c.governable,
               {", ".join(f"sum(c.{name})" for name in values)}
          FROM hierarchy_node n
          JOIN reporting_nodecell c ON c.organization_id = n.organization_id AND c.node_id = n.id
         WHERE n.organization_id = %(organization)s AND n.parent_id = ANY(%(nodes)s)
         GROUP BY 1, 2, 3, 4, 5, 6"""  # noqa: S608  (constants of this module)
    _write("reporting_nodecell", CELL_KEY, values, fresh, {"nodes": list(nodes)})


def write_package_months(packages: Sequence[UUID], *, currency: str, fiscal_year_start: int) -> None:
    """Months of measure packages: recurring hard EBITDA at plan rate, converted before it is summed.

    A month without a forecast counts with the plan moved by the slip of the effect's start (domain 6.3).
    """
    rate = "CASE WHEN l.currency = %(currency)s THEN 1 ELSE r.rate END"
    fresh = f"""
        SELECT m.package_id, e.month,
               round(sum(COALESCE(e.plan, 0) * {rate}), 2), round(sum({_EXPECTED} * {rate}), 2),
               round(sum(COALESCE(e.reported, 0) * {rate}), 2), round(sum(COALESCE(e.validated, 0) * {rate}), 2)
        {_MONTHS} {_SLIP} {_COUNTED}
         GROUP BY 1, 2"""
    values = _month_values(packages, currency, fiscal_year_start)
    _write("reporting_nodemonth", MONTH_KEY, MONTH_MONEY, fresh, values)


def write_parent_months(nodes: Sequence[UUID]) -> None:
    """Months of nodes above packages, from the months of their children."""
    fresh = f"""
        SELECT n.parent_id, c.month, {", ".join(f"sum(c.{name})" for name in MONTH_MONEY)}
          FROM hierarchy_node n
          JOIN reporting_nodemonth c ON c.organization_id = n.organization_id AND c.node_id = n.id
         WHERE n.organization_id = %(organization)s AND n.parent_id = ANY(%(nodes)s)
         GROUP BY 1, 2"""  # noqa: S608  (constants of this module)
    _write("reporting_nodemonth", MONTH_KEY, MONTH_MONEY, fresh, {"nodes": list(nodes)})


def missing_rates(packages: Sequence[UUID], *, currency: str, fiscal_year_start: int) -> list[tuple[str, Any]]:
    """Currencies, with the first month of the fiscal year, whose plan rate these packages need and don't have."""
    statement = f"""
        SELECT DISTINCT l.currency, {_FIRST_OF_FISCAL_YEAR} {_MONTHS} {_COUNTED}
           AND l.currency <> %(currency)s AND r.rate IS NULL
         ORDER BY 1, 2"""
    with connection.cursor() as cursor:
        cursor.execute(statement, _month_values(packages, currency, fiscal_year_start) | _organization())
        return cursor.fetchall()


def lock_roll_up() -> None:
    """One climb at a time per organization, until the transaction ends.

    Whoever climbs second reads the children only after the first has committed: no parent is written
    from sums that were already outdated.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('roll-up ' || %(organization)s, 0))", _organization()
        )


def _month_values(packages: Sequence[UUID], currency: str, fiscal_year_start: int) -> dict[str, Any]:
    return {
        "nodes": list(packages),
        "currency": currency,
        "fiscal_year_start": fiscal_year_start,
        "plan_rate": RateKind.PLAN.value,
        "kinds": [kind.value for kind in EBITDA_KINDS],
        "hard": Certainty.HARD.value,
        "recurring": Recurrence.RECURRING.value,
        "first_doi": FIRST_VALUED_DOI,
    }


def _organization() -> dict[str, Any]:
    return {"organization": str(current_organization_id())}


def _write(table: str, key: Sequence[str], values: Sequence[str], fresh: str, parameters: Mapping[str, Any]) -> None:
    """Make the rows of the given nodes in `table` equal to `fresh`, touching only what differs."""
    columns = ", ".join([*key, *values])
    same_key = " AND ".join(f"fresh.{name} = old.{name}" for name in key)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in values)
    before, after = (", ".join(f"{row}.{name}" for name in values) for row in (table, "EXCLUDED"))
    statement = f"""
        WITH fresh ({columns}) AS ({fresh}),
             gone AS (
                DELETE FROM {table} old
                 WHERE old.organization_id = %(organization)s AND old.node_id = ANY(%(nodes)s)
                   AND NOT EXISTS (SELECT FROM fresh WHERE {same_key}))
        INSERT INTO {table} (organization_id, {columns})
        SELECT %(organization)s::uuid, {columns} FROM fresh
            ON CONFLICT (organization_id, {", ".join(key)}) DO UPDATE SET {changes}
         WHERE ({before}) IS DISTINCT FROM ({after})"""  # noqa: S608  (constants of this module)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, **_organization()})
