"""My work: what waits for a person, as owner and as controller, and the measures they answer for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from cat4.accounts.actor import Actor
from cat4.web import formats
from measures.constants import Doi, Lifecycle, StatusKind
from measures.facts.calendar import Calendar, calendar
from measures.models import Baseline, Correction, EffectMonth, Measure, MeasureTotals
from measures.status.selectors.statuses import StatusViews, status_map
from measures.status.selectors.totals import totals_map

from .network import network_tasks
from .tasks import Task

MOST_MEASURES = 200
_NAMES = {
    "description": "description",
    "owner": "owner",
    "sponsor": "sponsor",
    "controller": "controller",
    "business_unit": "business unit",
    "function": "function",
    "legal_entity": "legal entity",
    "committee": "committee",
}


@dataclass(frozen=True, slots=True)
class MyMeasure:
    """A measure of mine with both statuses, its money and the next step."""

    measure: Measure
    role: str
    implementation: str
    potential: str
    totals: MeasureTotals | None
    next_step: str


@dataclass(frozen=True, slots=True)
class MyWork:
    """Everything of the page."""

    tasks: list[Task]
    measures: list[MyMeasure]
    today: date

    @property
    def confirmations(self) -> list[Task]:
        """The tasks that one click settles."""
        return [task for task in self.tasks if task.confirm_url]

    @property
    def hand_overs(self) -> list[Task]:
        """What waits to be accepted."""
        return [task for task in self.tasks if task.accept_url]


def my_work(actor: Actor) -> MyWork:
    """What waits for the actor, the urgent first."""
    window = calendar()
    mine = list(_mine(actor)[:MOST_MEASURES])
    owned = [measure for measure in mine if measure.owner_id == actor.user_id]
    controlled = [measure for measure in mine if measure.controller_id == actor.user_id]
    tasks = [
        *network_tasks(actor),
        *_months_to_validate(controlled),
        *_corrections_to_validate(controlled),
        *_baselines_to_approve(controlled),
        *_months_to_report(owned, window),
        *_forecasts_to_confirm(owned, window),
        *_missing_facts(owned),
    ]
    return MyWork(tasks, _lines(actor, mine, tasks), window.today)


def task_count(actor: Actor) -> int:
    """How much waits, for the navigation."""
    return len(my_work(actor).tasks)


def _mine(actor: Actor) -> QuerySet[Measure]:
    named = Q(owner_id=actor.user_id) | Q(sponsor_id=actor.user_id) | Q(controller_id=actor.user_id)
    is_open = Q(lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD))
    return Measure.objects.filter(named & is_open, organization_id=actor.organization_id).select_related("package")


def _running(measures: Iterable[Measure], at_least: int) -> dict[UUID, Measure]:
    return {m.pk: m for m in measures if m.lifecycle == Lifecycle.ACTIVE and m.doi >= at_least}


def _page(measure: Measure, name: str = "financials") -> str:
    return reverse(f"measures:{name}", args=[measure.pk])


def _missing_facts(owned: list[Measure]) -> list[Task]:
    tasks = []
    for measure in owned:
        missing = measure.missing_fields
        if missing and measure.lifecycle == Lifecycle.ACTIVE:
            what = ", ".join(_NAMES[name] for name in missing)
            href = reverse("measures:edit-part", args=[measure.pk, "governance"])
            tasks.append(
                Task(
                    ngettext("%d fact missing", "%d facts missing", len(missing)) % len(missing),
                    href,
                    f"{measure.name}: {what}",
                    "Not governable",
                    "a",
                )
            )
    return tasks


def _forecasts_to_confirm(owned: list[Measure], window: Calendar) -> list[Task]:
    """From Decided on the forecast is confirmed once a month (domain section 14)."""
    tasks = []
    for measure in _running(owned, Doi.DECIDED).values():
        confirmed = measure.forecast_confirmed_at
        if confirmed is not None and confirmed.date() >= window.current_month:
            continue
        said = f"{measure.name}, last confirmed {formats.age(confirmed) if confirmed else 'never'}"
        title = f"Forecast for {formats.month(window.current_month)}"
        confirm_url = reverse("measures:confirm-forecast", args=[measure.pk])
        tasks.append(Task(title, _page(measure), said, "This month", "a", confirm_url))
    return tasks


def _months_to_report(owned: list[Measure], window: Calendar) -> list[Task]:
    """Months that are over, planned, open and without an actual."""
    running = _running(owned, Doi.DECIDED)
    entries = EffectMonth.objects.filter(measure_id__in=running, month__lt=window.current_month, reported__isnull=True)
    due = entries.filter(plan__isnull=False).exclude(plan=0).exclude(month__in=window.locked)
    return [
        Task(f"Actuals for {_span(months)}", _page(running[pk]), running[pk].name, "To report", "a")
        for pk, months in _by_measure(due).items()
    ]


def _months_to_validate(controlled: list[Measure]) -> list[Task]:
    running = _running(controlled, Doi.DECIDED)
    entries = EffectMonth.objects.filter(measure_id__in=running, reported__isnull=False, validated__isnull=True)
    return [
        Task(f"Validate {_span(months)}", _page(running[pk]), running[pk].name, "Submitted", "i")
        for pk, months in _by_measure(entries).items()
    ]


def _corrections_to_validate(controlled: list[Measure]) -> list[Task]:
    running = _running(controlled, Doi.DECIDED)
    pending = Correction.objects.filter(measure_id__in=running, validated_at__isnull=True, returned_at__isnull=True)
    return [
        Task(
            f"Correction of {formats.month(corrects)}",
            _page(running[pk]),
            f"{running[pk].name}, booked in {formats.month(month)}",
            "To validate",
            "i",
        )
        for pk, corrects, month in pending.order_by("entered_at").values_list("measure_id", "corrects", "month")
    ]


def _baselines_to_approve(controlled: list[Measure]) -> list[Task]:
    planned = {pk: m for pk, m in _running(controlled, Doi.DEFINED).items() if m.doi < Doi.DECIDED}
    newer = Baseline.objects.filter(measure_id=OuterRef("measure_id"), number__gt=OuterRef("number"))
    proposals = Baseline.objects.filter(~Exists(newer), measure_id__in=planned, approved_by__isnull=True)
    return [
        Task(
            f"Baseline {baseline.number} to approve",
            _page(planned[baseline.measure_id]),
            f"{planned[baseline.measure_id].name}, {baseline.period}",
            "Proposed",
            "i",
        )
        for baseline in proposals
    ]


def _by_measure(entries: QuerySet[EffectMonth]) -> dict[UUID, list[date]]:
    months: dict[UUID, list[date]] = {}
    for measure_id, month in entries.order_by("measure_id", "month").values_list("measure_id", "month").distinct():
        months.setdefault(measure_id, []).append(month)
    return months


def _span(months: list[date]) -> str:
    if len(months) == 1:
        return formats.month(months[0])
    return f"{formats.month(months[0])} to {formats.month(months[-1])}"


def _lines(actor: Actor, mine: list[Measure], tasks: list[Task]) -> list[MyMeasure]:
    ids = [measure.pk for measure in mine]
    statuses, totals = status_map(ids), totals_map(ids)
    return [_line(actor, measure, statuses[measure.pk], totals.get(measure.pk), tasks) for measure in mine]


def _line(
    actor: Actor, measure: Measure, views: StatusViews, totals: MeasureTotals | None, tasks: list[Task]
) -> MyMeasure:
    roles = {measure.owner_id: "Owner", measure.sponsor_id: "Sponsor", measure.controller_id: "Controller"}
    waiting = next((one.title for one in tasks if one.measure_id == measure.pk or str(measure.pk) in one.href), "")
    return MyMeasure(
        measure=measure,
        role=roles[actor.user_id],
        implementation=views[StatusKind.IMPLEMENTATION].shown,
        potential=views[StatusKind.POTENTIAL].shown,
        totals=totals,
        next_step=waiting or ("On hold" if measure.lifecycle == Lifecycle.ON_HOLD else "Nothing waits"),
    )
