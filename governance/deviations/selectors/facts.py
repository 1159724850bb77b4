"""Loading one measure for the rules that open deviations."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef

from measures.constants import RippleAnswerKind
from measures.facts.measures import measure_facts
from measures.formulas.standing import share_of
from measures.formulas.totals import Totals
from measures.models import (
    LockedStanding,
    Measure,
    MeasureStatus,
    MeasureTotals,
    Milestone,
    PlanVersion,
    RippleAnswer,
    RippleHop,
)

from ..rules import DeviationFacts, RefusedFact, RippleFact, UnansweredFact

_SUMS = (
    "plan_in_year",
    "fac_in_year",
    "plan_run_rate",
    "forecast_run_rate",
    "one_time_plan",
    "one_time_forecast",
    "timing_loss",
)


def deviation_facts(measure: Measure) -> DeviationFacts | None:
    """The facts of a measure as it was last computed; None before it ever was."""
    facts = measure_facts(measure.pk)
    totals = MeasureTotals.objects.filter(measure=measure).values(*_SUMS).first()
    if facts is None or totals is None:
        return None
    statuses = MeasureStatus.objects.filter(measure=measure).values_list("kind", "value", "reasons")
    organization = facts.organization
    return DeviationFacts(
        measure=facts,
        is_governable=measure.governable,
        statuses={kind: (value, tuple(reasons)) for kind, value, reasons in statuses},
        totals=Totals(**totals),
        before=_standing(measure.pk),
        ripples=_ripples(measure.pk, organization.thresholds.deviation_ripple_days),
        unanswered=_unanswered(measure.pk, organization.today),
        refused=_refused(measure.pk),
    )


def _standing(measure_id: UUID) -> tuple[date, Decimal] | None:
    """The share that arrived at the last lock, once the plan was frozen: before, nothing was promised."""
    frozen = PlanVersion.objects.filter(measure_id=measure_id, number=1, frozen_at__lte=OuterRef("at"))
    last = LockedStanding.objects.filter(Exists(frozen), measure_id=measure_id).order_by("-month").first()
    share = share_of(last) if last else None
    return (last.month, share) if last and share is not None else None


def _ripples(measure_id: UUID, more_than: int) -> tuple[RippleFact, ...]:
    """Live slips of the measure that move others far, as long as one of them is silent or contests it."""
    not_taken = RippleAnswer.objects.filter(ripple=OuterRef("ripple"), kind__in=["", RippleAnswerKind.CONTEST])
    hops = RippleHop.objects.filter(
        Exists(not_taken),
        ripple__measure_id=measure_id,
        ripple__superseded_at__isnull=True,
        ripple__trigger__actual_on__isnull=True,
        days__gt=more_than,
    ).exclude(measure_id=measure_id)
    rows = hops.order_by().values_list("ripple_id", "ripple__trigger__name")
    found = rows.annotate(most=Max("days"), moved=Count("measure", distinct=True))
    return tuple(RippleFact(str(pk), name, most, moved) for pk, name, most, moved in found)


def _unanswered(measure_id: UUID, today: date) -> tuple[UnansweredFact, ...]:
    rows = RippleAnswer.objects.filter(
        measure_id=measure_id, answered_at__isnull=True, ripple__superseded_at__isnull=True, due_on__lt=today
    )
    found = rows.order_by("due_on", "id").values_list("pk", "ripple__measure__code", "due_on")
    return tuple(UnansweredFact(str(pk), name, due_on) for pk, name, due_on in found)


def _refused(measure_id: UUID) -> tuple[RefusedFact, ...]:
    """Given back, and not handed over again since."""
    rows = Milestone.objects.filter(measure_id=measure_id, actual_on__isnull=True, handed_over_on__isnull=True)
    found = rows.exclude(refused_because="").values_list("pk", "name", "refused_because")
    return tuple(RefusedFact(str(pk), name, reason) for pk, name, reason in found)
