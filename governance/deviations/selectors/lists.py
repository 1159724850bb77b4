"""Lists of deviations: the page, the API, the cockpit."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cat4.accounts.actor import Actor
from cat4.matching import matches
from hierarchy.models import BusinessUnit
from measures.core.selectors.measures import visible_measures
from measures.models import Measure, MeasureStatus

from ..constants import DATA_KINDS, LIVE_STATES, DeviationState
from ..models import Deviation
from .deviations import sentence_of, today_here, visible_deviations

_SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DeviationLine:
    """A deviation in a list; statuses are the measure's computed ones."""

    row: Deviation
    sentence: str
    day: int
    is_past: bool
    implementation: str
    potential: str


def filtered(actor: Actor, today: date, **wanted: Any) -> QuerySet[Deviation]:
    """Deviations that the person sees, by clock: what is open the longest first, then decided, then closed.

    `wanted` may hold q, state (open, decided, closed or all; without it what is live), kind, unit, clock, measure.
    """
    rows = visible_deviations(actor)
    state = wanted.get("state", "")
    if state != "all":
        rows = rows.filter(state__in=[state] if state else LIVE_STATES)
    if text := str(wanted.get("q", "")).strip():
        rows = rows.filter(matches(text, "measure__name", "measure__code"))
    fields = {"kind": "kind", "unit": "measure__business_unit", "measure": "measure"}
    rows = rows.filter(**{fields[name]: wanted[name] for name in fields if wanted.get(name)})
    if clock := wanted.get("clock"):
        rows = rows.filter(_CLOCKS[clock](today), state=DeviationState.OPEN)
    order = Case(
        *(When(state=state.value, then=Value(place)) for place, state in enumerate(DeviationState)),
        output_field=IntegerField(),
    )
    return rows.order_by(order, "opened_on", "number")


_CLOCKS = {
    "past": lambda today: Q(escalate_on__lte=today) & ~Q(kind__in=DATA_KINDS),
    "soon": lambda today: Q(escalate_on__gt=today, escalate_on__lte=today + _SOON),
    "running": lambda today: Q(escalate_on__gt=today),
}


def lines_of(rows: list[Deviation]) -> list[DeviationLine]:
    """Lines with the statuses of their measures, in one query for all."""
    today = today_here()
    found = MeasureStatus.objects.filter(measure__in={row.measure_id for row in rows})
    statuses = {(measure, kind): value for measure, kind, value in found.values_list("measure_id", "kind", "value")}
    return [
        DeviationLine(
            row=row,
            sentence=sentence_of(row),
            day=row.day_on(today),
            is_past=row.is_past_clock(today),
            implementation=statuses.get((row.measure_id, "implementation"), "n"),
            potential=statuses.get((row.measure_id, "potential"), "n"),
        )
        for row in rows
    ]


def units_in_use() -> list[tuple[UUID, str]]:
    """The business units, for a filter."""
    return list(BusinessUnit.objects.filter(retired_at__isnull=True).order_by("name").values_list("pk", "name"))


def measure_by_code(actor: Actor, code: str) -> Measure | None:
    """A measure that the person sees, by its ID."""
    return visible_measures(actor).filter(code__iexact=code.strip()).first() if code.strip() else None
