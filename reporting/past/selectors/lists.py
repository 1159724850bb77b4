"""The lists of a cockpit as they were at a lock."""

from datetime import date
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Greatest

from governance.gates.models import GateRequest
from governance.months.models import Snapshot
from measures.constants import Lifecycle, Status
from measures.models import LockedStanding
from reporting.constants import FIRST_VALUED_DOI, OFF_PLAN
from reporting.figures.selectors.lists import SHOWN, Short, Stale, Waiting, waiting_of
from reporting.figures.selectors.measures import stale_standing

from .locks import stale_before_lock

_VALUED = Q(governable=True, doi__gte=FIRST_VALUED_DOI)


def standings_below(snapshot: Snapshot, node_id: UUID) -> QuerySet[LockedStanding]:
    """The measures that lay below a node."""
    return LockedStanding.objects.filter(
        organization=snapshot.organization_id, month=snapshot.month, path__contains=[node_id]
    )


def furthest_below_plan_at(snapshot: Snapshot, node_id: UUID) -> list[Short]:
    """As `lists.furthest_below_plan`."""
    short = standings_below(snapshot, node_id).filter(
        _VALUED,
        lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.CLOSED),
        forecast_run_rate__lt=F("plan_run_rate"),
    )
    rows = short.annotate(missing=F("forecast_run_rate") - F("plan_run_rate")).order_by("missing", "code")[:SHOWN]
    return [
        Short(
            id=row.measure_id,
            name=row.name,
            code=row.code,
            owner=row.owner_name,
            implementation=row.implementation,
            potential=row.potential,
            reason=next(iter(row.potential_reasons), ""),
            amount=row.forecast_run_rate - row.plan_run_rate,
            since=row.potential_since,
        )
        for row in rows
    ]


def stale_at(snapshot: Snapshot, node_id: UUID) -> tuple[list[Stale], int]:
    """As `lists.stale_forecasts`."""
    is_stale = stale_standing(stale_before_lock(snapshot))
    stale = standings_below(snapshot, node_id).filter(is_stale, governable=True)
    shown = stale.order_by(F("confirmed_at").asc(nulls_first=True), "code")[:SHOWN]
    return [Stale(row.measure_id, row.name, row.owner_name, row.confirmed_at) for row in shown], stale.count()


def waiting_at(snapshot: Snapshot, node_id: UUID) -> tuple[list[Waiting], int]:
    """The gate requests that were handed in and not ended at that moment."""
    below = standings_below(snapshot, node_id).order_by()
    waiting = requests_at(snapshot).filter(measure__in=below.values("measure_id"))
    shown = waiting.select_related("measure", "requested_by").order_by("submitted_at", "id")[:SHOWN]
    return [waiting_of(request) for request in shown], waiting.count()


def requests_at(snapshot: Snapshot) -> QuerySet[GateRequest]:
    """The requests that were open when the month was locked."""
    handed_in = GateRequest.objects.filter(organization=snapshot.organization_id, submitted_at__lte=snapshot.at)
    return handed_in.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=snapshot.at))


def trap_since_at(snapshot: Snapshot, node_id: UUID) -> date | None:
    """Since when the oldest measure of the green trap had been in it."""
    trapped = standings_below(snapshot, node_id).filter(
        _VALUED,
        implementation=Status.GREEN,
        potential__in=OFF_PLAN,
        lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
    )
    oldest: date | None = trapped.aggregate(oldest=Min(Greatest("implementation_since", "potential_since")))["oldest"]
    return oldest
