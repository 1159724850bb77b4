"""What of the money waits for a person: months to report and to validate, corrections, baselines, forecasts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cat4.accounts.actor import Actor
from hierarchy.constants import PeriodState
from hierarchy.models import ReportingPeriod
from measures.constants import Doi
from measures.core.selectors.mine import controlled_measures, owned_measures
from measures.models import Baseline, Correction, EffectMonth, Measure


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose task it is: the measure's owner or controller, for whom a deputy does it."""

    user_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MonthsOfMeasure:
    """The months of a measure that wait together, earliest first."""

    measure_id: UUID
    measure: str
    months: tuple[date, ...]
    holder: Holder


def months_to_validate(actor: Actor) -> QuerySet[EffectMonth]:
    """Reported months of measures that the person controls, but for those that they entered."""
    running = controlled_measures(actor).filter(doi__gte=Doi.DECIDED)
    return EffectMonth.objects.filter(measure__in=running, reported__isnull=False, validated__isnull=True).exclude(
        entered_by_validator(actor, "reported_by")
    )


def months_to_report(actor: Actor, current_month: date) -> QuerySet[EffectMonth]:
    """Months of the person's own measures that are over, planned, open and without an actual."""
    running = owned_measures(actor).filter(doi__gte=Doi.DECIDED)
    due = EffectMonth.objects.filter(measure__in=running, month__lt=current_month, reported__isnull=True)
    locked = ReportingPeriod.objects.filter(state=PeriodState.LOCKED).values("month")
    return due.filter(plan__isnull=False).exclude(plan=0).exclude(month__in=locked)


def entered_by_validator(actor: Actor, field: str) -> Q:
    """Entered by who would confirm it, or by the controller for whom they would: nobody confirms their own."""
    return Q(**{f"{field}_id": actor.user_id}) | Q(**{f"{field}_id": F("measure__controller_id")})


def by_measure(entries: QuerySet[EffectMonth], part: str) -> list[MonthsOfMeasure]:
    """The months of such entries, measure by measure, waiting for its `part`: owner or controller; one query."""
    fields = ("measure_id", "measure__name", "month", f"measure__{part}_id", f"measure__{part}__name")
    rows = entries.order_by("measure_id", "month").values_list(*fields).distinct()
    names: dict[UUID, tuple[str, Holder]] = {}
    months: dict[UUID, list[date]] = {}
    for measure_id, name, month, holder_id, holder in rows:
        names[measure_id] = (name, Holder(holder_id, holder))
        months.setdefault(measure_id, []).append(month)
    return [
        MonthsOfMeasure(measure_id, name, tuple(months[measure_id]), holder)
        for measure_id, (name, holder) in names.items()
    ]


def measures_in(entries: QuerySet[EffectMonth]) -> int:
    """How many measures have such entries."""
    return entries.order_by().values("measure_id").distinct().count()


def corrections_to_validate(actor: Actor) -> QuerySet[Correction]:
    """Corrections of measures that the person controls, in the order in which they came."""
    running = controlled_measures(actor).filter(doi__gte=Doi.DECIDED)
    pending = Correction.objects.filter(measure__in=running, validated_at__isnull=True, returned_at__isnull=True)
    pending = pending.exclude(entered_by_validator(actor, "entered_by"))
    return pending.select_related("measure__controller").order_by("entered_at")


def baselines_to_approve(actor: Actor) -> QuerySet[Baseline]:
    """The newest baselines of measures that the person controls and that aren't decided yet."""
    planned = controlled_measures(actor).filter(doi__lt=Doi.DECIDED)
    newer = Baseline.objects.filter(measure_id=OuterRef("measure_id"), number__gt=OuterRef("number"))
    proposals = Baseline.objects.filter(~Exists(newer), measure__in=planned, approved_by__isnull=True)
    return proposals.exclude(entered_by_validator(actor, "proposed_by")).select_related("measure__controller")


def forecasts_to_confirm(actor: Actor, current_month: date) -> QuerySet[Measure]:
    """Own measures whose forecast nobody has confirmed this month: once a month from Decided on (domain section 14)."""
    begin = datetime.combine(current_month, time.min, tzinfo=UTC)
    unconfirmed = Q(forecast_confirmed_at__isnull=True) | Q(forecast_confirmed_at__lt=begin)
    return owned_measures(actor).filter(unconfirmed, doi__gte=Doi.DECIDED).select_related("owner")
