"""The SQL of a rebuild: which nodes hold rows that aren't right, and their rows made anew.

Looking at all nodes of a part is one statement for each table, in which PostgreSQL may use several processes;
writing is slow and never parallel. So a part is looked at first, and only what isn't right is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from hierarchy.constants import Level

from .sql import execute, of, rows
from .tables import GIVEN, IN_RANGE, TABLES, Table

# Nodes that are written in one statement.
_WRITTEN = 1_000
# Enough to group the months of a part in memory; until the transaction ends.
_MEMORY = "SET LOCAL work_mem = '64MB'"
_IN_PART = "n.organization_id = %(organization)s AND n.level = %(level)s AND n.id BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True, slots=True)
class Span:
    """Nodes of one level, by the bounds of their ids."""

    level: Level
    first: UUID
    last: UUID


def make_from_scratch(span: Span) -> None:
    """Make the rows of nodes right, from measures or from the level below, touching only what differs."""
    execute(_MEMORY, {})
    is_of_packages = span.level == Level.PACKAGE
    for table in TABLES:
        fresh = table.fresh if is_of_packages else table.from_children
        if _is_empty(table, span):
            _fill(table, fresh(IN_RANGE), span)
            continue
        for nodes in _chunks(_wrong(table, fresh(IN_RANGE), span)):
            _write(table, fresh(GIVEN), nodes, span)
    if is_of_packages:
        count_where_they_lie(_counted_elsewhere(span))


def _is_empty(table: Table, span: Span) -> bool:
    """Whether no node of the span has a row: after an import, or when the table was lost."""
    [(has_rows,)] = rows(f"SELECT EXISTS ({_held(table)})", asdict(span))
    return not has_rows


def _held(table: Table) -> str:
    """The rows of the nodes of a span."""
    return f"""
        SELECT {of("t", table.columns)}
          FROM hierarchy_node n
          JOIN {table.name} t ON t.organization_id = n.organization_id AND t.node_id = n.id
         WHERE {_IN_PART}"""  # noqa: S608  (constants of this module)


def _fill(table: Table, fresh: str, span: Span) -> None:
    """Write rows where none are."""
    columns = ", ".join(table.columns)
    execute(
        f"""
        INSERT INTO {table.name} (organization_id, {columns})
        SELECT %(organization)s::uuid, fresh.* FROM ({fresh}) AS fresh""",  # noqa: S608  (constants of this module)
        asdict(span),
    )


def _wrong(table: Table, fresh: str, span: Span) -> list[UUID]:
    """Nodes that lack a row, have one too many or one with other sums."""
    columns = ", ".join(table.columns)
    same_key = " AND ".join(f"fresh.{name} = old.{name}" for name in table.row)
    found = rows(
        f"""
        SELECT DISTINCT COALESCE(fresh.node_id, old.node_id)
          FROM ({fresh}) AS fresh ({columns})
          FULL JOIN ({_held(table)}) AS old ON {same_key}
         WHERE ({of("fresh", table.sums)}) IS DISTINCT FROM ({of("old", table.sums)})""",  # noqa: S608  (constants)
        asdict(span),
    )
    return [node for (node,) in found]


def _write(table: Table, fresh: str, nodes: Sequence[UUID], span: Span) -> None:
    """Make the rows of the given nodes equal to `fresh`."""
    columns = ", ".join(table.columns)
    same_key = " AND ".join(f"fresh.{name} = old.{name}" for name in table.row)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in table.sums)
    before, after = of(table.name, table.sums), of("EXCLUDED", table.sums)
    execute(
        f"""
        WITH fresh ({columns}) AS ({fresh}),
             gone AS (
                DELETE FROM {table.name} old
                 WHERE old.organization_id = %(organization)s AND old.node_id = ANY(%(nodes)s)
                   AND NOT EXISTS (SELECT FROM fresh WHERE {same_key}))
        INSERT INTO {table.name} (organization_id, {columns})
        SELECT %(organization)s::uuid, {columns} FROM fresh
            ON CONFLICT (organization_id, {", ".join(table.row)}) DO UPDATE SET {changes}
         WHERE ({before}) IS DISTINCT FROM ({after})""",  # noqa: S608  (constants of this module)
        {"nodes": list(nodes), "level": span.level},
    )


def _counted_elsewhere(span: Span) -> list[UUID]:
    """Packages that aren't counted where they lie."""
    found = rows(
        f"""
        SELECT n.id
          FROM hierarchy_node n
          LEFT JOIN reporting_packageshare s ON s.organization_id = n.organization_id AND s.package_id = n.id
         WHERE {_IN_PART} AND s.path IS DISTINCT FROM n.path""",  # noqa: S608  (constants of this module)
        asdict(span),
    )
    return [node for (node,) in found]


def count_where_they_lie(packages: Sequence[UUID]) -> None:
    """Note the paths of packages: the nodes whose sums hold them now."""
    if not packages:
        return
    execute(
        """
        INSERT INTO reporting_packageshare AS s (id, organization_id, package_id, path)
        SELECT gen_random_uuid(), organization_id, id, path FROM hierarchy_node
         WHERE organization_id = %(organization)s AND id = ANY(%(nodes)s)
            ON CONFLICT (package_id) DO UPDATE SET path = EXCLUDED.path WHERE s.path <> EXCLUDED.path
        """,
        {"nodes": list(packages)},
    )


def _chunks(nodes: Sequence[UUID]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(nodes), _WRITTEN):
        yield nodes[start : start + _WRITTEN]
