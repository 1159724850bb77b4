"""What each table of roll-ups holds for measure packages, as SQL over their measures' totals.

The fragments that are put together here are constants of this module, with parameters for every value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .sql import of

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
    "stale_in_year": "CASE WHEN m.lifecycle IN ('on_hold', 'cancelled') THEN 0 ELSE t.stale_in_year END",
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
    "stale",
    "plan_exit_run_rate",
    "exit_run_rate",
)


# Packages by their ids in %(nodes)s, or by the bounds of their ids.
GIVEN = "= ANY(%(nodes)s)"
IN_RANGE = "BETWEEN %(first)s AND %(last)s"
_WHICH = "<which>"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of roll-ups: its key below the node with its types, the sums beside the count, its rows of packages.

    `of_packages` selects package, key, count and sums; which packages is left open.
    """

    name: str
    key_types: Mapping[str, str]
    money: tuple[str, ...]
    of_packages: str

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.key_types)

    @property
    def sums(self) -> tuple[str, ...]:
        return ("measures", *self.money)

    @property
    def row(self) -> tuple[str, ...]:
        """What makes a row one: its node and key."""
        return ("node_id", *self.key)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.row, *self.sums)

    def fresh(self, packages: str = GIVEN) -> str:
        """The rows of packages as their measures are now: of those `GIVEN`, or of those `IN_RANGE`."""
        return self.of_packages.replace(_WHICH, packages)

    def from_children(self, nodes: str = GIVEN) -> str:
        """The rows of nodes of %(level)s above packages, from those of the level below."""
        return f"""
            SELECT n.parent_id, {of("c", self.key)}, {", ".join(f"sum(c.{name})" for name in self.sums)}
              FROM hierarchy_node n
              JOIN {self.name} c ON c.organization_id = n.organization_id AND c.node_id = n.id
             WHERE n.organization_id = %(organization)s AND n.level = %(level)s + 1 AND n.parent_id {nodes}
             GROUP BY n.parent_id, {of("c", self.key)}"""  # noqa: S608  (constants of this module)


_OF_PACKAGES = f"m.organization_id = %(organization)s AND m.package_id {_WHICH}"
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
# Months are counted from year 0, so that millions of them are grouped as whole numbers. Functions that return
# many rows run beside each other in a SELECT list, which is twice as quick as joining them. Empty ones aren't rows.
_FIRST = "date_part('year', t.first_month)::int * 12 + date_part('month', t.first_month)::int - 1"
MONTHS = Table(
    "reporting_nodemonth",
    {"month": "date"},
    MONTH_MONEY,
    f"""
    SELECT package_id, make_date(at / 12, at %% 12 + 1, 1), measures,
           {", ".join(f"{name} * 0.01" for name in MONTH_MONEY)}
      FROM (SELECT package_id, at, count(*) AS measures, {", ".join(f"sum({name}) AS {name}" for name in MONTH_MONEY)}
              FROM (SELECT m.package_id, generate_series({_FIRST}, {_FIRST} + cardinality(t.plan_cents) - 1) AS at,
                           {", ".join(f"unnest(t.{name}_cents) AS {name}" for name in MONTH_MONEY)}
                      FROM measures_measure m
                      {_TOTALS}
                     WHERE {_VALUED}) each
             WHERE {" OR ".join(f"{name} <> 0" for name in MONTH_MONEY)}
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
