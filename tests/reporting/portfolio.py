"""Measures with totals and statuses set up directly, as the recompute would leave them."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4 import clock
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.constants import EffectKind, Lifecycle, StatusKind
from measures.facts.freshness import stale_today
from measures.facts.measures import measure_facts
from measures.formulas.outcome import outcome_of
from measures.models import EffectLine, EffectMonth, Measure, MeasureStatus, MeasureTotals, MeasureYear
from tests.world import TODAY, World

JANUARY = date(2026, 1, 1)


def rated(
    world: World,
    code: str,
    pair: str = "gg",
    *,
    plan: int = 0,
    forecast: int | None = None,
    validated: int = 0,
    since: date = TODAY,
    totals: dict[str, Any] | None = None,
    **facts: Any,
) -> Measure:
    """A measure at DoI 3 with a pair of statuses and run-rates in whole currency; in-year equals the run-rate.

    Nobody has confirmed its forecast unless the facts say so.
    """
    measure = world.measure(code, **{"doi": 3, **facts})
    expected = plan if forecast is None else forecast
    sums: dict[str, Any] = {
        "plan_run_rate": plan,
        "forecast_run_rate": expected,
        "validated_run_rate": validated,
        "plan_in_year": plan,
        "fac_in_year": expected,
        "validated_in_year": validated,
        "forecast_in_year": expected - validated,
    }
    sums |= totals or {}
    if Measure.objects.filter(stale_today(), pk=measure.pk).exists():
        sums.setdefault("stale_in_year", sums["forecast_in_year"])
    MeasureTotals.objects.create(measure=measure, as_of=TODAY, computed_at=clock.now(), **sums)
    for kind, value in zip((StatusKind.IMPLEMENTATION, StatusKind.POTENTIAL), pair, strict=True):
        reasons = [f"{kind} is {value}."]
        MeasureStatus.objects.create(
            measure=measure, kind=kind, value=value, reasons=reasons, since=since, computed_at=clock.now()
        )
    return measure


def closed(world: World, code: str, **facts: Any) -> Measure:
    """A measure at DoI 5, confirmed by its controller."""
    return rated(world, code, **{"doi": 5, "lifecycle": Lifecycle.CLOSED, **facts})


def node_below(parent: Node, name: str) -> Node:
    """Another node, one level below its parent."""
    node = Node(level=Level(parent.level + 1), parent=parent, name=name)
    node.path = [*parent.path, node.pk]
    node.save()
    return node


def packages_of(world: World) -> tuple[Node, Node]:
    """The world's package and a second one in another program."""
    program = node_below(world.nodes[Level.PORTFOLIO], "Second program")
    return world.package, node_below(node_below(program, "Second project"), "Second package")


def line(world: World, measure: Measure, **facts: Any) -> EffectLine:
    """A hard recurring EBITDA line in the entity's currency, changed as asked."""
    values = {"name": "Effect", "kind": EffectKind.EBITDA_COST, "legal_entity": world.entity, "currency": "EUR"}
    return EffectLine.objects.create(measure=measure, **{**values, **facts})


def month(world: World, effect: EffectLine, at: date, **amounts: int) -> EffectMonth:
    """A month of a line, signed by owner and controller where it is validated."""
    signed: dict[str, Any] = {}
    if "validated" in amounts:
        signed = {"reported_by": world.people["owner"], "validated_by": world.people["controller"]}
    values = {name: Decimal(amount) for name, amount in amounts.items()}
    made = EffectMonth.objects.create(measure_id=effect.measure_id, line=effect, month=at, **values, **signed)
    sum_up(effect.measure_id)
    return made


def sum_up(measure_id: UUID) -> None:
    """Store the measure's months and years beside the totals that were set up, as the recompute would."""
    facts = measure_facts(measure_id)
    assert facts is not None
    outcome = outcome_of(facts)
    series = outcome.series
    MeasureTotals.objects.filter(measure=measure_id).update(
        first_month=series.first_month,
        plan_cents=list(series.plan),
        forecast_cents=list(series.forecast),
        reported_cents=list(series.reported),
        validated_cents=list(series.validated),
    )
    MeasureYear.objects.filter(measure=measure_id).delete()
    MeasureYear.objects.bulk_create(MeasureYear(measure_id=measure_id, **asdict(sums)) for sums in outcome.years)
