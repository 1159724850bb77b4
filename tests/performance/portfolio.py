"""A generated portfolio of any size, written by set-based SQL: its numbers are plausible, not governed."""

from datetime import date
from typing import Any

from django.db import connection

from cat4.tenancy.context import current_organization_id
from cat4.tenancy.ids import new_id
from hierarchy.constants import Level
from hierarchy.models import Node
from tests.databases import as_owner
from tests.world import World

MONTHS = 36
PER_PACKAGE = 20


def fill(world: World, measures: int) -> list[Node]:
    """`measures` measures of one line and 36 months each, in packages of twenty; returns the packages."""
    packages = [_package(world, number) for number in range(-(-measures // PER_PACKAGE))]
    with connection.cursor() as cursor:
        for number, package in enumerate(packages):
            cursor.execute(_MEASURES, _names(world) | {"package": package.pk, "first": number * PER_PACKAGE})
        organization = {"organization": current_organization_id()}
        cursor.execute(_LINES, organization)
        cursor.execute(_MONTHS, organization | {"start": date(2025, 1, 1), "count": MONTHS})
        cursor.execute(_TOTALS, organization | {"today": date(2026, 10, 15)})
        cursor.execute(_STATUSES, organization | {"today": date(2026, 10, 15)})
    return packages


def analyze() -> None:
    """Fresh statistics, which only the owner may gather; autovacuum does it in a running installation."""
    with as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("ANALYZE")


def _package(world: World, number: int) -> Node:
    parent = world.nodes[Level.PROJECT]
    node = Node(level=Level.PACKAGE, parent=parent, name=f"Package {number}", position=number)
    node.path = [*parent.path, node.pk]
    node.save()
    return node


def _names(world: World) -> dict[str, Any]:
    people = {role: world.people[role].pk for role in ("owner", "sponsor", "controller")}
    master = {"unit": world.unit.pk, "function": world.function.pk, "entity": world.entity.pk}
    return {
        "organization": current_organization_id(),
        "committee": world.committee.pk,
        "size": PER_PACKAGE,
        "batch": str(new_id()),
        **people,
        **master,
    }


_MEASURES = """
INSERT INTO measures_measure (
    id, organization_id, package_id, code, name, description, business_reason, kind, owner_id, sponsor_id,
    controller_id, business_unit_id, function_id, legal_entity_id, committee_id, doi, lifecycle, governable,
    scope_in, scope_out, key_assumptions, overlap_resolution, no_one_time_cost, no_risks_because,
    dependencies_declared, closure_criteria, closure_evidence, hold_reason, source_system, external_id,
    source_values, created_at, version)
SELECT gen_random_uuid(), %(organization)s, %(package)s, 'B-' || (%(first)s + n), 'Measure ' || n,
       'A measure of the benchmark, long enough to be described', 'Speed', 'ebitda_cost', %(owner)s, %(sponsor)s,
       %(controller)s, %(unit)s, %(function)s, %(entity)s, %(committee)s, (%(first)s + n) %% 5, 'active', true,
       '', '', '', '', false, '', '', '', '', '', '', '', '{}', now(), 1
  FROM generate_series(1, %(size)s) AS n
"""

_LINES = """
INSERT INTO measures_effectline (
    id, organization_id, measure_id, name, kind, recurrence, certainty, legal_entity_id, currency,
    currency_reason, annual_amount, start_month, ramp_months, position, version)
SELECT gen_random_uuid(), organization_id, id, 'Saving', 'ebitda_cost', 'recurring', 'hard', legal_entity_id, 'EUR',
       '', 120000, '2025-01-01', 6, 0, 1
  FROM measures_measure WHERE organization_id = %(organization)s AND code LIKE 'B-%%'
"""

_MONTHS = """
INSERT INTO measures_effectmonth (organization_id, measure_id, line_id, month, plan, forecast)
SELECT organization_id, measure_id, id, (%(start)s::date + make_interval(months => n))::date, 10000, 9500
  FROM measures_effectline CROSS JOIN generate_series(0, %(count)s - 1) AS n
 WHERE organization_id = %(organization)s
"""

_TOTALS = """
INSERT INTO measures_measuretotals (
    id, organization_id, measure_id, as_of, plan_run_rate, forecast_run_rate, validated_run_rate, plan_in_year,
    fac_in_year, validated_in_year, reported_in_year, forecast_in_year, assumed_in_year, plan_to_date,
    validated_to_date, actual_to_date, one_time_plan, one_time_forecast, one_time_actual, soft_run_rate,
    computed_at, inputs_hash)
SELECT gen_random_uuid(), organization_id, id, %(today)s, 120000, 114000, 0, 120000, 114000, 0, 0, 114000, 0, 0, 0, 0,
       0, 0, 0, 0, now(), ''
  FROM measures_measure WHERE organization_id = %(organization)s
"""

_STATUSES = """
INSERT INTO measures_measurestatus (id, organization_id, measure_id, kind, value, reasons, since, computed_at)
SELECT gen_random_uuid(), organization_id, id, kinds.kind, 'g', '[]', %(today)s, now()
  FROM measures_measure CROSS JOIN (VALUES ('implementation'), ('potential')) AS kinds (kind)
 WHERE organization_id = %(organization)s
"""
