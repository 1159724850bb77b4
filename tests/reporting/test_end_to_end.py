"""From an action on a measure, through the outbox, to every node above it."""

# mypy: disable-error-code="comparison-overlap"
# Amounts are compared with whole numbers here.

from datetime import date
from decimal import Decimal

from django.test import Client

from cat4.outbox.actions import drain, publish
from cat4.outbox.models import OutboxRow
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.actions.nodes import move_node
from measures.constants import Topic
from measures.core.actions.measures import move_measure
from measures.models import EffectLine, Measure
from measures.money.actions.forecasts import revise_forecast
from reporting.figures.sums import sum_of
from reporting.models import NodeCell, NodeMonth, NodeStatus
from tests.reporting.portfolio import line, month, node_below, packages_of
from tests.world import World

MONTHS = [date(2026, number, 1) for number in range(1, 13)]


def decided_measure(world: World, package: Node) -> tuple[Measure, EffectLine]:
    """1,000 a month planned and forecast through 2026, computed and rolled up."""
    measure = world.measure("M-1", doi=3, package=package)
    effect = line(world, measure)
    for at in MONTHS:
        month(world, effect, at, plan=1000, forecast=1000)
    publish(Topic.MEASURE_CHANGED, measure.pk)
    return measure, effect


def forecast_of(node: Node) -> Decimal:
    return sum_of(NodeCell.objects.filter(node=node)).forecast


def test_a_revised_forecast_reaches_every_node_above(world: World, client: Client) -> None:
    with world.inside():
        measure, effect = decided_measure(world, world.package)
    drain(world.organization.pk)
    with world.inside():
        assert {forecast_of(node) for node in world.nodes.values()} == {Decimal(12_000)}
        lower = dict.fromkeys(MONTHS[9:], Decimal(500))
        revise_forecast(world.actor("owner"), measure.pk, line_id=effect.pk, months=lower, reason="Prices rose.")
        assert {forecast_of(node) for node in world.nodes.values()} == {Decimal(12_000)}
    drain(world.organization.pk)
    with world.inside():
        assert not OutboxRow.objects.exists()
        for node in world.nodes.values():
            assert forecast_of(node) == 6000
            assert NodeMonth.objects.get(node=node, month=MONTHS[11]).forecast == 500
            assert NodeStatus.objects.get(node=node).potential == "r"
    client.force_login(world.people["pmo"])
    text = client.get(world.url("/")).content.decode()
    assert "<b>6 kEUR, 6 short of plan</b>: 6 is lost in forecast." in text


def test_a_moved_measure_and_a_moved_node_take_their_money_along(world: World) -> None:
    with world.inside():
        old, new = packages_of(world)
        measure, _effect = decided_measure(world, old)
    drain(world.organization.pk)
    with world.inside():
        move_measure(world.actor("pmo"), measure.pk, package_id=new.pk)
    drain(world.organization.pk)
    with world.inside():
        assert (forecast_of(old), forecast_of(new)) == (0, 12_000)
        assert forecast_of(world.nodes[Level.PROGRAM]) == 0
        third = node_below(node_below(world.nodes[Level.PORTFOLIO], "Third program"), "Third project")
        second = new.parent
        assert second is not None
        move_node(world.actor("pmo"), new.pk, parent_id=third.pk)
    drain(world.organization.pk)
    with world.inside():
        assert (forecast_of(second), forecast_of(third)) == (0, 12_000)
        assert forecast_of(world.nodes[Level.ORGANIZATION]) == 12_000
        assert not OutboxRow.objects.exists()
