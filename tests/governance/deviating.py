"""Measures that are off plan in one way at a time, set up as rows."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4.outbox.actions import drain
from governance.deviations.actions.following import follow_rules
from governance.deviations.constants import DeviationKind
from governance.deviations.models import Deviation
from measures.constants import Doi
from measures.models import EffectMonth, Measure
from measures.status.actions.recompute import recompute_measure
from tests.governance.ready import ready_measure
from tests.world import World

D = Decimal
SEP, OCT, NOV, DEC = (date(2026, month, 1) for month in (9, 10, 11, 12))


def decided(world: World, code: str = "M-1", **changes: Any) -> Measure:
    """At DoI 3, on plan: 100.00 a month of 2026, no month locked, every month booked as planned, nothing off."""
    measure = ready_measure(world, Doi.DECIDED, code, **changes)
    book(measure, "100.00")
    return measure


def book(measure: Measure, amount: str, *, month: date | None = None) -> None:
    """Report the months before October, or just one, of the line of value."""
    rows = EffectMonth.objects.filter(measure=measure, month__lt=OCT, plan__gt=0)
    (rows.filter(month=month) if month else rows).update(reported=D(amount))


def forecast(measure: Measure, amount: str) -> None:
    """The months from October on, as forecast."""
    EffectMonth.objects.filter(measure=measure, month__gte=OCT, plan__gt=0).update(forecast=D(amount))


def look(measure: Measure) -> list[Deviation]:
    """Compute the measure and follow the rules, as the outbox does; what there is then."""
    recompute_measure(measure.pk)
    follow_rules(measure.pk)
    return list(Deviation.objects.filter(measure=measure).order_by("number"))


def settle(world: World) -> None:
    """Draw the consequences of everything published."""
    drain(world.organization.pk)


def short_of_money(world: World, code: str = "M-1", **changes: Any) -> Deviation:
    """A decided measure whose forecast run-rate is half its plan."""
    measure = decided(world, code, **changes)
    forecast(measure, "50.00")
    return next(deviation for deviation in look(measure) if deviation.kind == DeviationKind.MONEY)


def again(deviation: Deviation | UUID) -> Deviation:
    """The row as it is now."""
    pk = deviation if isinstance(deviation, UUID) else deviation.pk
    return Deviation.objects.select_related("measure").get(pk=pk)
