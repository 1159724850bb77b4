"""The SQL of roll-ups: the only raw SQL of this app, with parameters for every value.

`TABLES` says what each table holds for measure packages, made from their measures' totals. `add_differences`
brings the difference to what a package held before into its own rows and into those of every node above it;
`write_packages` and `write_parents` make rows anew, from measures and from the level below. Rows that are
right already are left alone. The fragments that are put together here are constants of this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id

from ..constants import FIRST_VALUED_DOI
from ..formulas import Weight

HeavyChild = tuple[UUID, UUID, str, Weight]
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
MONTH_MONEY = ("plan", "forecast", "reported", "validated")
YEAR_MONEY = (
    "plan",
    "fac",
    "validated",
    "reported",
    "forecast",
    "assumed",
    "plan_exit_run_rate",
    "exit_run_rate",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of roll-ups: its key below the node with its types, the sums beside the count, its rows of packages.

    `fresh` selects package, key, count and sums of the packages in %(nodes)s.
    """

    name: str
    key_types: Mapping[str, str]
    money: tuple[str, ...]
    fresh: str

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.key_types)

    @property
    def sums(self) -> tuple[str, ...]:
        return ("measures", *self.money)


_OF_PACKAGES = "m.organization_id = %(organization)s AND m.package_id = ANY(%(nodes)s)"
_TOTALS = "JOIN measures_measuretotals t ON t.organization_id = m.organization_id AND t.measure_id = m.id"
_VALUED = f"{_OF_PACKAGES} AND m.governable AND m.doi >= %(first_doi)s"

CELLS = Table(
    "reporting_nodecell",
    {"doi": "int", "lifecycle": "text", "implementation": "text", "potential": "text", "governable": "bool"},
    tuple(CELL_MONEY),
    f"""
    SELECT m.package_id, m.doi, m.lifecycle, COALESCE(i.value, 'n'), COALESCE(p.value, 'n'), m.governable, count(*),
           {", ".join(f"COALESCE(sum({sql}) FILTER (WHERE m.governable), 0)" for sql in CELL_MONEY.values())}
      FROM measures_measure m
      LEFT {_TOTALS}
      LEFT JOIN measures_measurestatus i
        ON i.organization_id = m.organization_id AND i.measure_id = m.id AND i.kind = 'implementation'
      LEFT JOIN measures_measurestatus p
        ON p.organization_id = m.organization_id AND p.measure_id = m.id AND p.kind = 'potential'
     WHERE {_OF_PACKAGES}
     GROUP BY 1, 2, 3, 4, 5, 6""",  # noqa: S608  (constants of this module)
)
# Months are counted from year 0, so that millions of them are grouped as whole numbers; OFFSET keeps the planner
# from working out each measure's first month anew for each of its months. Empty ones aren't rows.
MONTHS = Table(
    "reporting_nodemonth",
    {"month": "date"},
    MONTH_MONEY,
    f"""
    SELECT package_id, make_date(at / 12, at %% 12 + 1, 1), measures,
           {", ".join(f"round({name} / 100, 2)" for name in MONTH_MONEY)}
      FROM (SELECT t.package_id, t.first + e.place::int AS at, count(*) AS measures,
                   {", ".join(f"sum(e.{name}) AS {name}" for name in MONTH_MONEY)}
              FROM (SELECT m.package_id, {", ".join(f"t.{name}_cents" for name in MONTH_MONEY)},
                           (extract(year FROM t.first_month) * 12 + extract(month FROM t.first_month) - 2)::int
                               AS first
                      FROM measures_measure m
                      {_TOTALS}
                     WHERE {_VALUED}
                    OFFSET 0) t
             CROSS JOIN LATERAL unnest({", ".join(f"t.{name}_cents" for name in MONTH_MONEY)})
                   WITH ORDINALITY AS e ({", ".join(MONTH_MONEY)}, place)
             WHERE {" OR ".join(f"e.{name} <> 0" for name in MONTH_MONEY)}
             GROUP BY 1, 2) sums""",  # noqa: S608  (constants of this module)
)
YEARS = Table(
    "reporting_nodeyear",
    {"kind": "text", "certainty": "text", "fiscal_year": "int"},
    YEAR_MONEY,
    f"""
    SELECT m.package_id, y.kind, y.certainty, y.fiscal_year, count(*), {", ".join(f"sum(y.{n})" for n in YEAR_MONEY)}
      FROM measures_measure m
      JOIN measures_measureyear y ON y.organization_id = m.organization_id AND y.measure_id = m.id
     WHERE {_VALUED}
     GROUP BY 1, 2, 3, 4""",  # noqa: S608  (constants of this module)
)
LEAKAGE = Table(
    "reporting_nodeleakage",
    {"cause": "text"},
    ("amount",),
    f"""
    SELECT m.package_id, l.cause, count(*), sum(l.amount::numeric(20, 2))
      FROM measures_measure m
      {_TOTALS} AND t.leakage <> '{{}}'
     CROSS JOIN LATERAL jsonb_each_text(t.leakage) AS l (cause, amount)
     WHERE {_VALUED}
     GROUP BY 1, 2""",  # noqa: S608  (constants of this module)
)
TABLES = (CELLS, MONTHS, YEARS, LEAKAGE)


Chain = tuple[UUID, list[UUID], list[UUID]]
# A row's key and its sums: what is added to it, or what it holds.
Sums = dict[tuple[Any, ...], list[Any]]


def chains_of(packages: Sequence[UUID]) -> list[Chain]:
    """Each package with the path in which it lies and the one in which it is counted, empty before its first climb."""
    return _rows(
        """
        SELECT n.id, n.path, COALESCE(s.path, '{}')
          FROM hierarchy_node n
          LEFT JOIN reporting_packageshare s ON s.organization_id = n.organization_id AND s.package_id = n.id
         WHERE n.organization_id = %(organization)s AND n.id = ANY(%(nodes)s)""",
        {"nodes": list(packages)},
    )


def add_differences(chains: Sequence[Chain]) -> None:
    """Bring what changed in packages into every node of the chain they are counted in and of the one they lie in.

    A package that stayed where it was adds the difference to its old rows along its path; one that moved
    takes its old rows out of the old chain and brings its fresh ones into the new one.
    """
    for table in TABLES:
        found = _differences(table, chains)
        if found:
            _add(table, found)
    moved = [package for package, path, counted in chains if path != counted]
    if moved:
        _count_where_they_lie(moved)


def _differences(table: Table, chains: Sequence[Chain]) -> Sums:
    """By node and key, without those that add up to nothing."""
    lying = {package: path for package, path, _ in chains}
    counted = {package: path for package, _, path in chains}
    rows = _rows(
        f"""
        SELECT true, f.* FROM ({table.fresh}) AS f
         UNION ALL
        SELECT false, {", ".join(("node_id", *table.key, *table.sums))} FROM {table.name}
         WHERE organization_id = %(organization)s AND node_id = ANY(%(nodes)s)""",  # noqa: S608  (constants of this module)
        {"nodes": list(lying)},
    )
    width = 2 + len(table.key)
    found: Sums = {}
    for is_fresh, package, *rest in rows:
        key, sums = tuple(rest[: width - 2]), rest[width - 2 :]
        for node in lying[package] if is_fresh else counted[package]:
            before = found.get((node, *key))
            signed = sums if is_fresh else [-amount for amount in sums]
            found[node, *key] = signed if before is None else [a + b for a, b in zip(before, signed, strict=True)]
    return {key: sums for key, sums in found.items() if any(sums)}


def _add(table: Table, found: Sums) -> None:
    """Add sums to rows in the order of their keys. Rows come and go with the count of measures behind them."""
    key, columns = ("node_id", *table.key), ("node_id", *table.key, *table.sums)
    casts = _types(table)
    rows = [(*at, *found[at]) for at in sorted(found)]
    same_row = " AND ".join(f"t.{name} = d.{name}" for name in key)
    arrays = ", ".join(f"%({name})s::{casts[name]}[]" for name in columns)
    given = f"SELECT * FROM unnest({arrays}) AS d ({', '.join(columns)})"  # noqa: S608  (constants of this module)
    values = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    kept = _rows(
        f"""
        WITH d AS ({given})
        UPDATE {table.name} t SET {", ".join(f"{name} = t.{name} + d.{name}" for name in table.sums)}
          FROM d WHERE t.organization_id = %(organization)s AND {same_row}
     RETURNING t.id, t.measures, {_of("t", key)}""",  # noqa: S608  (constants of this module)
        values,
    )
    empty = [row_id for row_id, measures, *_ in kept if not measures]
    if empty:
        _execute(
            f"DELETE FROM {table.name} WHERE organization_id = %(organization)s AND id = ANY(%(ids)s)",  # noqa: S608
            {"ids": empty},
        )
    known = {tuple(at) for _, _, *at in kept}
    new = [row for row in rows if row[: len(key)] not in known]
    if new:
        _execute(
            f"""
            INSERT INTO {table.name} (organization_id, {", ".join(columns)})
            SELECT %(organization)s::uuid, d.* FROM ({given}) AS d""",  # noqa: S608  (constants of this module)
            {name: [row[place] for row in new] for place, name in enumerate(columns)},
        )


def _types(table: Table) -> dict[str, str]:
    """The type of each column, so that arrays of values can be given."""
    return {"node_id": "uuid", **table.key_types, "measures": "int", **dict.fromkeys(table.money, "numeric")}


def _of(row: str, names: Sequence[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def _count_where_they_lie(packages: Sequence[UUID]) -> None:
    _execute(
        """
        INSERT INTO reporting_packageshare AS s (id, organization_id, package_id, path)
        SELECT gen_random_uuid(), organization_id, id, path FROM hierarchy_node
         WHERE organization_id = %(organization)s AND id = ANY(%(nodes)s)
            ON CONFLICT (package_id) DO UPDATE SET path = EXCLUDED.path WHERE s.path <> EXCLUDED.path
        """,
        {"nodes": list(packages)},
    )


def write_packages(packages: Sequence[UUID]) -> None:
    """Make the rows of packages anew from their measures, and count them where they lie."""
    for table in TABLES:
        _write(table, table.fresh, packages)
    _count_where_they_lie(packages)


def write_parents(nodes: Sequence[UUID]) -> None:
    """Make the rows of nodes above packages anew, from those of their children."""
    for table in TABLES:
        fresh = f"""
            SELECT n.parent_id, {_of("c", table.key)}, {", ".join(f"sum(c.{name})" for name in table.sums)}
              FROM hierarchy_node n
              JOIN {table.name} c ON c.organization_id = n.organization_id AND c.node_id = n.id
             WHERE n.organization_id = %(organization)s AND n.parent_id = ANY(%(nodes)s)
             GROUP BY n.parent_id, {_of("c", table.key)}"""  # noqa: S608  (constants of this module)
        _write(table, fresh, nodes)


def _write(table: Table, fresh: str, nodes: Sequence[UUID]) -> None:
    """Make the rows of the given nodes equal to `fresh`, touching only what differs."""
    key = ("node_id", *table.key)
    columns = ", ".join([*key, *table.sums])
    same_key = " AND ".join(f"fresh.{name} = old.{name}" for name in key)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in table.sums)
    before, after = _of(table.name, table.sums), _of("EXCLUDED", table.sums)
    _execute(
        f"""
        WITH fresh ({columns}) AS ({fresh}),
             gone AS (
                DELETE FROM {table.name} old
                 WHERE old.organization_id = %(organization)s AND old.node_id = ANY(%(nodes)s)
                   AND NOT EXISTS (SELECT FROM fresh WHERE {same_key}))
        INSERT INTO {table.name} (organization_id, {columns})
        SELECT %(organization)s::uuid, {columns} FROM fresh
            ON CONFLICT (organization_id, {", ".join(key)}) DO UPDATE SET {changes}
         WHERE ({before}) IS DISTINCT FROM ({after})""",  # noqa: S608  (constants of this module)
        {"nodes": list(nodes)},
    )


def red_children(limits: Mapping[UUID, Weight]) -> list[HeavyChild]:
    """The red children of nodes above packages that weigh at least so much: parent, child, its name and weight."""
    return _heavier(
        limits,
        """
        SELECT w.node_id, n.id, n.name, s.rated_run_rate, s.rated_in_year, s.rated_measures
          FROM wanted w
          JOIN reporting_nodestatus s
            ON s.organization_id = %(organization)s AND s.above = w.node_id AND s.implementation = 'r'
           AND s.rated_run_rate >= w.run_rate AND s.rated_in_year >= w.in_year AND s.rated_measures >= w.measures
          JOIN hierarchy_node n ON n.organization_id = s.organization_id AND n.id = s.node_id""",
    )


def red_measures(limits: Mapping[UUID, Weight]) -> list[HeavyChild]:
    """The red measures of packages that weigh at least so much: package, measure, its name and weight."""
    return _heavier(
        limits,
        """
        SELECT w.node_id, m.id, m.name, COALESCE(t.plan_run_rate, 0), COALESCE(t.plan_in_year, 0), 1
          FROM wanted w
          JOIN measures_measure m ON m.organization_id = %(organization)s AND m.package_id = w.node_id AND m.governable
          JOIN measures_measurestatus s ON s.organization_id = m.organization_id AND s.measure_id = m.id
           AND s.kind = 'implementation' AND s.value = 'r'
          LEFT JOIN measures_measuretotals t ON t.organization_id = m.organization_id AND t.measure_id = m.id
         WHERE abs(COALESCE(t.plan_run_rate, 0)) >= w.run_rate AND abs(COALESCE(t.plan_in_year, 0)) >= w.in_year
           AND 1 >= w.measures""",
    )


def _heavier(limits: Mapping[UUID, Weight], select: str) -> list[HeavyChild]:
    values = {
        "nodes": list(limits),
        "run_rates": [limit.run_rate for limit in limits.values()],
        "in_years": [limit.in_year for limit in limits.values()],
        "counts": [limit.measures for limit in limits.values()],
    }
    statement = f"""
        WITH wanted AS (SELECT * FROM unnest(%(nodes)s::uuid[], %(run_rates)s::numeric[], %(in_years)s::numeric[],
                                             %(counts)s::numeric[]) AS w (node_id, run_rate, in_year, measures))
        {select}"""  # noqa: S608  (constants of this module)
    return [(parent, child, name, Weight(*weight)) for parent, child, name, *weight in _rows(statement, values)]


def lock_roll_up() -> None:
    """One climb or rebuild at a time per organization, until the transaction ends.

    Every climb ends at the root, where they would queue anyway; whoever comes second reads only after the
    first has committed, so that no status is computed from sums that miss a difference.
    """
    _execute("SELECT pg_advisory_xact_lock(hashtextextended('roll-up ' || %(organization)s, 0))", {})


def _execute(statement: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_fixed(), **values})


def _rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_fixed(), **values})
        found: list[Any] = cursor.fetchall()
        return found


def _fixed() -> dict[str, Any]:
    return {"organization": str(current_organization_id()), "first_doi": FIRST_VALUED_DOI}
