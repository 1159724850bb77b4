"""The locks that reports can be read as of (domain section 12)."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from governance.months.models import Snapshot
from hierarchy.constants import PeriodState
from hierarchy.models import ReportingPeriod
from hierarchy.organization.selectors import organization
from measures.formulas.freshness import stale_before
from reporting.models import LockedFigures


class Lock(NamedTuple):
    """A locked month, and the day of its lock where a snapshot was kept."""

    month: date
    as_of: date | None


def locked() -> list[Lock]:
    """Every locked month, the latest first, in one query."""
    kept = Snapshot.objects.filter(organization=OuterRef("organization"), month=OuterRef("month"))
    months = ReportingPeriod.objects.filter(state=PeriodState.LOCKED).order_by("-month")
    return [Lock(*row) for row in months.values_list("month", Subquery(kept.order_by().values("as_of")))]


def locks() -> list[Lock]:
    """Those that kept a snapshot."""
    return [lock for lock in locked() if lock.as_of]


def snapshot_of(month: date) -> Snapshot | None:
    """What the lock of a month kept; None where it isn't locked, or kept nothing."""
    return Snapshot.objects.filter(month=month).first()


def stale_before_lock(snapshot: Snapshot) -> datetime:
    """What was confirmed before this instant was stale when the month was locked (domain 14)."""
    zone = ZoneInfo(organization().time_zone)
    return stale_before(snapshot.as_of, snapshot.limits.stale_after_days, zone)


def months_kept() -> list[date]:
    """The months of which a lock kept something, the latest first."""
    return list(Snapshot.objects.values_list("month", flat=True))


def last_snapshot(before: date | None = None) -> Snapshot | None:
    """What the last lock kept; of the months before one, where it is given."""
    kept = Snapshot.objects.filter(month__lt=before) if before else Snapshot.objects.all()
    return kept.first()


def has_figures(snapshot: Snapshot) -> bool:
    """Whether the nodes' figures of a lock are written: a worker does that after it."""
    return not snapshot.measures or LockedFigures.objects.filter(month=snapshot.month).exists()
