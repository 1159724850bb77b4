"""The SQL that walks along dependencies: raw, with parameters for every value.

Each statement reads what a change can reach and no more, so that its cost doesn't grow with the organization.
OFFSET 0 keeps the planner from joining the whole table at every step of a walk: each step asks the index.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id
from measures.constants import Lifecycle
from measures.formulas.network import Link


class NodeRow(NamedTuple):
    """A milestone's dates, and how its measure stands."""

    id: UUID
    measure_id: UUID
    forecast_on: date
    computed_on: date | None
    actual_on: date | None
    duration_days: int
    lifecycle: str

    @property
    def is_dropped(self) -> bool:
        """Nothing waits for what will not come: open milestones of closed measures, all of cancelled ones."""
        return self.lifecycle == Lifecycle.CANCELLED or (self.lifecycle == Lifecycle.CLOSED and self.actual_on is None)


_COLUMNS = """
SELECT m.id, m.measure_id, m.forecast_on, m.computed_on, m.actual_on, m.duration_days, x.lifecycle
  FROM measures_milestone m
  JOIN measures_measure x ON x.organization_id = m.organization_id AND x.id = m.measure_id
"""
_SUCCESSORS = """SELECT d.successor_id AS id FROM measures_dependency d
         WHERE d.organization_id = %(organization)s AND d.predecessor_id = reach.id"""
_PREDECESSORS = """SELECT d.predecessor_id AS id FROM measures_dependency d
         WHERE d.organization_id = %(organization)s AND d.successor_id = reach.id"""


def _walk(step: str) -> str:
    return f"""
WITH RECURSIVE reach (id) AS (
    SELECT unnest(%(seeds)s::uuid[])
    UNION
    SELECT near.id FROM reach CROSS JOIN LATERAL ({step} OFFSET 0) AS near
)
{_COLUMNS} JOIN reach ON reach.id = m.id WHERE m.organization_id = %(organization)s"""  # noqa: S608  (constants)


_DOWNSTREAM = _walk(_SUCCESSORS)
_UPSTREAM = _walk(_PREDECESSORS)
_AROUND = _walk(f"{_SUCCESSORS} UNION ALL {_PREDECESSORS}")
_NAMED = f"{_COLUMNS} WHERE m.organization_id = %(organization)s AND m.id = ANY(%(seeds)s)"
_LINKS_INTO = """
SELECT predecessor_id, successor_id, kind, lag_days
  FROM measures_dependency
 WHERE organization_id = %(organization)s AND successor_id = ANY(%(seeds)s)"""


def downstream(seeds: Collection[UUID]) -> dict[UUID, NodeRow]:
    """The milestones named and all that wait for them, directly or through others."""
    return _nodes(_DOWNSTREAM, seeds)


def upstream(seeds: Collection[UUID]) -> dict[UUID, NodeRow]:
    """The milestones named and all that they wait for."""
    return _nodes(_UPSTREAM, seeds)


def around(seeds: Collection[UUID]) -> dict[UUID, NodeRow]:
    """The networks that the milestones named are part of, whole."""
    return _nodes(_AROUND, seeds)


def named(seeds: Collection[UUID]) -> dict[UUID, NodeRow]:
    """These milestones."""
    return _nodes(_NAMED, seeds) if seeds else {}


def links_into(milestone_ids: Collection[UUID]) -> list[Link]:
    """What the milestones wait for, by the very ids that were given: comparing equal ones took longer than a pass."""
    known = {key: key for key in milestone_ids}
    return [
        Link(known.get(predecessor, predecessor), known[successor], kind, lag)
        for predecessor, successor, kind, lag in _rows(_LINKS_INTO, milestone_ids)
    ]


def _nodes(statement: str, seeds: Collection[UUID]) -> dict[UUID, NodeRow]:
    return {row[0]: NodeRow(*row) for row in _rows(statement, seeds)}


def _rows(statement: str, seeds: Collection[UUID]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"organization": current_organization_id(), "seeds": list(seeds)})
        return list(cursor.fetchall())
