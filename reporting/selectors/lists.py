"""The lists of a cockpit: largest gaps, stale forecasts, decisions that are waited for, age of the green trap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import Greatest

from cat4 import clock
from governance.constants import RequestKind, RequestState
from governance.models import GateRequest
from hierarchy.models import Node
from measures.constants import Doi, Lifecycle, Status
from measures.models import Measure

from ..constants import FIRST_VALUED_DOI, OFF_PLAN
from .rows import with_figures

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Gap:
    """A measure that will bring less than its plan."""

    id: UUID
    name: str
    code: str
    owner: str
    implementation: str
    potential: str
    reason: str
    amount: Decimal
    since: date | None


@dataclass(frozen=True, slots=True)
class Stale:
    """A forecast that nobody has confirmed lately. `confirmed_at` is None when it never was."""

    id: UUID
    name: str
    owner: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A gate request that is handed in and not decided."""

    id: UUID
    measure_id: UUID
    measure: str
    tag: str
    requested_by: str
    submitted_at: datetime | None


def _below(node: Node) -> QuerySet[Measure]:
    return Measure.objects.filter(organization=node.organization_id, package__path__contains=[node.pk])


def largest_gaps(node: Node) -> list[Gap]:
    """The measures whose forecast is furthest below plan; cancelled and held ones stand in their own figures."""
    working = _below(node).filter(
        governable=True, doi__gte=FIRST_VALUED_DOI, lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.CLOSED)
    )
    rows = with_figures(working).filter(gap__lt=0).order_by("gap", "code")
    facts = rows.values(
        "id", "name", "code", "implementation", "potential", "gap", "owner__name", "money__reasons", "money__since"
    )
    return [_gap(row) for row in facts[:SHOWN]]


def _gap(row: dict[str, Any]) -> Gap:
    return Gap(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        owner=row["owner__name"] or "",
        implementation=row["implementation"],
        potential=row["potential"],
        reason=next(iter(row["money__reasons"] or ()), ""),
        amount=row["gap"],
        since=row["money__since"],
    )


def stale_forecasts(node: Node, stale_after_days: int) -> tuple[list[Stale], int]:
    """Decided measures whose forecast was last confirmed, or frozen with the plan, too long ago; and how many."""
    cutoff = clock.now() - timedelta(days=stale_after_days)
    decided = _below(node).filter(governable=True, doi__gte=Doi.DECIDED, doi__lt=Doi.CLOSED, lifecycle=Lifecycle.ACTIVE)
    # GREATEST ignores what is empty, so either instant will do.
    rows = decided.annotate(confirmed=Greatest("forecast_confirmed_at", Max("plan_versions__frozen_at")))
    stale = rows.filter(Q(confirmed__isnull=True) | Q(confirmed__lt=cutoff))
    oldest = stale.order_by(F("confirmed").asc(nulls_first=True), "code").annotate(all=Window(Count("pk")))
    found = list(oldest.values_list("id", "name", "owner__name", "confirmed", "all")[:SHOWN])
    return [Stale(pk, name, owner or "", at) for pk, name, owner, at, _ in found], found[0][4] if found else 0


def waiting_decisions(node: Node) -> tuple[list[Waiting], int]:
    """Submitted gate requests below the node, oldest first; and how many."""
    waiting = GateRequest.objects.filter(
        organization=node.organization_id,
        state=RequestState.SUBMITTED,
        measure__package__path__contains=[node.pk],
    )
    rows = waiting.select_related("measure", "requested_by").annotate(all=Window(Count("pk")))
    found = list(rows.order_by("submitted_at", "id")[:SHOWN])
    return [_waiting(request) for request in found], found[0].all if found else 0


def _waiting(request: Any) -> Waiting:
    is_gate = request.kind == RequestKind.ADVANCE
    return Waiting(
        id=request.pk,
        measure_id=request.measure_id,
        measure=request.measure.name,
        tag=f"Gate {request.from_doi} to {request.to_doi}" if is_gate else request.get_kind_display(),
        requested_by=request.requested_by.name,
        submitted_at=request.submitted_at,
    )


def trap_since(node: Node) -> date | None:
    """Since when the oldest measure of the green trap has been in it."""
    trapped = with_figures(
        _below(node).filter(
            governable=True, doi__gte=FIRST_VALUED_DOI, lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
        )
    ).filter(implementation=Status.GREEN, potential__in=OFF_PLAN)
    both = trapped.annotate(turned=Greatest("dates__since", "money__since"))
    oldest: date | None = both.aggregate(oldest=Min("turned"))["oldest"]
    return oldest
