"""How the statuses of a measure became what they are: each computed value with its time, and the overrides."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from cat4 import clock
from hierarchy.organization.selectors import organization
from measures.constants import Status, StatusKind
from measures.models import Measure, StatusChange, StatusOverride

MOST_SPANS = 24


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """A computed status and how long it held; `until` is None while it holds. `reasons` are those it began with."""

    kind: StatusKind
    value: Status
    since: date
    until: date | None
    days: int
    reasons: tuple[str, ...]


def status_changes_of(measure: Measure) -> QuerySet[StatusChange]:
    """Every value that a computed status took."""
    return measure.status_changes.all()


def overrides_of(measure: Measure) -> QuerySet[StatusOverride]:
    """Every override, ended ones too."""
    return measure.overrides.select_related("author", "ended_by")


def status_spans(measure: Measure, most: int = MOST_SPANS) -> list[StatusSpan]:
    """The computed values with the days that they held, newest first, in one query."""
    home = organization()
    zone, today = ZoneInfo(home.time_zone), clock.today(home.time_zone)
    ended: dict[str, date] = {}
    spans = []
    for change in measure.status_changes.order_by("-at", "-id")[:most]:
        since, until = change.at.astimezone(zone).date(), ended.get(change.kind)
        days = ((until or today) - since).days
        spans.append(
            StatusSpan(StatusKind(change.kind), Status(change.after), since, until, days, tuple(change.reasons))
        )
        ended[change.kind] = since
    return spans


def overrides_shown(measure: Measure, most: int = MOST_SPANS) -> list[StatusOverride]:
    """The newest overrides, as the page lists them."""
    return list(overrides_of(measure).order_by("-created_at", "-id")[:most])
