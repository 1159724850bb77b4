"""How the statuses of nodes moved since the last locked month (domain section 7)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cat4.tenancy.context import current_organization_id
from measures.formulas.lights import Trend, trend
from reporting.models import LockedFigures, NodeStatus


@dataclass(frozen=True, slots=True)
class Moved:
    """Both statuses against how they stood when `month` was locked; steady where nothing was kept."""

    month: date | None = None
    implementation: Trend = Trend.STEADY
    potential: Trend = Trend.STEADY


UNMOVED = Moved()


def statuses_with_trend(nodes: Any) -> QuerySet[NodeStatus]:
    """The statuses of nodes with what the last lock kept of each, for `moved_of`: no query more than without."""
    mine = LockedFigures.objects.filter(organization_id=current_organization_id())
    last = mine.order_by("-month").values("month")[:1]
    kept = mine.filter(node=OuterRef("node"), month=Subquery(last)).values(
        kept=JSONObject(month="month", implementation="implementation", potential="potential")
    )
    return NodeStatus.objects.filter(node__in=nodes).annotate(kept=Subquery(kept))


def moved_of(status: Any) -> Moved:
    """The trend of a status that was loaded with what the last lock kept."""
    then = status.kept
    if then is None:
        return UNMOVED
    return Moved(
        date.fromisoformat(then["month"]),
        trend(then["implementation"], status.implementation),
        trend(then["potential"], status.potential),
    )
