"""The forecast as it was at any time, and how it changed: read from its revisions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from measures.models import EffectLine, EffectMonth, ForecastRevision, Measure, PlanMonth, PlanVersion

Forecast = dict[UUID, dict[date, Decimal]]


def revisions_of(measure: Measure) -> QuerySet[ForecastRevision]:
    """Every changed month of the forecast, newest first."""
    return measure.forecast_revisions.select_related("line", "author").order_by("-at", "month", "line_id")


def forecast_as_of(of: Measure | EffectLine, instant: datetime) -> Forecast:
    """The forecast months of a measure or a line by line id, as they stood at `instant`; unknown months are left out.

    The last revision up to then says it; for a month that was only revised later, that revision says what stood
    before; for a month that was never revised, what stands now. Amounts are in the line's currency.
    """
    by = {"line": of} if isinstance(of, EffectLine) else {"measure": of}
    now = EffectMonth.objects.filter(**by, forecast__isnull=False).values_list("line_id", "month", "forecast")
    then: dict[tuple[UUID, date], Decimal | None] = {(line, month): amount for line, month, amount in now}
    revisions = ForecastRevision.objects.filter(**by).order_by("at", "pk")
    then.update(_said(revisions.values_list("line_id", "month", "at", "before", "after"), lambda _: instant))
    found: Forecast = defaultdict(dict)
    for (line, month), amount in sorted(then.items(), key=lambda item: item[0][1]):
        if amount is not None:
            found[line][month] = amount
    return dict(found)


def stated_before(measure_id: UUID, instants: Mapping[date, datetime]) -> dict[date, dict[UUID, Decimal]]:
    """What each month was to bring as it was stated at its instant, by line, in the line's currency.

    The forecast of then, else the plan that was frozen by then. A month before whose instant no plan was frozen
    is left out.
    """
    stated: dict[date, dict[UUID, Decimal]] = {}
    versions = PlanVersion.objects.filter(measure=measure_id).order_by("frozen_at")
    first = versions.values_list("frozen_at", flat=True).first()
    if first is None:
        return stated
    months = [month for month, instant in instants.items() if instant >= first]
    stated = {month: {} for month in months}
    plans = PlanMonth.objects.filter(plan_version__measure=measure_id, month__in=months)
    rows = plans.order_by("plan_version__frozen_at")
    for line, month, amount, at in rows.values_list("line_id", "month", "amount", "plan_version__frozen_at"):
        if at <= instants[month]:
            stated[month][line] = amount
    forecasts = EffectMonth.objects.filter(measure=measure_id, month__in=months, forecast__isnull=False)
    then: dict[tuple[UUID, date], Decimal | None] = {
        (line, month): amount for line, month, amount in forecasts.values_list("line_id", "month", "forecast")
    }
    revisions = ForecastRevision.objects.filter(measure=measure_id, month__in=months).order_by("at", "pk")
    then.update(_said(revisions.values_list("line_id", "month", "at", "before", "after"), instants.__getitem__))
    for (line, month), forecast in then.items():
        if forecast is not None:
            stated[month][line] = forecast
    return stated


def _said(
    revisions: Iterable[tuple[UUID, date, datetime, Decimal | None, Decimal]], instant_of: Callable[[date], datetime]
) -> dict[tuple[UUID, date], Decimal | None]:
    """By line and month what the revisions, in order, say of the month's instant."""
    said: dict[tuple[UUID, date], Decimal | None] = {}
    for line, month, at, before, after in revisions:
        if at <= instant_of(month):
            said[line, month] = after
        else:
            said.setdefault((line, month), before)
    return said
