"""Raw SQL: what the formulas need of measures themselves. Every value is a parameter, the organization always."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from cat4.tenancy.context import current_organization_id

from ..models import Measure

# As SQL: building this query from models took longer than everything else that is computed of a measure.
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
           EXISTS (SELECT FROM measures_leakageentry l
                    WHERE l.organization_id = m.organization_id AND l.measure_id = m.id) AS has_leakage,
           EXISTS (SELECT FROM measures_correction c
                    WHERE c.organization_id = m.organization_id AND c.measure_id = m.id
                      AND c.returned_at IS NULL) AS has_correction
      FROM measures_measure m
      LEFT JOIN hierarchy_legalentity entity
        ON entity.organization_id = m.organization_id AND entity.id = m.legal_entity_id
     WHERE m.organization_id = %(organization)s AND m.id = ANY(%(measures)s)"""


def measures_with_facts(measure_ids: Collection[UUID]) -> Iterable[Any]:
    """Measures with when their plan was frozen last, and whether they have any of what few have.

    `entity_currency` is that of the entity that will book their effect.
    """
    values = {"organization": current_organization_id(), "measures": list(measure_ids)}
    return Measure.objects.raw(_MEASURES, values)
