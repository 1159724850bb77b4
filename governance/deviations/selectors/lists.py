"""Lists of deviations: the page, the API, My work, the cockpit."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cat4.accounts.actor import Actor
from hierarchy.models import BusinessUnit
from measures.core.selectors.measures import visible_measures
from measures.models import Measure, MeasureStatus

from ..constants import LIVE_STATES, DeviationState
from ..models import CounterMeasure, Deviation
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


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something about a deviation that waits for a person."""

    title: str
    sub: str
    href_name: str
    pk: UUID
    tag: str
    tag_kind: str


def filtered(actor: Actor, today: date, **wanted: Any) -> QuerySet[Deviation]:
    """Deviations that the person sees, by clock: what is open the longest first, then decided, then closed.

    `wanted` may hold q, state (open, decided, closed or all; without it what is live), kind, unit, clock, measure.
    """
    rows = visible_deviations(actor)
    state = wanted.get("state", "")
    if state != "all":
        rows = rows.filter(state__in=[state] if state else LIVE_STATES)
    if text := str(wanted.get("q", "")).strip():
        rows = rows.filter(Q(measure__name__icontains=text) | Q(measure__code__icontains=text))
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
    "past": lambda today: Q(escalate_on__lte=today),
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


def deviations_to_do(actor: Actor) -> list[ToDo]:
    """What waits for the person: counter-measures to do, causes to state, what sponsors were told, what to decide."""
    today = today_here()
    return [*_counter_measures(actor, today), *_unanswered(actor, today), *_to_decide(actor, today)]


def _counter_measures(actor: Actor, today: date) -> list[ToDo]:
    rows = CounterMeasure.objects.filter(
        organization_id=actor.organization_id,
        responsible_id=actor.user_id,
        done_on__isnull=True,
        deviation__state__in=LIVE_STATES,
    ).select_related("deviation__measure")
    return [
        ToDo(
            title=row.text[:120],
            sub=f"{row.deviation.measure.code}, deviation {row.deviation.number}",
            href_name="governance:counter-measure",
            pk=row.pk,
            tag="Overdue" if row.due_on < today else f"Due in {(row.due_on - today).days} days",
            tag_kind="r" if row.due_on < today else "a",
        )
        for row in rows.order_by("due_on", "id")
    ]


def _unanswered(actor: Actor, today: date) -> list[ToDo]:
    """Of the owner what is missing; of the sponsor once they were told."""
    mine = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id, sponsor_on__lte=today)
    rows = Deviation.objects.filter(
        mine, Q(cause="") | Q(counter_measures__isnull=True), organization_id=actor.organization_id,
        state=DeviationState.OPEN,
    )  # fmt: skip
    found = rows.select_related("measure").distinct().order_by("cause_due_on", "number")
    return [
        ToDo(
            title=f"Cause and counter-measure, {row.get_kind_display().lower()}",
            sub=f"{row.measure.name}: {sentence_of(row)}",
            href_name="governance:deviation",
            pk=row.pk,
            tag=f"Day {row.day_on(today)}",
            tag_kind="r" if row.cause_due_on <= today else "a",
        )
        for row in found
    ]


def _to_decide(actor: Actor, today: date) -> list[ToDo]:
    """Escalated ones of the committees that the person sits in, their own measures excepted."""
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    rows = Deviation.objects.filter(
        organization_id=actor.organization_id,
        state=DeviationState.OPEN,
        escalated_on__isnull=False,
        measure__committee__in=actor.committee_ids,
    ).exclude(own)
    return [
        ToDo(
            title=f"Decide on {row.measure.name}",
            sub=sentence_of(row),
            href_name="governance:deviation",
            pk=row.pk,
            tag=f"Day {row.day_on(today)}, escalated",
            tag_kind="r",
        )
        for row in rows.select_related("measure").order_by("opened_on", "number")
    ]


def measure_by_code(actor: Actor, code: str) -> Measure | None:
    """A measure that the person sees, by its ID."""
    return visible_measures(actor).filter(code__iexact=code.strip()).first() if code.strip() else None
