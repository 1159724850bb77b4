"""A generated portfolio of any size: some measures made and computed like any other, the rest copied by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg import sql

from cat4.fiscal import add_months
from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import TenantModel
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.models import EffectLine, EffectMonth, Measure, MeasureStatus, MeasureTotals, MeasureYear, Milestone
from measures.status.actions.recompute import recompute_measure
from tests.databases import as_owner
from tests.world import World

MONTHS = 36
PER_PACKAGE = 20
# Forecast against plan of the measures that are copied: at plan, amber, red.
SHARES = (Decimal(1), Decimal("0.98"), Decimal("0.9"), Decimal("0.7"))
PATTERNS = 20
FILLED = (
    "measure",
    "effectline",
    "effectmonth",
    "milestone",
    "measuretotals",
    "measureyear",
    "measurestatus",
    "forecastcheck",
)


def fill(world: World, measures: int, *, sums_only: bool = False) -> None:
    """`measures` measures of one line and 36 months each, in packages of twenty below fifty projects.

    With `sums_only` the copies have their sums and nothing that these were made from.
    """
    patterns = [_pattern(world, number) for number in range(PATTERNS)]
    for pattern in patterns:
        recompute_measure(pattern.pk)
    packages = _packages(world, -(-(measures - PATTERNS) // PER_PACKAGE))
    values: dict[str, Any] = {
        "organization": str(current_organization_id()),
        "patterns": [pattern.pk for pattern in patterns],
        "packages": [package.pk for package in packages],
        "size": PER_PACKAGE,
        "count": measures - PATTERNS,
    }
    with connection.cursor() as cursor:
        for statement in _copies(sums_only=sums_only):
            cursor.execute(statement, values)


def _pattern(world: World, number: int) -> Measure:
    measure = world.measure(f"P-{number}", doi=number % 5, target_amount=None)
    line = EffectLine.objects.create(
        measure=measure, name="Saving", kind="ebitda_cost", legal_entity=world.entity, currency="EUR"
    )
    share = SHARES[number % len(SHARES)]
    EffectMonth.objects.bulk_create(
        EffectMonth(
            measure=measure, line=line, month=add_months(date(2025, 1, 1), index), plan=10_000, forecast=10_000 * share
        )
        for index in range(MONTHS)
    )
    for name, due in (("Start", date(2025, 1, 10)), ("Roll-out", date(2026, 10, 1 + number % 28))):
        Milestone.objects.create(
            measure=measure,
            name=name,
            baseline_on=due,
            forecast_on=due,
            actual_on=due if due.year == 2025 else None,
            is_effect_start=name == "Start",
        )
    return measure


def _packages(world: World, count: int) -> list[Node]:
    program = world.nodes[Level.PROGRAM]
    projects = [_node(program, f"Project {number}") for number in range(min(50, -(-count // 2)))]
    packages = [_node(projects[number % len(projects)], f"Package {number}") for number in range(count)]
    Node.objects.bulk_create([*projects, *packages], batch_size=1000)
    return packages


def _node(parent: Node, name: str) -> Node:
    node = Node(level=parent.level + 1, parent=parent, name=name)
    node.path = [*parent.path, node.pk]
    return node


# Read once: without statistics PostgreSQL might look for them anew for every measure, in a table that grows.
_PATTERN = "WITH pattern AS MATERIALIZED (SELECT * FROM {table} WHERE measure_id = ANY(%(patterns)s::uuid[]))"
_BELOW = """
  FROM measures_measure m
  JOIN pattern p ON p.measure_id = right(m.source_system, 36)::uuid
 WHERE m.organization_id = %(organization)s AND m.source_system <> ''
 ORDER BY m.id"""
_MEASURES = """
  FROM generate_series(0, %(count)s - 1) AS n
  JOIN measures_measure p ON p.id = (%(patterns)s::uuid[])[1 + n %% cardinality(%(patterns)s::uuid[])]"""


def _copies(*, sums_only: bool) -> Iterator[str]:
    """Copy the patterns and all that hangs below; lines and totals have the id of their measure."""
    yield _copied(
        Measure,
        _MEASURES,
        id="(left(%(organization)s, 24) || lpad(to_hex(n), 12, '0'))::uuid",
        code="'B-' || n",
        name="'Measure ' || n",
        source_system="'copy of ' || p.id",
        package_id="(%(packages)s::uuid[])[1 + n / %(size)s]",
    )
    yield _copied(MeasureTotals, _BELOW, id="m.id", measure_id="m.id")
    if sums_only:
        return
    yield _copied(EffectLine, _BELOW, id="m.id", measure_id="m.id")
    yield _copied(EffectMonth, _BELOW, measure_id="m.id", line_id="m.id")
    yield _copied(Milestone, _BELOW, id="gen_random_uuid()", measure_id="m.id")
    yield _copied(MeasureYear, _BELOW, measure_id="m.id")
    yield _copied(MeasureStatus, _BELOW, id="gen_random_uuid()", measure_id="m.id")


def _copied(model: type[TenantModel], source: str, **given: str) -> str:
    """Copy rows of a table; a number that counts itself up is left to the database."""
    table = model._meta.db_table
    names = [str(column.column) for column in model._meta.concrete_fields]
    names = [name for name in names if name != "id" or "id" in given]
    values = ", ".join(given.get(name, f"p.{name}") for name in names)
    pattern = _PATTERN.format(table=table) if source is _BELOW else ""
    return f"{pattern} INSERT INTO {table} ({', '.join(names)}) SELECT {values} {source}"


@contextmanager
def unguarded() -> Iterator[None]:
    """Fill tables without the checks of each row, which millions of copies need not pass again; the database goes."""
    with as_owner(connection.settings_dict["NAME"]) as owner:
        for name in FILLED:
            table = sql.Identifier(f"measures_{name}")
            keys = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
            for (key,) in owner.execute(keys, [f"measures_{name}"]).fetchall():
                owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, sql.Identifier(key)))
        guard = "ALTER TABLE measures_effectmonth {} TRIGGER governance_holds_money"
        owner.execute(guard.format("DISABLE"))
        yield
        owner.execute(guard.format("ENABLE ALWAYS"))


def analyze() -> None:
    """Fresh statistics, which only the owner may gather; autovacuum does it in a running installation."""
    with as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM ANALYZE")
