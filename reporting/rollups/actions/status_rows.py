"""The SQL of nodes' statuses: what they are computed from, and the red children that may count."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from measures.formulas.lights import FIRST_RATED_DOI
from reporting.constants import RATED
from reporting.figures.statuses import Weight

from .sql import rows

HeavyChild = tuple[UUID, UUID, str, Weight]
MONEY = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")
# What of a stored status follows from sums: the rest is when it was computed.
FACTS = (
    "above",
    "implementation",
    "potential",
    "implementation_reasons",
    "potential_reasons",
    "rated_run_rate",
    "rated_in_year",
    "rated_measures",
)
_WEIGHED = ("plan_run_rate", "plan_in_year", "measures")
_SUMS = 4 + len(FACTS)


@dataclass(frozen=True, slots=True)
class Standing:
    """A node with the sums of its cells, and the facts of its stored status; either is None where there is none.

    `money` is of measures whose money is rated, `colours` the weight of those with an implementation status by it.
    """

    pk: UUID
    level: int
    parent_id: UUID | None
    name: str
    money: dict[str, Decimal] | None
    colours: dict[str, Weight]
    stored: tuple[Any, ...] | None


def standings(nodes: Sequence[UUID]) -> list[Standing]:
    """The nodes that have a measure below or a status, the deepest first."""
    found = rows(_STANDINGS, {"nodes": list(nodes)})
    return [_standing(*row[:4], row[4:_SUMS], row[_SUMS:]) for row in found]


def _standing(*row: Any) -> Standing:
    pk, level, parent_id, name, stored, sums = row
    above, implementation, potential, date_reasons, money_reasons, *weight = stored
    reasons = [json.loads(text) for text in (date_reasons, money_reasons) if text is not None]
    is_stored, has_cells = implementation is not None, sums[0] is not None
    money = dict(zip(MONEY, sums, strict=False)) if has_cells else None
    weights = iter(sums[len(MONEY) :])
    colours = {colour.value: Weight(next(weights), next(weights), next(weights)) for colour in RATED if has_cells}
    rated = {colour: colour_weight for colour, colour_weight in colours.items() if colour_weight.measures}
    facts = (above, implementation, potential, *reasons, *weight) if is_stored else None
    return Standing(pk, level, parent_id, name, money, rated, facts)


def _summed() -> str:
    money = [f"COALESCE(sum({name}) FILTER (WHERE governable AND doi >= {FIRST_RATED_DOI}), 0)" for name in MONEY]
    weights = [
        f"COALESCE(sum({name}) FILTER (WHERE governable AND implementation = '{colour.value}'), 0)"
        for colour in RATED
        for name in _WEIGHED
    ]
    return ", ".join([*money, *weights])


_STANDINGS = f"""
    SELECT n.id, n.level, n.parent_id, n.name, {", ".join(f"s.{name}" for name in FACTS)}, c.*
      FROM hierarchy_node n
      LEFT JOIN reporting_nodestatus s ON s.organization_id = n.organization_id AND s.node_id = n.id
      LEFT JOIN LATERAL (SELECT {_summed()} FROM reporting_nodecell
                          WHERE organization_id = n.organization_id AND node_id = n.id HAVING count(*) > 0) c ON true
     WHERE n.organization_id = %(organization)s AND n.id = ANY(%(nodes)s) AND (s.id, c) IS DISTINCT FROM (NULL, NULL)
     ORDER BY n.level DESC"""  # noqa: S608  (constants of this module)


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
    if not limits:
        return []
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
    return [(parent, child, name, Weight(*weight)) for parent, child, name, *weight in rows(statement, values)]
