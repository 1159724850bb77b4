"""Measures as lists and tables show them: one query, with both statuses, totals and people beside the facts."""

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from measures.constants import Status, StatusKind
from measures.models import Measure, Milestone

from ..constants import FIRST_VALUED_DOI, OUT_OF_FORECAST

_MONEY = DecimalField(max_digits=20, decimal_places=2)
_NOTHING = Value(0, output_field=_MONEY)


def with_figures(measures: QuerySet[Measure]) -> QuerySet[Any]:
    """Add implementation, potential, plan, forecast, actual and gap, as they enter the roll-ups.

    Run-rates are zero for a measure that isn't governable or only an idea; what is on hold or cancelled has
    left the forecast.
    """
    counts = Q(governable=True, doi__gte=FIRST_VALUED_DOI)
    return (
        measures.annotate(
            dates=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.IMPLEMENTATION)),
            money=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.POTENTIAL)),
        )
        .annotate(
            implementation=Coalesce(F("dates__value"), Value(Status.GREY.value), output_field=CharField()),
            potential=Coalesce(F("money__value"), Value(Status.GREY.value), output_field=CharField()),
            plan=_figure("plan_run_rate", counts),
            forecast=_figure("forecast_run_rate", counts & ~Q(lifecycle__in=OUT_OF_FORECAST)),
            actual=_figure("validated_run_rate", counts),
        )
        .annotate(gap=F("forecast") - F("plan"))
    )


def _figure(name: str, condition: Q) -> Case:
    shown = Coalesce(F(f"totals__{name}"), _NOTHING, output_field=_MONEY)
    return Case(When(condition, then=shown), default=_NOTHING, output_field=_MONEY)


def late_milestones(today: date) -> QuerySet[Milestone]:
    """Milestones that should be done and aren't."""
    return Milestone.objects.filter(actual_on__isnull=True, forecast_on__lt=today)


def with_overdue(measures: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Add the number of overdue milestones of measures in work."""
    late = late_milestones(today).filter(measure=OuterRef("pk")).order_by().values("measure")
    count = Coalesce(Subquery(late.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())
    done: Any = Q(lifecycle__in=("cancelled", "closed"))
    shown: QuerySet[Any] = measures.annotate(
        overdue=Case(When(done, then=0), default=count, output_field=IntegerField())
    )
    return shown


def is_overdue(today: date) -> Q:
    """The condition of the overdue filter."""
    late = Exists(late_milestones(today).filter(measure=OuterRef("pk")))
    return Q(late) & ~Q(lifecycle__in=("cancelled", "closed"))
