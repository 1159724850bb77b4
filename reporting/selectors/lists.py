"""The lists of a cockpit: largest gaps, stale forecasts, decisions that are waited for, age of the green trap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from cat4 import clock
from governance.constants import RequestKind, RequestState
from governance.models import GateRequest
from hierarchy.models import Node
from measures.constants import Doi, Lifecycle, Status, StatusKind
from measures.models import Measure, MeasureStatus, PlanVersion

from ..constants import FIRST_VALUED_DOI, OFF_PLAN
from .rows import with_figures

SHOWN = 6
MOST_COUNTED = 1_000
_LOOKED_AT = 200


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
    # By the totals themselves, so that an index gives the first few: what goes on keeps its forecast in roll-ups.
    short = working.filter(totals__forecast_run_rate__lt=F("totals__plan_run_rate"))
    missing = F("totals__forecast_run_rate") - F("totals__plan_run_rate")
    rows = with_figures(short).annotate(missing=missing).order_by("missing", "code")
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
    """Decided measures whose forecast was last confirmed, or frozen with the plan, too long ago; and how many.

    Those that nobody ever confirmed come first. Counted up to one more than `MOST_COUNTED`.
    """
    cutoff = clock.now() - timedelta(days=stale_after_days)
    decided = _below(node).filter(
        governable=True, doi__in=[Doi.DECIDED.value, Doi.IMPLEMENTED.value], lifecycle=Lifecycle.ACTIVE
    )
    versions = PlanVersion.objects.filter(measure=OuterRef("pk")).order_by("-frozen_at")
    stale = decided.filter(
        Q(forecast_confirmed_at__isnull=True) | Q(forecast_confirmed_at__lt=cutoff),
        ~Exists(versions.filter(frozen_at__gte=cutoff)),
    ).order_by(F("forecast_confirmed_at").asc(nulls_first=True), "code")
    # GREATEST ignores what is empty, so either instant will do.
    shown = stale.annotate(confirmed=Greatest("forecast_confirmed_at", Subquery(versions.values("frozen_at")[:1])))
    found = list(shown.values_list("id", "name", "owner__name", "confirmed")[:SHOWN])
    return [Stale(pk, name, owner or "", at) for pk, name, owner, at in found], _count(stale, found)


def _count(rows: QuerySet[Any], found: list[Any]) -> int:
    """How many there are, without asking when all are on the page, and without counting for ever."""
    return len(found) if len(found) < SHOWN else rows.order_by()[: MOST_COUNTED + 1].count()


def waiting_decisions(node: Node) -> tuple[list[Waiting], int]:
    """Submitted gate requests below the node, oldest first; and how many, counted as stale forecasts are."""
    waiting = GateRequest.objects.filter(
        organization=node.organization_id,
        state=RequestState.SUBMITTED,
        measure__package__path__contains=[node.pk],
    )
    found = list(waiting.select_related("measure", "requested_by").order_by("submitted_at", "id")[:SHOWN])
    return [_waiting(request) for request in found], _count(waiting, found)


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
    """Since when the oldest measure of the green trap has been in it: both statuses as they are now."""
    trapped = MeasureStatus.objects.filter(
        organization=node.organization_id,
        kind=StatusKind.POTENTIAL,
        value__in=[value.value for value in OFF_PLAN],
        measure__governable=True,
        measure__doi__gte=FIRST_VALUED_DOI,
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
        measure__package__path__contains=[node.pk],
        measure__statuses__kind=StatusKind.IMPLEMENTATION,
        measure__statuses__value=Status.GREEN,
    )
    # The money turned first where it turned longest ago: the first rows hold the answer, unless dates turned after.
    rows = list(trapped.order_by("since").values_list("since", "measure__statuses__since")[:_LOOKED_AT])
    oldest = min((max(row) for row in rows), default=None)
    if oldest is None or len(rows) < _LOOKED_AT or oldest <= rows[-1][0]:
        return oldest
    both = trapped.annotate(turned=Greatest("since", "measure__statuses__since"))
    whole: date | None = both.aggregate(oldest=Min("turned"))["oldest"]
    return whole
