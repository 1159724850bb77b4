"""The SQL of roll-ups: the only raw SQL of this app, with parameters for every value.

Each statement takes the ids of some nodes, computes their rows afresh in one GROUP BY and writes only what
differs: rows that went are deleted, changed ones updated, the others left alone. The fragments that are
put together here are constants of this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id
from hierarchy.constants import RateKind
from measures.constants import EBITDA_KINDS, Certainty, Doi, Recurrence

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
    "one_time_forecast": "t.one_time_forecast",
    "one_time_actual": "t.one_time_actual",
    "soft_run_rate": "t.soft_run_rate",
    "plan_exit_run_rate": "t.plan_exit_run_rate",
    "exit_run_rate": "t.exit_run_rate",
    "plan_carry_over": "t.plan_carry_over",
    "carry_over": "t.carry_over",
    "timing_loss": "t.timing_loss",
    "magnitude_loss": "t.magnitude_loss",
    "cancelled_loss": "t.cancelled_loss",
    "on_hold_loss": "t.on_hold_loss",
    "fx_effect": "t.fx_effect",
}
MONTH_KEY = ("node_id", "month")
MONTH_MONEY = ("plan", "forecast", "reported", "validated")


def _rate_of(currency: str, month: str) -> str:
    """The join that finds the plan rate of a currency: it stands on the first month of the fiscal year."""
    return f"""
        LEFT JOIN hierarchy_exchangerate r
          ON r.organization_id = %(organization)s AND r.kind = %(plan_rate)s AND r.currency = {currency}
         AND r.month = (date_trunc('year', {month} - make_interval(months => %(fiscal_year_start)s - 1))
                        + make_interval(months => %(fiscal_year_start)s - 1))::date"""


# Measures that need a plan rate which isn't set: their own status says which one; they bring nothing.
_UNPRICED = f"""
    SELECT f.measure_id
      FROM measures_effectline f
      JOIN measures_effectmonth x ON x.organization_id = f.organization_id AND x.measure_id = f.measure_id
                                 AND x.line_id = f.id
      {_rate_of("f.currency", "x.month")}
     WHERE f.organization_id = %(organization)s AND f.currency <> %(currency)s AND r.rate IS NULL
       AND f.kind = ANY(%(kinds)s)"""  # noqa: S608  (constants of this module)

# The lines that count: recurring hard EBITDA, with the months by which the start of the effect comes late.
_VALUED = f"""
    SELECT m.id AS measure_id, m.package_id, m.doi, m.lifecycle, l.id AS line_id, l.currency,
           GREATEST(0, COALESCE(12 * (extract(year FROM s.moved) - extract(year FROM s.baseline_on))
                                + extract(month FROM s.moved) - extract(month FROM s.baseline_on), 0))::int AS slip
      FROM measures_measure m
      JOIN measures_effectline l ON l.organization_id = m.organization_id AND l.measure_id = m.id
      LEFT JOIN (SELECT measure_id, baseline_on, COALESCE(actual_on, GREATEST(forecast_on, %(today)s)) AS moved
                   FROM measures_milestone
                  WHERE organization_id = %(organization)s AND is_effect_start) s ON s.measure_id = m.id
     WHERE m.organization_id = %(organization)s AND m.package_id = ANY(%(nodes)s)
       AND m.governable AND m.doi >= %(first_doi)s
       AND l.kind = ANY(%(kinds)s) AND l.certainty = %(hard)s AND l.recurrence = %(recurring)s
       AND m.id NOT IN ({_UNPRICED})"""  # noqa: S608  (constants of this module)

# What a month brings as far as known: validated, else reported, else forecast from DoI 3, else the moved plan.
_KNOWN = """COALESCE(e.validated, e.reported,
                CASE WHEN v.lifecycle <> 'on_hold' AND v.doi >= %(decided)s THEN e.forecast END)"""
_ENTRIES = f"""
    SELECT v.package_id, v.currency, e.month, COALESCE(e.plan, 0) AS plan,
           CASE WHEN v.lifecycle = 'cancelled' THEN 0
                ELSE COALESCE({_KNOWN}, CASE WHEN v.lifecycle <> 'on_hold' AND v.slip = 0 THEN e.plan END, 0)
            END AS forecast,
           CASE WHEN e.validated IS NULL THEN COALESCE(e.reported, 0) ELSE 0 END AS reported,
           COALESCE(e.validated, 0) AS validated
      FROM valued v
      JOIN measures_effectmonth e
        ON e.organization_id = %(organization)s AND e.measure_id = v.measure_id AND e.line_id = v.line_id
     UNION ALL
    SELECT v.package_id, v.currency, moved.month, 0, moved.plan, 0, 0
      FROM valued v
      JOIN LATERAL (SELECT (month + make_interval(months => v.slip))::date AS month, plan
                      FROM measures_effectmonth
                     WHERE organization_id = %(organization)s AND measure_id = v.measure_id AND line_id = v.line_id
                       AND plan IS NOT NULL) moved ON moved.month <= %(last_month)s
      LEFT JOIN measures_effectmonth e
        ON e.organization_id = %(organization)s AND e.measure_id = v.measure_id AND e.line_id = v.line_id
       AND e.month = moved.month
     WHERE v.slip > 0 AND v.lifecycle NOT IN ('on_hold', 'cancelled') AND {_KNOWN} IS NULL"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Calendar:
    """What months are counted with: reporting currency, fiscal year, today and the last month that is planned."""

    currency: str
    fiscal_year_start: int
    today: date
    last_month: date


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


def write_package_months(packages: Sequence[UUID], calendar: Calendar) -> None:
    """Months of measure packages: recurring hard EBITDA at plan rate, converted before it is summed (domain 6.3)."""
    rate = "CASE WHEN t.currency = %(currency)s THEN 1 ELSE r.rate END"
    sums = ", ".join(f"COALESCE(round(sum(t.{name} * {rate}), 2), 0)" for name in MONTH_MONEY)
    fresh = f"""
        WITH valued AS ({_VALUED}), entries AS ({_ENTRIES})
        SELECT t.package_id, t.month, count(*), {sums}
          FROM entries t {_rate_of("t.currency", "t.month")}
         GROUP BY 1, 2"""  # noqa: S608  (constants of this module)
    values = {
        **asdict(calendar),
        "nodes": list(packages),
        "plan_rate": RateKind.PLAN.value,
        "kinds": [kind.value for kind in EBITDA_KINDS],
        "hard": Certainty.HARD.value,
        "recurring": Recurrence.RECURRING.value,
        "first_doi": FIRST_VALUED_DOI,
        "decided": Doi.DECIDED.value,
    }
    _write("reporting_nodemonth", MONTH_KEY, ("measures", *MONTH_MONEY), fresh, values)


def write_parent_months(nodes: Sequence[UUID]) -> None:
    """Months of nodes above packages, from the months of their children."""
    fresh = f"""
        SELECT n.parent_id, c.month, sum(c.measures), {", ".join(f"sum(c.{name})" for name in MONTH_MONEY)}
          FROM hierarchy_node n
          JOIN reporting_nodemonth c ON c.organization_id = n.organization_id AND c.node_id = n.id
         WHERE n.organization_id = %(organization)s AND n.parent_id = ANY(%(nodes)s)
         GROUP BY 1, 2"""  # noqa: S608  (constants of this module)
    _write("reporting_nodemonth", MONTH_KEY, ("measures", *MONTH_MONEY), fresh, {"nodes": list(nodes)})


def lock_roll_up() -> None:
    """One climb at a time per organization, until the transaction ends.

    Whoever climbs second reads the children only after the first has committed: no parent is written
    from sums that were already outdated.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('roll-up ' || %(organization)s, 0))", _organization()
        )


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
