"""The locks that reports can be read as of (domain section 12)."""

import re
from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from cat4.errors import Conflict, Invalid
from cat4.web.formats import month as month_name
from governance.months.models import Snapshot
from hierarchy.constants import PeriodState
from hierarchy.models import ReportingPeriod
from reporting.models import LockedFigures

_MONTH = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])", re.ASCII)


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


def lock_named(text: str, field: str = "asof") -> Snapshot | None:
    """The lock of a month such as 2026-08; None when nothing is asked for.

    Raises:
        Invalid: on `field`, when it is no month, or no lock of it kept a snapshot.
        Conflict: its figures are being written.
    """
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if match is None:
        raise Invalid({field: "Name a month such as 2026-08."})
    month = date(int(match[1]), int(match[2]), 1)
    snapshot = Snapshot.objects.filter(month=month).first()
    if snapshot is None:
        known = [month_name(one) for one in Snapshot.objects.values_list("month", flat=True)]
        said = f"There is one of {', '.join(known)}." if known else "A lock of a month keeps one."
        raise Invalid({field: f"No snapshot was kept of {month_name(month)}. {said}"})
    require_figures(snapshot)
    return snapshot


def two_moments(first: str, second: str) -> tuple[Snapshot, Snapshot | None]:
    """Two locks to compare, or a lock and now (None). Without names: the last lock, and now.

    Raises:
        Invalid: on `from` or `to`, also when they are in the wrong order or no month is locked.
        Conflict: figures are being written.
    """
    other = None if second in ("", "now") else lock_named(second, "to")
    base = lock_named(first, "from")
    if base is None:
        earlier = Snapshot.objects.filter(month__lt=other.month) if other else Snapshot.objects.all()
        base = earlier.first()
    if base is None:
        raise Invalid({"from": "There is no lock before that to compare with."})
    if other is not None and base.month >= other.month:
        raise Invalid({"to": "The second lock comes after the first."})
    return base, other


def require_figures(snapshot: Snapshot) -> None:
    """Raises Conflict while a worker still writes the nodes' figures of a lock."""
    if snapshot.measures and not LockedFigures.objects.filter(month=snapshot.month).exists():
        sentence = f"The figures of {month_name(snapshot.month)} are being written. Load the page again in a moment."
        raise Conflict(sentence, current={"measures": snapshot.measures})


def key_of(lock: Lock | Snapshot) -> str:
    """How addresses name a lock: `2026-08`."""
    return f"{lock.month:%Y-%m}"
