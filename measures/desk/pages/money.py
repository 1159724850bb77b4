"""My work, as far as it comes from money and facts: what waits for a person as controller, then as owner."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from cat4.accounts.actor import Actor
from cat4.web import formats
from measures.core.selectors.mine import facts_to_name, incomplete_measures
from measures.models import Measure
from measures.money.selectors.waiting import (
    MonthsOfMeasure,
    baselines_to_approve,
    by_measure,
    corrections_to_validate,
    forecasts_to_confirm,
    months_to_report,
    months_to_validate,
)

from .tasks import Task, for_owner, for_whom


def money_tasks(actor: Actor, current_month: date) -> list[Task]:
    """What waits for the controller of measures, then for their owner."""
    return [
        *_months(actor, "Validate", by_measure(months_to_validate(actor), "controller"), "Submitted", "i"),
        *_corrections(actor),
        *_baselines(actor),
        *_months(actor, "Actuals for", by_measure(months_to_report(actor, current_month), "owner"), "To report", "a"),
        *(_forecast(actor, measure, current_month) for measure in forecasts_to_confirm(actor, current_month)),
    ]


def missing_facts(actor: Actor) -> list[Task]:
    """Own measures that are not governable, with what they lack."""
    return [_missing(actor, measure) for measure in incomplete_measures(actor)]


def _months(actor: Actor, verb: str, found: Iterable[MonthsOfMeasure], tag: str, kind: str) -> Iterator[Task]:
    for due in found:
        said = for_whom(actor, due.measure, due.holder.user_id, due.holder.name)
        yield Task(f"{verb} {_span(due.months)}", _page(due.measure_id), said, tag, kind)


def _corrections(actor: Actor) -> Iterator[Task]:
    for row in corrections_to_validate(actor):
        said = _for_controller(actor, row.measure, f"{row.measure.name}, booked in {formats.month(row.month)}")
        yield Task(f"Correction of {formats.month(row.corrects)}", _page(row.measure_id), said, "To validate", "i")


def _baselines(actor: Actor) -> Iterator[Task]:
    for row in baselines_to_approve(actor):
        said = _for_controller(actor, row.measure, f"{row.measure.name}, {row.period}")
        yield Task(f"Baseline {row.number} to approve", _page(row.measure_id), said, "Proposed", "i")


def _for_controller(actor: Actor, measure: Measure, said: str) -> str:
    controller = measure.controller
    return for_whom(actor, said, controller.pk, controller.name) if controller else said


def _forecast(actor: Actor, measure: Measure, current_month: date) -> Task:
    confirmed = measure.forecast_confirmed_at
    said = f"{measure.name}, last confirmed {formats.age(confirmed) if confirmed else 'never'}"
    title = f"Forecast for {formats.month(current_month)}"
    confirm_url = reverse("measures:confirm-forecast", args=[measure.pk])
    return Task(title, _page(measure.pk), for_owner(actor, said, measure), "This month", "a", confirm_url)


def _missing(actor: Actor, measure: Measure) -> Task:
    missing = facts_to_name(measure)
    title = ngettext("%d fact missing", "%d facts missing", len(missing)) % len(missing)
    part = "facts" if missing == ["description"] else "governance"
    href = reverse("measures:edit-part", args=[measure.pk, part])
    what = ", ".join(name.replace("_", " ") for name in missing)
    return Task(title, href, for_owner(actor, f"{measure.name}: {what}", measure), "Not governable", "a")


def _page(measure_id: UUID) -> str:
    return reverse("measures:financials", args=[measure_id])


def _span(months: tuple[date, ...]) -> str:
    if len(months) == 1:
        return formats.month(months[0])
    return f"{formats.month(months[0])} to {formats.month(months[-1])}"
