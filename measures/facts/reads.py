"""Raw SQL: what a recompute reads of measures. Every value is a parameter, the organization always.

Building these queries from models took longer than everything else that is computed of a measure.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id
from cat4.tenancy.models import TenantModel
from measures.models import EffectLine, Measure

_Row = TypeVar("_Row", bound=TenantModel)
_MEASURES = """
    SELECT m.id, m.doi, m.lifecycle, m.kind, m.target_amount, m.decide_by, m.implement_by, m.close_by,
           m.forecast_confirmed_at, m.closed_on, m.closed_run_rate, entity.currency AS entity_currency,
           (SELECT v.frozen_at FROM measures_planversion v
             WHERE v.organization_id = m.organization_id AND v.measure_id = m.id
             ORDER BY v.number DESC LIMIT 1) AS frozen_at,
           EXISTS (SELECT FROM measures_baseline b
                    WHERE b.organization_id = m.organization_id AND b.measure_id = m.id) AS has_baseline,
           EXISTS (SELECT FROM measures_rippleanswer a
                    WHERE a.organization_id = m.organization_id AND a.measure_id = m.id
                      AND a.answered_at IS NULL) AS has_ripple,
           EXISTS (SELECT FROM measures_enableranswer q
                    WHERE q.organization_id = m.organization_id AND q.measure_id = m.id
                      AND q.answered_at IS NULL AND q.superseded_at IS NULL) AS has_fallen,
           EXISTS (SELECT FROM measures_leakageentry l
                    WHERE l.organization_id = m.organization_id AND l.measure_id = m.id) AS has_leakage,
           EXISTS (SELECT FROM measures_correction c
                    WHERE c.organization_id = m.organization_id AND c.measure_id = m.id
                      AND c.returned_at IS NULL) AS has_correction,
           EXISTS (SELECT FROM measures_takenmonth t
                    WHERE t.organization_id = m.organization_id AND t.measure_id = m.id) AS has_taken
      FROM measures_measure m
      LEFT JOIN hierarchy_legalentity entity
        ON entity.organization_id = m.organization_id AND entity.id = m.legal_entity_id
     WHERE m.organization_id = %(organization)s AND m.id = ANY(%(measures)s)"""


_OF_MEASURES = "{0}.organization_id = %(organization)s AND {0}.measure_id = ANY(%(measures)s)"
_LINES = f"""
    SELECT l.id, l.measure_id, l.name, l.kind, l.recurrence, l.certainty, l.account_id, l.currency, l.currency_reason,
           l.start_month, l.end_month, l.milestone_id, l.forecast_stands_on, l.closed_run_rate,
           entity.currency AS entity_currency
      FROM measures_effectline l
      JOIN hierarchy_legalentity entity
        ON entity.organization_id = l.organization_id AND entity.id = l.legal_entity_id
     WHERE {_OF_MEASURES.format("l")}
     ORDER BY l.position, l.id"""  # noqa: S608  (constants of this module)
_MONTHS = f"""
    SELECT e.line_id, e.month, e.plan, e.forecast, e.reported, e.validated
      FROM measures_effectmonth e
     WHERE {_OF_MEASURES.format("e")}
     ORDER BY e.line_id, e.month"""  # noqa: S608  (constants of this module)
_MILESTONES = f"""
    SELECT s.measure_id, s.name, s.baseline_on, s.forecast_on, s.actual_on, s.is_critical, s.is_effect_start,
           s.computed_on, s.id, s.is_planned
      FROM measures_milestone s
     WHERE {_OF_MEASURES.format("s")}
     ORDER BY s.position, s.baseline_on, s.id"""  # noqa: S608  (constants of this module)


def measures_with_facts(measure_ids: Collection[UUID]) -> Iterable[Any]:
    """Measures with when their plan was frozen last, and whether they have any of what few have.

    `entity_currency` is that of the entity that will book their effect.
    """
    return Measure.objects.raw(_MEASURES, _of(measure_ids))


def lines_with_entity(measure_ids: Collection[UUID]) -> Iterable[Any]:
    """Effect lines in their order, with the currency of the entity that books them."""
    return EffectLine.objects.raw(_LINES, _of(measure_ids))


def month_rows(measure_ids: Collection[UUID]) -> list[Any]:
    """Line, month, plan, forecast, reported and validated, by line and month."""
    return _rows(_MONTHS, measure_ids)


def milestone_rows(measure_ids: Collection[UUID]) -> list[Any]:
    """Measure, then what MilestoneFacts takes up to whether it is planned."""
    return _rows(_MILESTONES, measure_ids)


def stored_rows(model: type[_Row], measure_id: UUID) -> Iterable[_Row]:
    """What is stored of a measure in a table that has its id."""
    return model._default_manager.raw(_stored(model), _of([measure_id]))


@cache
def _stored(model: type[TenantModel]) -> str:
    table = model._meta.db_table
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {table} WHERE {_OF_MEASURES.format(table)}"  # noqa: S608  (names of models)


def _of(measure_ids: Collection[UUID]) -> dict[str, Any]:
    return {"organization": current_organization_id(), "measures": list(measure_ids)}


def _rows(statement: str, measure_ids: Collection[UUID]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _of(measure_ids))
        found: list[Any] = cursor.fetchall()
        return found
