"""Loading what the formulas need: any number of measures in as many queries as one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import Greatest

from cat4.fiscal import fiscal_year
from cat4.tenancy.context import current_organization_id
from cat4.wording import month_name
from hierarchy.calendar.selectors.frame import Frame, organization_frame
from hierarchy.rates.selectors.rates import average_rates, plan_rates
from measures.constants import COST_KINDS, EBITDA_KINDS, Certainty, EffectKind, Lifecycle, Recurrence
from measures.formulas.facts import (
    BaselineFacts,
    Group,
    LineFacts,
    MeasureFacts,
    MilestoneFacts,
    MonthFacts,
    NamedLeakage,
    OrganizationFacts,
    TargetFacts,
)
from measures.models import Baseline, Correction, Dependency, EnablerAnswer, LeakageEntry, RippleAnswer

from .corrections import counting_corrections
from .reads import lines_with_entity, measures_with_facts, milestone_rows, month_rows
from .taken import taken_parts

_NO_MONEY = (EffectKind.FTE, EffectKind.NON_FINANCIAL)


def measure_facts(measure_id: UUID) -> MeasureFacts | None:
    """The facts of one measure today; None when there is no such measure here."""
    return facts_of([measure_id]).get(measure_id)


def facts_of(measure_ids: Collection[UUID]) -> dict[UUID, MeasureFacts]:
    """The facts of measures by id, today in the organization's time zone. Unknown ids are left out."""
    measures = list(measures_with_facts(measure_ids))
    ids = [measure.pk for measure in measures]
    lines = list(lines_with_entity(ids))
    months = _months_by_line(ids)
    milestones = _milestones_by_measure(ids)
    baselines = _baselines_by_measure([measure.pk for measure in measures if measure.has_baseline])
    ripples = _unanswered_ripples([measure.pk for measure in measures if measure.has_ripple])
    fallen = _fallen_enablers([measure.pk for measure in measures if measure.has_fallen])
    leakage = _named_leakage([measure.pk for measure in measures if measure.has_leakage])
    corrections = list(counting_corrections([measure.pk for measure in measures if measure.has_correction]))
    by_id = {line.pk: line for line in lines}
    frame = organization_frame()
    targets = {measure.pk: _target(measure) for measure in measures}
    currencies = {fact.currency for fact in (*lines, *baselines.values(), *targets.values()) if fact}
    organization = _organization(frame, currencies, months)
    zone = ZoneInfo(frame.time_zone)
    lines_by_measure: dict[UUID, list[LineFacts]] = defaultdict(list)
    for line in lines:
        lines_by_measure[line.measure_id].append(_line(line, tuple(months[line.pk])))
    for correction in corrections:
        booked = _line(by_id[correction.line_id], (_booked(correction),))
        lines_by_measure[correction.measure_id].append(as_correction(booked, correction.corrects))
    sharing = [measure.pk for measure in measures if measure.has_taken]
    for part in taken_parts(sharing) if sharing else ():
        lines_by_measure[part.measure_id].append(_as_taken(_line(by_id[part.line_id], part.months), part.other_code))

    def facts(measure: Any) -> MeasureFacts:
        confirmed = [at for at in (measure.forecast_confirmed_at, measure.frozen_at) if at]
        return MeasureFacts(
            organization=organization,
            doi=measure.doi,
            is_cancelled=measure.lifecycle == Lifecycle.CANCELLED,
            is_on_hold=measure.lifecycle == Lifecycle.ON_HOLD,
            lines=tuple(lines_by_measure[measure.pk]),
            milestones=tuple(milestones[measure.pk]),
            baseline=baselines.get(measure.pk),
            target=targets[measure.pk],
            decide_by=measure.decide_by,
            implement_by=measure.implement_by,
            close_by=measure.close_by,
            confirmed_on=max(confirmed).astimezone(zone).date() if confirmed else None,
            id=measure.pk,
            unanswered_ripples=tuple(ripples[measure.pk]),
            fallen_enablers=tuple(fallen[measure.pk]),
            named_leakage=tuple(leakage[measure.pk]),
            closed_on=measure.closed_on,
            closed_run_rate=measure.closed_run_rate,
        )

    return {measure.pk: facts(measure) for measure in measures}


def _target(measure: Any) -> TargetFacts | None:
    """The measure's own target; it is in the currency of the entity that will book the effect."""
    if measure.target_amount is None or measure.entity_currency is None or measure.kind not in EBITDA_KINDS:
        return None
    return TargetFacts(measure.target_amount, measure.entity_currency)


def _organization(frame: Frame, currencies: set[str], months: dict[UUID, list[MonthFacts]]) -> OrganizationFacts:
    today = frame.today
    # What is planned may come as late as the calendar goes.
    used: set[date] = {today, frame.last_month, *(month.month for series in months.values() for month in series)}
    first, last = (fiscal_year(month, frame.fiscal_year_start) for month in (min(used), max(used)))
    foreign = currencies - {frame.currency}
    return OrganizationFacts(
        today=today,
        last_month=frame.last_month,
        currency=frame.currency,
        fiscal_year_start=frame.fiscal_year_start,
        locked=frame.locked,
        rates=dict(plan_rates(foreign, range(first, last + 1))) if foreign else {},
        thresholds=frame.thresholds,
        calendar=frame.calendar,
        average_rates=average_rates(foreign) if foreign else {},
    )


def _line(line: Any, months: tuple[MonthFacts, ...]) -> LineFacts:
    return LineFacts(
        id=line.pk,
        name=line.name,
        group=_group(line),
        currency=line.currency,
        months=months,
        is_recurring=line.recurrence == Recurrence.RECURRING,
        is_fte=line.kind == EffectKind.FTE,
        is_money=line.kind not in _NO_MONEY,
        has_account=line.account_id is not None,
        entity_currency=line.entity_currency,
        currency_reason=line.currency_reason,
        start_month=line.start_month,
        end_month=line.end_month,
        kind=line.kind,
        certainty=line.certainty,
        follows=line.milestone_id,
        forecast_stands_on=line.forecast_stands_on,
        closed_run_rate=line.closed_run_rate,
    )


def _booked(correction: Correction) -> MonthFacts:
    is_valid = correction.validated_at is not None
    return MonthFacts(correction.month, reported=correction.amount, validated=correction.amount if is_valid else None)


def _as_taken(line: LineFacts, other_code: str) -> LineFacts:
    """What an overlap takes out of a line: it comes and moves with the line, and is in what the line was signed at."""
    signed = None if line.closed_run_rate is None else Decimal(0)
    return replace(line, id=None, name=f"{line.name}, shared with {other_code}", is_taken=True, closed_run_rate=signed)


def as_correction(line: LineFacts, corrects: date) -> LineFacts:
    """A line with what is booked late of it: without a plan, a forecast or a milestone of its own."""
    return replace(
        line,
        id=None,
        corrects_line=line.id,
        name=f"{line.name}, correction of {month_name(corrects)}",
        is_correction=True,
        start_month=None,
        end_month=None,
        follows=None,
        forecast_stands_on=None,
        closed_run_rate=None,
    )


def _group(line: Any) -> Group:
    if line.kind in COST_KINDS:
        return Group.COST
    if line.kind in EBITDA_KINDS:
        return Group.HARD if line.certainty == Certainty.HARD else Group.SOFT
    return Group.OTHER


def _months_by_line(measure_ids: list[UUID]) -> dict[UUID, list[MonthFacts]]:
    by_line: dict[UUID, list[MonthFacts]] = defaultdict(list)
    for line_id, *values in month_rows(measure_ids):
        by_line[line_id].append(MonthFacts(*values))
    return by_line


def _milestones_by_measure(measure_ids: list[UUID]) -> dict[UUID, list[MilestoneFacts]]:
    by_measure: dict[UUID, list[MilestoneFacts]] = defaultdict(list)
    for measure_id, *values in milestone_rows(measure_ids):
        by_measure[measure_id].append(MilestoneFacts(*values))
    pushed = [milestone.id for several in by_measure.values() for milestone in several if milestone.is_pushed]
    pushers = _pushers([milestone_id for milestone_id in pushed if milestone_id])
    for several in by_measure.values() if pushers else ():
        several[:] = [
            replace(milestone, pushed_by=pushers.get(milestone.id, "")) if milestone.id else milestone
            for milestone in several
        ]
    return by_measure


def _pushers(milestone_ids: list[UUID]) -> dict[UUID, str]:
    """For milestones that are pushed: the code of the measure whose milestone comes latest.

    No more of it: reasons are read by everybody who sees the pushed measure, and blockers by its owner.
    """
    if not milestone_ids:
        return {}
    links = Dependency.objects.filter(
        organization_id=current_organization_id(), successor__in=milestone_ids, predecessor__actual_on__isnull=True
    )
    comes = Greatest("predecessor__forecast_on", "predecessor__computed_on")
    rows = links.annotate(comes=comes).order_by("comes").values_list("successor_id", "predecessor__measure__code")
    return dict(rows)


def _baselines_by_measure(measure_ids: list[UUID]) -> dict[UUID, BaselineFacts]:
    """The latest approved baseline with an amount, else the latest proposal with one."""
    if not measure_ids:
        return {}
    rows = Baseline.objects.filter(
        organization_id=current_organization_id(), measure__in=measure_ids, amount__isnull=False
    )
    found: dict[UUID, tuple[bool, int, BaselineFacts]] = {}
    for row in rows:
        rank = (row.approved_at is not None, row.number)
        if row.amount is not None and (row.measure_id not in found or rank > found[row.measure_id][:2]):
            found[row.measure_id] = (*rank, BaselineFacts(row.amount, row.currency))
    return {measure_id: baseline for measure_id, (_, _, baseline) in found.items()}


def _unanswered_ripples(measure_ids: list[UUID]) -> dict[UUID, list[str]]:
    """The codes of the measures whose slip moved a measure and which its owner hasn't answered."""
    standing = RippleAnswer.objects.filter(ripple__superseded_at__isnull=True)
    return _unanswered(standing, measure_ids, "ripple__measure__code")


def _fallen_enablers(measure_ids: list[UUID]) -> dict[UUID, list[str]]:
    """The codes of enablers that fell, for which the owner hasn't answered."""
    standing = EnablerAnswer.objects.filter(superseded_at__isnull=True)
    return _unanswered(standing, measure_ids, "enabler__code")


def _unanswered(standing: QuerySet[Any], measure_ids: list[UUID], code: str) -> dict[UUID, list[str]]:
    """By measure the `code` of what its owner is asked about, in order."""
    found: dict[UUID, list[str]] = defaultdict(list)
    if not measure_ids:
        return found
    rows = standing.filter(organization_id=current_organization_id(), measure__in=measure_ids, answered_at__isnull=True)
    for measure_id, asked_about in rows.order_by(code).values_list("measure_id", code):
        found[measure_id].append(asked_about)
    return found


def _named_leakage(measure_ids: list[UUID]) -> dict[UUID, list[NamedLeakage]]:
    if not measure_ids:
        return defaultdict(list)
    rows = LeakageEntry.objects.filter(organization_id=current_organization_id(), measure__in=measure_ids)
    found: dict[UUID, list[NamedLeakage]] = defaultdict(list)
    for row in rows:
        found[row.measure_id].append(NamedLeakage(row.line_id, row.month, row.cause, row.amount))
    return found
