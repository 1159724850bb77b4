"""The lists of a cockpit: furthest below plan, stale forecasts, decisions waited for, age of the green trap."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from governance.constants import RequestKind
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from hierarchy.models import Node, OrganizationSettings
from measures.constants import Lifecycle, Status, StatusKind
from measures.facts.freshness import stale_today
from measures.models import Measure, MeasureStatus, MeasureTotals, PlanVersion
from reporting.constants import FIRST_VALUED_DOI, OFF_PLAN

from .measures import with_figures

SHOWN = 6
MOST_COUNTED = 1_000
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Short:
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
    """A request that is handed in and not decided; both degrees are the measure's own where it isn't to advance."""

    id: UUID
    measure_id: UUID
    measure: str
    kind: RequestKind
    from_doi: int
    to_doi: int
    requested_by: str
    submitted_at: datetime | None


def _below(node: Node) -> QuerySet[Measure]:
    return Measure.objects.filter(organization=node.organization_id, package__path__contains=[node.pk])


def furthest_below_plan(node: Node) -> list[Short]:
    """The measures whose forecast is furthest below plan; cancelled and held ones stand in their own figures."""
    first = _first_of_all(node)
    short = _short_of_plan(node)
    found = _shown(short.filter(pk__in=first))
    # A large node has its largest losses among the largest of all; a small one has few measures to look at.
    return found if len(found) == SHOWN or len(first) < _LOOKED_AT else _shown(short)


def _short_of_plan(node: Node) -> QuerySet[Measure]:
    """Measures with a value whose forecast counts as it is, and is below plan."""
    counted = {"governable": True, "doi__gte": FIRST_VALUED_DOI, "lifecycle__in": (Lifecycle.ACTIVE, Lifecycle.CLOSED)}
    return _below(node).filter(**counted, totals__forecast_run_rate__lt=F("totals__plan_run_rate"))


def _first_of_all(node: Node) -> list[UUID]:
    """The measures of the organization furthest below plan, read in the order of their index.

    A query of its own: PostgreSQL can't guess how many measures lie below a node, and would join them all before
    it sorts.
    """
    short = MeasureTotals.objects.filter(organization=node.organization_id, forecast_run_rate__lt=F("plan_run_rate"))
    in_order = short.order_by((F("forecast_run_rate") - F("plan_run_rate")).asc(), "measure_id")
    return list(in_order.values_list("measure_id", flat=True)[:_LOOKED_AT])


def _shown(measures: QuerySet[Measure]) -> list[Short]:
    missing = F("totals__forecast_run_rate") - F("totals__plan_run_rate")
    rows = with_figures(measures).annotate(missing=missing).order_by("missing", "pk")
    facts = rows.values(
        "id", "name", "code", "implementation", "potential", "against_plan", "owner__name", "money__reasons",
        "money__since",
    )  # fmt: skip
    return [_short(row) for row in facts[:SHOWN]]


def _short(row: dict[str, Any]) -> Short:
    return Short(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        owner=row["owner__name"] or "",
        implementation=row["implementation"],
        potential=row["potential"],
        reason=next(iter(row["money__reasons"] or ()), ""),
        amount=row["against_plan"],
        since=row["money__since"],
    )


def stale_forecasts(node: Node, settings: OrganizationSettings) -> tuple[list[Stale], int]:
    """Decided measures whose forecast was last confirmed, or frozen with the plan, too long ago; and how many.

    Those that nobody ever confirmed come first. Counted up to one more than `MOST_COUNTED`.
    """
    versions = PlanVersion.objects.filter(measure=OuterRef("pk")).order_by("-frozen_at")
    stale = _below(node).filter(stale_today(settings), governable=True)
    stale = stale.order_by(F("forecast_confirmed_at").asc(nulls_first=True), "code")
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
    return [waiting_of(request) for request in found], _count(waiting, found)


def waiting_of(request: Any) -> Waiting:
    """A request that was loaded with its measure and who asked."""
    return Waiting(
        id=request.pk,
        measure_id=request.measure_id,
        measure=request.measure.name,
        kind=RequestKind(request.kind),
        from_doi=request.from_doi,
        to_doi=request.to_doi,
        requested_by=request.asker,
        submitted_at=request.submitted_at,
    )


def trap_since(node: Node) -> date | None:
    """Since when the oldest measure of the green trap has been in it: both statuses as they are now.

    The money turned first where it turned longest ago: the first rows of all hold the answer, unless none of them
    is in the trap below this node, or dates turned after the last of them.
    """
    off_plan = [value.value for value in OFF_PLAN]
    turned = MeasureStatus.objects.filter(
        organization=node.organization_id, kind=StatusKind.POTENTIAL, value__in=off_plan
    ).order_by("since")
    read = list(turned.values_list("measure_id", "since")[:_LOOKED_AT])
    trapped = (
        _below(node)
        .annotate(
            dates=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.IMPLEMENTATION)),
            money=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.POTENTIAL)),
        )
        .filter(
            governable=True,
            doi__gte=FIRST_VALUED_DOI,
            lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
            dates__value=Status.GREEN,
            money__value__in=off_plan,
        )
    )
    oldest = _oldest(trapped.filter(pk__in=[pk for pk, _ in read]))
    if len(read) < _LOOKED_AT or (oldest is not None and oldest <= read[-1][1]):
        return oldest
    return _oldest(trapped)


def _oldest(trapped: QuerySet[Any]) -> date | None:
    oldest: date | None = trapped.aggregate(oldest=Min(Greatest("dates__since", "money__since")))["oldest"]
    return oldest
