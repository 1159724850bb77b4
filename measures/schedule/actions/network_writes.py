"""The SQL that writes what a ripple found, in one statement each: raw, with parameters for every value."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id
from cat4.tenancy.ids import new_id
from measures.formulas.ripple import Hop
from measures.models import Ripple

_MOST_DAYS = 32_767
_COMPUTED = """
UPDATE measures_milestone m SET computed_on = v.computed_on
  FROM unnest(%s::uuid[], %s::date[]) AS v (id, computed_on)
 WHERE m.organization_id = %s AND m.id = v.id"""
_HOPS = """
INSERT INTO measures_ripplehop (
    id, organization_id, ripple_id, position, milestone_id, measure_id, came_from_id, via_kind, via_lag_days,
    before_on, after_on, days, slack_used_days)
SELECT v.id, %s, %s, v.position, v.milestone_id, v.measure_id, v.came_from_id, v.kind, v.lag, v.before_on, v.after_on,
       v.days, v.slack
  FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::smallint[], %s::date[], %s::date[],
              %s::smallint[], %s::smallint[])
       WITH ORDINALITY
    AS v (id, milestone_id, measure_id, came_from_id, kind, lag, before_on, after_on, days, slack, position)"""


def storable(days: int) -> int:
    """Working days as their column holds them; a mistyped century is as far as it goes."""
    return max(-_MOST_DAYS, min(_MOST_DAYS, days))


def write_computed(dates: Mapping[UUID, date | None]) -> None:
    """Set where predecessors push milestones; None: nowhere."""
    if dates:
        with connection.cursor() as cursor:
            cursor.execute(_COMPUTED, [list(dates), list(dates.values()), current_organization_id()])


def write_hops(ripple: Ripple, hops: Sequence[Hop], measures: Mapping[UUID, UUID]) -> None:
    """Store the path of a ripple in order; `measures` holds the measure of each milestone."""
    columns: list[list[Any]] = [
        [new_id() for _ in hops],
        [hop.id for hop in hops],
        [measures[hop.id] for hop in hops],
        [hop.via.predecessor for hop in hops],
        [hop.via.kind for hop in hops],
        [hop.via.lag for hop in hops],
        [hop.before_on for hop in hops],
        [hop.after_on for hop in hops],
        [storable(hop.days) for hop in hops],
        [storable(hop.slack_used) for hop in hops],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_HOPS, [current_organization_id(), ripple.pk, *columns])
