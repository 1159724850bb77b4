"""What the money of measures supplies to the capabilities below: what of it waits for owner and controller."""

from collections.abc import Iterable, Iterator
from datetime import date

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.waiting import Waiting, waits
from cat4.web.homes import stands_on
from hierarchy.organization.selectors import organization
from measures.models import Baseline, Correction, EffectLine, LeakageEntry

from .selectors.waiting import (
    MonthsOfMeasure,
    baselines_to_approve,
    by_measure,
    corrections_to_validate,
    forecasts_to_confirm,
    measures_in,
    months_to_report,
    months_to_validate,
)

_PAGE = "measures:financials"


@waits("money.validate_months", "validate", count=lambda actor: measures_in(months_to_validate(actor)))
def reported_months(actor: Actor) -> Iterator[Waiting]:
    """Measures with months that the controller validates."""
    return _each(by_measure(months_to_validate(actor), "controller"))


@waits("money.validate_correction", "validate", count=lambda actor: corrections_to_validate(actor).count())
def corrections(actor: Actor) -> Iterator[Waiting]:
    """Corrections that the controller validates."""
    for row in corrections_to_validate(actor):
        yield Waiting(row.pk, row.measure.name, _PAGE, row.measure_id)


@waits("money.approve_baseline", "approve", count=lambda actor: baselines_to_approve(actor).count())
def baselines(actor: Actor) -> Iterator[Waiting]:
    """Baselines that the controller approves."""
    for row in baselines_to_approve(actor):
        yield Waiting(row.pk, row.measure.name, _PAGE, row.measure_id)


@waits("money.report_months", "report", count=lambda actor: measures_in(months_to_report(actor, _this_month())))
def unreported_months(actor: Actor) -> Iterator[Waiting]:
    """Measures with months whose actuals the owner reports."""
    return _each(by_measure(months_to_report(actor, _this_month()), "owner"))


@waits("money.confirm_forecast", "confirm", count=lambda actor: forecasts_to_confirm(actor, _this_month()).count())
def forecasts(actor: Actor) -> Iterator[Waiting]:
    """Forecasts that the owner confirms this month."""
    for measure in forecasts_to_confirm(actor, _this_month()):
        yield Waiting(measure.pk, measure.name, _PAGE, measure.pk)


def _each(found: Iterable[MonthsOfMeasure]) -> Iterator[Waiting]:
    return (Waiting(due.measure_id, due.measure, _PAGE, due.measure_id) for due in found)


def _this_month() -> date:
    return clock.today(organization().time_zone).replace(day=1)


stands_on(_PAGE, effects=EffectLine, baselines=Baseline, leakage=LeakageEntry, corrections=Correction)
