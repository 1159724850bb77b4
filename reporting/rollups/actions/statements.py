"""The SQL of climbs: the difference to what a package held before, for its own rows and those of every node above."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .from_scratch import count_where_they_lie
from .sql import execute, of, rows
from .tables import TABLES, Table

Chain = tuple[UUID, list[UUID], list[UUID]]
# A row's key and its sums: what is added to it, or what it holds.
Sums = dict[tuple[Any, ...], list[Any]]


def chains_of(packages: Sequence[UUID]) -> list[Chain]:
    """Each package with the path in which it lies and the one in which it is counted, empty before its first climb."""
    return rows(
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
    paths = _Paths.of(chains)
    for table in TABLES:
        found = _differences(table, paths)
        if found:
            _add(table, found)
    moved = [package for package, path, counted in chains if path != counted]
    count_where_they_lie(moved)


@dataclass(frozen=True, slots=True)
class _Paths:
    """The paths of packages by number, and for each package the one in which it lies and the one it is counted in.

    By number, because every row that is read looks one up, and hashing ids was a third of a climb.
    """

    nodes: list[tuple[UUID, ...]]
    lying: dict[UUID, int]
    counted: dict[UUID, int]

    @classmethod
    def of(cls, chains: Sequence[Chain]) -> "_Paths":
        numbers: dict[tuple[UUID, ...], int] = {}
        lying = {package: numbers.setdefault(tuple(path), len(numbers)) for package, path, _ in chains}
        counted = {package: numbers.setdefault(tuple(path), len(numbers)) for package, _, path in chains}
        return cls(list(numbers), lying, counted)


def _differences(table: Table, paths: _Paths) -> Sums:
    """By node and key, without those that add up to nothing."""
    held = rows(
        f"""
        SELECT true, f.* FROM ({table.fresh()}) AS f
         UNION ALL
        SELECT false, {", ".join(table.columns)} FROM {table.name}
         WHERE organization_id = %(organization)s AND node_id = ANY(%(nodes)s)""",  # noqa: S608  (constants of this module)
        {"nodes": list(paths.lying)},
    )
    width = len(table.key)
    changes: dict[tuple[Any, ...], list[Any]] = {}
    for is_fresh, package, *rest in held:
        at = (paths.lying[package] if is_fresh else paths.counted[package], *rest[:width])
        sums = rest[width:] if is_fresh else [-amount for amount in rest[width:]]
        known = changes.get(at)
        changes[at] = [a + b for a, b in zip(known, sums, strict=True)] if known else sums
    found: Sums = defaultdict(lambda: [0] * len(table.sums))
    for (number, *key), sums in changes.items():
        if any(sums):
            for node in paths.nodes[number]:
                found[node, *key] = [a + b for a, b in zip(found[node, *key], sums, strict=True)]
    return {at: sums for at, sums in found.items() if any(sums)}


def _add(table: Table, found: Sums) -> None:
    """Add sums to rows in the order of their keys. Rows come and go with the count of measures behind them."""
    key, columns = table.row, table.columns
    casts = _types(table)
    added = [(*at, *found[at]) for at in sorted(found)]
    same_row = " AND ".join(f"t.{name} = d.{name}" for name in key)
    arrays = ", ".join(f"%({name})s::{casts[name]}[]" for name in columns)
    given = f"SELECT * FROM unnest({arrays}) AS d ({', '.join(columns)})"  # noqa: S608  (constants of this module)
    values = {name: [row[place] for row in added] for place, name in enumerate(columns)}
    kept = rows(
        f"""
        WITH d AS ({given})
        UPDATE {table.name} t SET {", ".join(f"{name} = t.{name} + d.{name}" for name in table.sums)}
          FROM d WHERE t.organization_id = %(organization)s AND {same_row}
     RETURNING t.id, t.measures, {of("t", key)}""",  # noqa: S608  (constants of this module)
        values,
    )
    empty = [row_id for row_id, measures, *_ in kept if not measures]
    if empty:
        execute(
            f"DELETE FROM {table.name} WHERE organization_id = %(organization)s AND id = ANY(%(ids)s)",  # noqa: S608
            {"ids": empty},
        )
    known = {tuple(at) for _, _, *at in kept}
    new = [row for row in added if row[: len(key)] not in known]
    if new:
        execute(
            f"""
            INSERT INTO {table.name} (organization_id, {", ".join(columns)})
            SELECT %(organization)s::uuid, d.* FROM ({given}) AS d""",  # noqa: S608  (constants of this module)
            {name: [row[place] for row in new] for place, name in enumerate(columns)},
        )


def _types(table: Table) -> dict[str, str]:
    """The type of each column, so that arrays of values can be given."""
    return {"node_id": "uuid", **table.key_types, "measures": "int", **dict.fromkeys(table.money, "numeric")}
