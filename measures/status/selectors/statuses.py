"""Computed statuses as pages show them: with reasons, age, override and trend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from cat4 import clock
from cat4.tenancy.context import current_organization_id
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.organization.selectors import organization
from measures.constants import Status, StatusKind
from measures.formulas.lights import Trend, is_attribution_doubtful, is_green_trap, trend
from measures.formulas.standing import share_of, share_trend
from measures.models import LockedStanding, MeasureStatus, MeasureTotals, StatusOverride

# What a share of the plan is made of.
_SHARES = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")
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


@dataclass(frozen=True, slots=True)
class Movement:
    """How a measure moved since `month` was locked: each status, and the share of the plan's money that arrives.

    `month` is None where nothing was kept to compare with: then everything is steady.
    """

    month: date | None
    trends: Mapping[StatusKind, Trend]
    share: Decimal | None
    share_before: Decimal | None
    money: Trend


def movements_of(views: Mapping[UUID, StatusViews], totals: Mapping[UUID, MeasureTotals]) -> dict[UUID, Movement]:
    """Computed statuses and money of many measures against the last locked month, in two queries."""
    kept = LockedStanding.objects.filter(organization_id=current_organization_id(), measure__in=list(views))
    kept = kept.only("measure_id", "month", *(kind.value for kind in StatusKind), *_SHARES)
    month = last_locked_month()
    then = {row.measure_id: row for row in kept.filter(month=month)} if month else {}
    return {pk: _movement(views[pk], totals.get(pk), then.get(pk)) for pk in views}


def _movement(views: StatusViews, now: MeasureTotals | None, then: LockedStanding | None) -> Movement:
    share = share_of(now) if now else None
    if then is None:
        return Movement(None, dict.fromkeys(StatusKind, Trend.STEADY), share, None, Trend.STEADY)
    before = share_of(then)
    trends = {kind: trend(getattr(then, kind.value), views[kind].value) for kind in StatusKind}
    return Movement(then.month, trends, share, before, share_trend(before, share))


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
