"""Measures as lists and tables show them: one query, with both statuses, totals and people beside the facts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
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
from django.db.models.functions import Abs, Coalesce, NullIf, Round

from measures.constants import Status, StatusKind
from measures.facts.freshness import RUNNING
from measures.models import LockedStanding, Measure, Milestone
from reporting.constants import FIRST_VALUED_DOI, OUT_OF_FORECAST

_MONEY = DecimalField(max_digits=20, decimal_places=2)
_NOTHING = Value(0, output_field=_MONEY)
_SHARE = DecimalField(max_digits=9, decimal_places=6)
NEVER = date(9999, 12, 1)
_LOOSE, _PARTS = ("stale", "assumed"), ("validated", "reported", "forecast", "assumed")
# The figures of the present fiscal year by the columns of the totals. Losses are plan minus expectation.
_YEAR = {
    "plan_year": "plan_in_year",
    "fac": "fac_in_year",
    "exit_rate": "exit_run_rate",
    "carried": "carry_over",
    "timing": "timing_loss",
    "size": "magnitude_loss",
    "cancelled_part": "cancelled_loss",
    "held_part": "on_hold_loss",
    "fx": "fx_effect",
}
_VALUED = Q(governable=True, doi__gte=FIRST_VALUED_DOI)
# The run-rates by their columns, and for which measures they count.
_RUN_RATES = {
    "plan": ("plan_run_rate", _VALUED),
    "forecast": ("forecast_run_rate", _VALUED & ~Q(lifecycle__in=OUT_OF_FORECAST)),
    "actual": ("validated_run_rate", _VALUED),
}


def with_figures(measures: QuerySet[Measure]) -> QuerySet[Any]:
    """Add implementation, potential, missing rates, plan, forecast, actual and the distance to plan, as in roll-ups.

    Run-rates are zero for a measure that isn't governable or only an idea; what is on hold or cancelled has
    left the forecast.
    """
    return (
        measures.annotate(
            dates=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.IMPLEMENTATION)),
            money=FilteredRelation("statuses", condition=Q(statuses__kind=StatusKind.POTENTIAL)),
        )
        .annotate(
            implementation=Coalesce(F("dates__value"), Value(Status.GREY.value), output_field=CharField()),
            missing_rates=F("totals__missing_rates"),
            potential=Coalesce(F("money__value"), Value(Status.GREY.value), output_field=CharField()),
            **{name: _figure(column, condition) for name, (column, condition) in _RUN_RATES.items()},
        )
        .annotate(against_plan=F("forecast") - F("plan"))
    )


def with_year_figures(measures: QuerySet[Any], source: str = "totals__") -> QuerySet[Any]:
    """Add to `with_figures` what the present fiscal year brings, hands on and loses, as it enters the roll-ups.

    `unconfirmed` is the share of the FAC that rests on a forecast confirmed too long ago, or on none (domain 14);
    `payback` the last day there is for a measure that never pays back. `source` leads to the sums.
    """
    figures = {name: _figure(column, _VALUED, source) for name, column in _YEAR.items()}
    loose, whole = _sizes(_LOOSE, source), _sizes(_PARTS, source)
    shown: QuerySet[Any] = measures.annotate(
        **figures,
        unconfirmed=Case(
            When(_VALUED, then=Coalesce(Round(loose / NullIf(whole, _NOTHING), 4), _NOTHING, output_field=_SHARE)),
            default=_NOTHING,
            output_field=_SHARE,
        ),
        payback=Case(
            When(_VALUED, then=Coalesce(f"{source}payback_month", Value(NEVER))),
            default=Value(NEVER),
            output_field=DateField(),
        ),
    ).annotate(year_against_plan=F("fac") - F("plan_year"))
    return shown


def with_standing_figures(standings: QuerySet[LockedStanding], stale_before: datetime) -> QuerySet[Any]:
    """The same figures of measures as they stood at a lock, whose statuses and sums are their own columns.

    What of a forecast was stale follows from when it had been confirmed.
    """
    run_rates = {name: _figure(column, condition, "") for name, (column, condition) in _RUN_RATES.items()}
    stale = Case(When(stale_standing(stale_before), then=F("forecast_in_year")), default=_NOTHING, output_field=_MONEY)
    figures = standings.annotate(**run_rates, stale_in_year=stale)
    return with_year_figures(figures.annotate(against_plan=F("forecast") - F("plan")), source="")


def stale_standing(before: datetime) -> Q:
    """Standings whose forecast had been confirmed before an instant, or never, as `MeasureFacts.is_stale`."""
    return RUNNING & (Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=before))


def _sizes(parts: Iterable[str], source: str) -> Any:
    first, *others = (_size(part, source) for part in parts)
    return sum(others, first)


def _size(part: str, source: str) -> Any:
    return Abs(Coalesce(F(f"{source}{part}_in_year"), _NOTHING, output_field=_MONEY))


def _figure(name: str, condition: Q, source: str = "totals__") -> Case:
    shown = Coalesce(F(f"{source}{name}"), _NOTHING, output_field=_MONEY)
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
