"""Computed statuses as pages show them: with reasons, age, override and trend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from cat4 import clock
from cat4.tenancy.context import current_organization_id
from hierarchy.fiscal import add_months
from hierarchy.selectors.periods import last_locked_month
from hierarchy.selectors.settings import organization

from ..constants import Status, StatusKind
from ..formulas.lights import Trend, is_attribution_doubtful, is_green_trap, trend
from ..models import MeasureStatus, StatusChange, StatusOverride

_NOT_COMPUTED = ("Not computed yet.",)


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A status someone vouches for until a date."""

    value: Status
    reason: str
    author: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class StatusView:
    """One computed status. `value` is always the computed one; `shown` is the override's while one holds."""

    kind: StatusKind
    value: Status
    reasons: tuple[str, ...] = _NOT_COMPUTED
    since: date | None = None
    computed_at: datetime | None = None
    override: OverrideView | None = None

    @property
    def shown(self) -> Status:
        return self.override.value if self.override else self.value


StatusViews = dict[StatusKind, StatusView]


def statuses_of(measure_id: UUID) -> StatusViews:
    """The three statuses of a measure; grey while nothing is computed."""
    return status_map([measure_id])[measure_id]


def status_map(measure_ids: Iterable[UUID]) -> dict[UUID, StatusViews]:
    """The statuses of many measures in three queries."""
    ids = list(measure_ids)
    overrides = _overrides_in_force(ids)
    views: dict[UUID, StatusViews] = {
        measure_id: {
            kind: StatusView(kind, Status.GREY, override=overrides.get((measure_id, kind))) for kind in StatusKind
        }
        for measure_id in ids
    }
    rows = MeasureStatus.objects.filter(organization_id=current_organization_id(), measure__in=ids)
    for row in rows.select_related("measure__totals"):
        kind, totals = StatusKind(row.kind), getattr(row.measure, "totals", None)
        views[row.measure_id][kind] = StatusView(
            kind=kind,
            value=Status(row.value),
            reasons=tuple(row.reasons),
            since=row.since,
            computed_at=max(row.computed_at, totals.computed_at) if totals else row.computed_at,
            override=overrides.get((row.measure_id, kind)),
        )
    return views


def green_trap(views: Mapping[StatusKind, StatusView]) -> bool:
    """On time while the money is at risk or short; by the computed values, whatever someone vouches for."""
    return is_green_trap(views[StatusKind.IMPLEMENTATION].value, views[StatusKind.POTENTIAL].value)


def attribution_doubtful(views: Mapping[StatusKind, StatusView]) -> bool:
    """The reverse: the money arrives although the work is very late."""
    return is_attribution_doubtful(views[StatusKind.IMPLEMENTATION].value, views[StatusKind.POTENTIAL].value)


def green_trap_since(views: Mapping[StatusKind, StatusView]) -> date | None:
    """Since when both have stood as they stand; None outside the trap."""
    if not green_trap(views):
        return None
    return max((view.since for kind, view in views.items() if kind != StatusKind.COST and view.since), default=None)


def trends_of(measure_id: UUID) -> dict[StatusKind, Trend]:
    """How each status moved since the end of the last locked month; steady before the first lock."""
    month = last_locked_month()
    now = {kind: view.value for kind, view in statuses_of(measure_id).items()}
    if month is None:
        return dict.fromkeys(StatusKind, Trend.STEADY)
    zone = ZoneInfo(organization().time_zone)
    end = datetime.combine(add_months(month, 1), time(), tzinfo=zone)
    changes = StatusChange.objects.filter(organization_id=current_organization_id(), measure_id=measure_id, at__lt=end)
    then = {change.kind: change.after for change in changes.order_by("at")}
    return {kind: trend(then.get(kind, Status.GREY), now[kind]) for kind in StatusKind}


def _overrides_in_force(measure_ids: list[UUID]) -> dict[tuple[UUID, StatusKind], OverrideView]:
    """The latest override of each status that hasn't expired; its last day is `expires_on`."""
    today = clock.today(organization().time_zone)
    rows = StatusOverride.objects.filter(
        organization_id=current_organization_id(),
        measure__in=measure_ids,
        expires_on__gte=today,
        ended_at__isnull=True,
    )
    return {
        (row.measure_id, StatusKind(row.kind)): OverrideView(
            Status(row.value), row.reason, row.author.name, row.expires_on
        )
        for row in rows.select_related("author").order_by("created_at")
    }
