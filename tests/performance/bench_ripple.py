"""A slip that moves everything, against a bare longest path and the same rows written; and one that moves ten."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import networkx
import pytest
from django.db import transaction

from cat4 import clock
from cat4.heap import freeze_heap
from cat4.outbox.models import OutboxRow
from measures.constants import RippleCause, Topic
from measures.models import Dependency, Measure, Milestone, Ripple, RippleAnswer
from measures.schedule.actions.milestones import revise_milestone
from measures.schedule.actions.network_writes import write_computed, write_hops
from measures.schedule.selectors.affected import Stretch, pin_of, stretch_from
from measures.schedule.selectors.network import preview_slip
from tests.performance.portfolio import analyze
from tests.world import World, build_world

MILESTONES, LINKS, PER_MEASURE = 10_000, 20_000, 10
SMALL = 100
TAIL = 10
DAY, LATER = date(2026, 11, 2), date(2026, 11, 30)
ROUNDS = 3


@contextmanager
def undone(world: World) -> Iterator[None]:
    """What is written inside is taken back."""
    with world.inside(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds(world: World, work: Callable[[], object]) -> float:
    """The fastest of some rounds, each undone."""
    best = float("inf")
    for _ in range(ROUNDS):
        with undone(world):
            started = time.perf_counter()
            work()
            best = min(best, time.perf_counter() - started)
    return best


def build(world: World, count: int, links: int) -> list[Milestone]:
    """A network that hangs together, and behind it a tail of its own that its first milestone moves."""
    chance = random.Random(8)  # noqa: S311  (no secret)
    with world.inside():
        measures = [
            world.measure(f"N-{number}", doi=3, owner=world.people["member" if number else "owner"])
            for number in range(count // PER_MEASURE + 1)
        ]
        rows = [
            Milestone(measure=measures[index // PER_MEASURE], name=f"M{index}", baseline_on=DAY, forecast_on=DAY)
            for index in range(count + TAIL)
        ]
        Milestone.objects.bulk_create(rows)
        pairs = {(chance.randrange(max(0, index - 50), index), index) for index in range(1, count)}
        while len(pairs) < links:
            first = chance.randrange(count - 1)
            pairs.add((first, chance.randrange(first + 1, min(count, first + 200))))
        pairs |= {(index, index + 1) for index in range(count, count + TAIL - 1)}
        Dependency.objects.bulk_create(Dependency(predecessor=rows[a], successor=rows[b]) for a, b in sorted(pairs))
    return rows


def longest_path(stretch: Stretch) -> Callable[[], object]:
    """The floor's graph, in memory already."""
    graph = networkx.DiGraph()
    for link in stretch.links:
        graph.add_edge(link.predecessor, link.successor, weight=1)
    return lambda: networkx.dag_longest_path(graph)


def same_rows(first: Milestone) -> Callable[[], object]:
    """The rows that the slip writes, worked out beforehand; each table is written in one go."""
    now = stretch_from([first.pk])
    then = now.forecast(first.pk, LATER)
    move = then.move(first.pk, pin_of(now.rows[first.pk], now.today))
    pushed = then.pushed_dates(move.finish_on)
    measures = {key: row.measure_id for key, row in then.rows.items()}
    others = set(measures.values())

    def write() -> None:
        write_computed(pushed)
        facts: dict[str, Any] = {"cause": RippleCause.FORECAST, "before_on": DAY, "after_on": LATER, "days": 20}
        ripple = Ripple.objects.create(trigger=first, measure_id=first.measure_id, at=clock.now(), **facts)
        write_hops(ripple, move.hops, measures)
        RippleAnswer.objects.bulk_create(
            RippleAnswer(ripple=ripple, measure_id=measure_id, due_on=LATER) for measure_id in others
        )
        OutboxRow.objects.bulk_create(
            OutboxRow(topic=Topic.MEASURE_CHANGED, object_id=measure_id) for measure_id in others
        )

    return write


@pytest.fixture
def networks(transactional_db: None) -> dict[int, tuple[World, list[Milestone]]]:
    """A small and a large network, in organizations of their own."""
    found = {}
    for slug, count, links in (("small", SMALL, 2 * SMALL), ("large", MILESTONES, LINKS)):
        world = build_world(slug)
        found[count] = (world, build(world, count, links))
    analyze()
    # As web and worker do at their start.
    freeze_heap()
    return found


def test_ripples_by_size(networks: dict[int, tuple[World, list[Milestone]]]) -> None:
    world, rows = networks[MILESTONES]
    owner = world.actor("pmo")

    def slip(milestone: Milestone) -> Callable[[], object]:
        return lambda: revise_milestone(owner, milestone.pk, forecast_on=LATER, reason="Later")

    with world.inside():
        path, write = longest_path(stretch_from([rows[0].pk])), same_rows(rows[0])
    with undone(world):
        slip(rows[0])()
        assert Ripple.objects.get().hops.count() == MILESTONES - 1
    floor_path, floor_write = seconds(world, path), seconds(world, write)
    everything = seconds(world, slip(rows[0]))
    floor = floor_path + floor_write
    preview = seconds(world, lambda: preview_slip(owner, rows[0].pk, forecast_on=LATER))
    lines = [
        ("floor: longest path in networkx", floor_path),
        ("floor: the same rows, one bulk write per table", floor_write),
        (f"a slip that moves {MILESTONES - 1:,} milestones", everything),
        ("its preview", preview),
    ]
    print("\n| work | time |\n| --- | --- |")  # noqa: T201
    for what, took in lines:
        print(f"| {what} | {took * 1000:.1f} ms |")  # noqa: T201
    print(f"the slip is {everything / floor:.2f} x the floor")  # noqa: T201
    tails = {}
    for count, (home, milestones) in networks.items():
        actor, first = home.actor("pmo"), milestones[count]
        work = lambda actor=actor, first=first: revise_milestone(  # noqa: E731
            actor, first.pk, forecast_on=LATER, reason="Later"
        )
        tails[count] = seconds(home, work)
        print(f"| a slip that moves {TAIL - 1} of {count:,} | {tails[count] * 1000:.1f} ms |")  # noqa: T201
    print(f"ten milestones in the large network take {tails[MILESTONES] / tails[SMALL]:.2f} x the small")  # noqa: T201
    with world.inside():
        assert Measure.objects.count() == MILESTONES // PER_MEASURE + 1
