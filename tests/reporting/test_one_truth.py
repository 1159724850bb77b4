"""Every number counts once: what a measure or node brings is the same on every page, file and API that shows it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cat4 import clock
from governance.months.actions.lock import lock_period
from hierarchy.constants import Level, TargetEffect, TargetKind
from hierarchy.models import Target
from measures.models import Correction, EffectLine, Measure
from measures.status.actions.recompute import recompute_measure
from reporting.rollups.actions.past_figures import keep_figures
from reporting.rollups.actions.rebuild import rebuild_reports
from tests.measures.steps import AUG, OCT, SEP, line_for, month_of
from tests.reporting.portfolio import packages_of
from tests.reporting.truth import what_differs
from tests.world import World

pytestmark = pytest.mark.urls("cat4.urls_organization")
D = Decimal
FRESH, OLD = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def portfolio(world: World) -> EffectLine:
    """A measure of every kind; returns the line of the first, which is decided and confirmed."""
    first, second = packages_of(world)
    facts: list[dict[str, object]] = [
        {"doi": 3, "forecast_confirmed_at": FRESH, "package": first},
        {"doi": 4, "forecast_confirmed_at": OLD, "package": first},
        {"doi": 1, "target_amount": D(5000), "package": second},
        {"doi": 2, "package": second},
        {"doi": 3, "lifecycle": "on_hold", "package": second},
        {"doi": 3, "lifecycle": "cancelled", "package": second},
        {"doi": 0, "package": second},
    ]
    lines = [_phased(world, world.measure(f"M-{number}", **each)) for number, each in enumerate(facts, 1)]
    for level, amount in ((Level.PORTFOLIO, 9000), (Level.PROGRAM, 4000)):
        for kind, year in ((TargetKind.RUN_RATE, 2027), (TargetKind.IN_YEAR, 2026), (TargetKind.RUN_RATE, 2026)):
            Target.objects.create(
                node=world.nodes[level], kind=kind, effect=TargetEffect.EBITDA, fiscal_year=year, amount=D(amount)
            )
    return lines[0]


def _phased(world: World, measure: Measure) -> EffectLine:
    line = line_for(world, measure)
    signed = {"reported_by": world.people["owner"], "validated_by": world.people["controller"]}
    month_of(line, AUG, plan=D(100), reported=D(90), validated=D(90), **signed)
    month_of(line, SEP, plan=D(100), forecast=D(95), reported=D("70.50"), reported_by=world.people["owner"])
    month_of(line, OCT, plan=D(100), forecast=D(80))
    month_of(line, date(2026, 11, 1), plan=D(120))
    month_of(line, date(2027, 1, 1), plan=D(120), forecast=D(110))
    return line


def compute() -> None:
    for pk in Measure.objects.values_list("pk", flat=True):
        recompute_measure(pk)
    rebuild_reports()


def lock(world: World, month: date) -> None:
    compute()
    keep_figures(lock_period(world.actor("pmo"), month=month, reason="Not all is booked").pk)
    compute()


def test_every_place_shows_the_same_on_three_days_and_as_of_two_locks(world: World) -> None:
    with world.inside():
        line = portfolio(world)
        lock(world, AUG)
        assert what_differs(world.organization.slug, world.actor("pmo")) == []
        Correction.objects.create(
            measure=line.measure, line=line, month=OCT, corrects=AUG, amount=D("-30.25"), reason="Credit note",
            entered_by=world.people["owner"], entered_at=clock.now(),
        )  # fmt: skip
        lock(world, SEP)
        assert what_differs(world.organization.slug, world.actor("pmo")) == []
    with clock.at(date(2027, 1, 4)), world.inside():
        compute()
        assert what_differs(world.organization.slug, world.actor("pmo"), one_in=3) == []
