"""Telling people what happened to the organization's months."""

from uuid import UUID

from cat4.notices.actions import notify
from hierarchy.models import ReportingPeriod
from measures.constants import Doi, Lifecycle
from measures.models import Measure


def tell_of_lock(period_id: UUID) -> int:
    """The owners and controllers of running measures with a plan; returns the notices."""
    period = ReportingPeriod.objects.filter(pk=period_id).first()
    if period is None:
        return 0
    running = Measure.objects.filter(lifecycle=Lifecycle.ACTIVE, doi__in=(Doi.DECIDED, Doi.IMPLEMENTED)).order_by()
    people = {person for pair in running.values_list("owner", "controller").distinct() for person in pair}
    people.discard(period.locked_by_id)
    return notify(
        "period.locked", event=f"period:{period.pk}:locked", people=people, path="/periods/",
        facts={"month": period.month},
    )  # fmt: skip
