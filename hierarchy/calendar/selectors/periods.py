"""Which months are locked."""

from datetime import date

from django.db.models import QuerySet

from hierarchy.constants import PeriodState
from hierarchy.models import ReportingPeriod


def _locked() -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.filter(state=PeriodState.LOCKED)


def is_locked(month: date) -> bool:
    """Whether a month takes no more entries."""
    return _locked().filter(month=month).exists()


def locked_months() -> set[date]:
    """Every locked month."""
    return set(_locked().values_list("month", flat=True))


def last_locked_month() -> date | None:
    """The latest locked month, None before the first lock."""
    return _locked().order_by("-month").values_list("month", flat=True).first()


def period_states() -> dict[date, str]:
    """The state of every month that has one; the others are open."""
    return dict(ReportingPeriod.objects.values_list("month", "state"))
