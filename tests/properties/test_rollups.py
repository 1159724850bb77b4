"""Incremental roll-up == full rebuild == a sum made in Python, for random trees, measures and moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cat4 import clock
from cat4.outbox.actions import drain, publish
from governance.months.actions.lock import lock_period
from governance.months.models import Snapshot
from hierarchy.constants import Level, RateKind
from hierarchy.constants import Topic as HierarchyTopic
from hierarchy.models import ExchangeRate, Node
from measures.constants import Lifecycle, StatusKind
from measures.constants import Topic as MeasureTopic
from measures.models import EffectLine, EffectMonth, Measure, MeasureStatus, MeasureTotals
from reporting.models import LockedFigures, NodeCell, NodeLeakage, NodeMonth, NodeStatus, NodeYear, PackageShare
from reporting.past.selectors.past import past_node
from reporting.rollups.actions.past_figures import keep_figures
from reporting.rollups.actions.rebuild import rebuild_reports
from reporting.rollups.actions.tables import CELL_MONEY, YEAR_MONEY
from tests.properties.naive_rollup import RATES, Reports, is_stale, summed_by_hand
from tests.reporting.portfolio import sum_up
from tests.world import TODAY, World

MONTHS = (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))
PACKAGES = 4
PLACES = (0, 0, 1, 2)  # which project each package starts in
COLOURS = "garn"

amounts = st.decimals(min_value=-500, max_value=500, places=2, allow_nan=False)


def never_confirmed(row: dict[str, Any]) -> dict[str, Any]:
    """The totals say what is stale of what the row expects of the year."""
    stale = row["totals"]["forecast_in_year"] if is_stale(row["doi"], row["lifecycle"]) else Decimal(0)
    return {**row, "totals": {**row["totals"], "stale_in_year": stale}}


measures = st.fixed_dictionaries(
    {
        "package": st.integers(0, PACKAGES - 1),
        "doi": st.sampled_from([0, 3]),
        "lifecycle": st.sampled_from([Lifecycle.ACTIVE, Lifecycle.ON_HOLD, Lifecycle.CANCELLED]),
        "governable": st.sampled_from([True, True, False]),
        "pair": st.sampled_from(["gg", "gr", "rg", "ar"]),  # few, so that measures share a cell
        "totals": st.fixed_dictionaries(dict.fromkeys(CELL_MONEY, amounts)),
        "currency": st.sampled_from(["EUR", "USD"]),
        "leakage": st.dictionaries(st.sampled_from(["timing", "price"]), amounts, max_size=2),
        "months": st.lists(st.tuples(amounts, st.none() | amounts, st.none() | amounts), min_size=3, max_size=3),
    }
).map(never_confirmed)
moves = st.one_of(
    st.tuples(st.just("measure"), st.integers(0, 9), st.integers(0, PACKAGES - 1)),
    st.tuples(st.just("package"), st.integers(0, PACKAGES - 1), st.integers(0, 2)),
    st.tuples(st.just("project"), st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.just("totals"), st.integers(0, 9), amounts),
    st.tuples(st.just("colours"), st.integers(0, 9), st.sampled_from(COLOURS)),
    st.tuples(st.just("months"), st.integers(0, 9), amounts),
    st.tuples(st.just("governable"), st.integers(0, 9), st.booleans()),
)

# November and December differ by a cent, as months that phasing spread do.
ALMOST_LEVEL = {
    "package": 0, "doi": 3, "lifecycle": Lifecycle.ACTIVE, "governable": True, "pair": "gg", "currency": "EUR",
    "totals": dict.fromkeys(CELL_MONEY, Decimal(0)), "leakage": {},
    "months": [
        (Decimal("-499.99"), None, None), (Decimal(0), None, Decimal("-500.00")), (Decimal(0), None, None),
    ],
}  # fmt: skip


@given(rows=st.lists(measures, min_size=1, max_size=8), steps=st.lists(moves, max_size=4))
@example(rows=[ALMOST_LEVEL], steps=[])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_incremental_equals_rebuild_equals_naive(world: World, rows: list[dict[str, Any]], steps: list[Any]) -> None:
    with _forgotten(), world.inside():
        forest = Forest(world)
        for row in rows:
            forest.add_measure(row)
        drain(world.organization.pk)
        for step in steps:
            forest.take(step)
            drain(world.organization.pk)
        kept = _stored()
        rebuild_reports()
        assert kept == _stored()
        for model in (NodeCell, NodeMonth, NodeYear, NodeLeakage, NodeStatus, PackageShare):
            model._default_manager.all().delete()
        rebuild_reports()
        assert kept == _stored()
        assert kept == summed_by_hand()
        cells, months, years, leakage, statuses = kept
        amounts_only = {key: amount for key, (_count, amount) in leakage.items()}
        assert (cells, months, years, amounts_only, statuses) == _locked(world)


@contextmanager
def _forgotten() -> Iterator[None]:
    """What an example wrote is gone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Forest:
    """Two programs, three projects and four packages below the world's portfolio."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.measures: list[Measure] = []
        portfolio = world.nodes[Level.PORTFOLIO]
        self.programs = [self._node(portfolio, f"Program {number}") for number in range(2)]
        self.projects = [self._node(self.programs[number % 2], f"Project {number}") for number in range(3)]
        self.packages = [
            self._node(self.projects[place], f"Package {place}{number}") for number, place in enumerate(PLACES)
        ]
        for year, rate in RATES["USD"].items():
            ExchangeRate.objects.create(kind=RateKind.PLAN, currency="USD", month=date(year, 1, 1), rate=rate)

    def _node(self, parent: Node, name: str) -> Node:
        node = Node(level=parent.level + 1, parent=parent, name=name)
        node.path = [*parent.path, node.pk]
        node.save()
        return node

    def add_measure(self, row: dict[str, Any]) -> None:
        facts = {name: row[name] for name in ("doi", "lifecycle", "governable")}
        measure = self.world.measure(f"M-{len(self.measures)}", package=self.packages[row["package"]], **facts)
        leakage = {cause: str(amount) for cause, amount in row["leakage"].items()}
        MeasureTotals.objects.create(
            measure=measure, as_of=TODAY, computed_at=clock.now(), leakage=leakage, **row["totals"]
        )
        for kind, value in zip((StatusKind.IMPLEMENTATION, StatusKind.POTENTIAL), row["pair"], strict=True):
            MeasureStatus.objects.create(measure=measure, kind=kind, value=value, since=TODAY, computed_at=clock.now())
        line = EffectLine.objects.create(
            measure=measure, kind="ebitda_cost", legal_entity=self.world.entity, currency=row["currency"]
        )
        for month, (plan, forecast, reported) in zip(MONTHS, row["months"], strict=True):
            EffectMonth.objects.create(
                measure=measure, line=line, month=month, plan=plan, forecast=forecast, reported=reported
            )
        sum_up(measure.pk)
        self.measures.append(measure)
        publish(MeasureTopic.MEASURE_RECOMPUTED, measure.pk)

    def take(self, step: tuple[str, int, Any]) -> None:
        what, which, value = step
        if what == "package":
            self._move(self.packages[which], self.projects[value])
        elif what == "project":
            self._move(self.projects[which], self.programs[value])
        else:
            self._change(what, self.measures[which % len(self.measures)], value)

    def _change(self, what: str, measure: Measure, value: Any) -> None:
        if what == "measure":
            measure.refresh_from_db()
            publish(MeasureTopic.PACKAGE_LEFT, measure.package_id)
            Measure.objects.filter(pk=measure.pk).update(package=self.packages[value])
            publish(MeasureTopic.MEASURE_MOVED, measure.pk)
            return
        if what == "totals":
            MeasureTotals.objects.filter(measure=measure).update(plan_run_rate=value, fac_in_year=value)
        elif what == "colours":
            measure.statuses.update(value=value)
        elif what == "months":
            EffectMonth.objects.filter(measure=measure, month=MONTHS[1]).update(plan=value, forecast=None)
        else:
            Measure.objects.filter(pk=measure.pk).update(governable=value)
        sum_up(measure.pk)
        publish(MeasureTopic.MEASURE_RECOMPUTED, measure.pk)

    def _move(self, node: Node, parent: Node) -> None:
        node.refresh_from_db()
        parent.refresh_from_db()
        old = node.parent_id
        assert old is not None
        Node.objects.filter(pk=node.pk).update(parent=parent, path=[*parent.path, node.pk])
        for below in Node.objects.filter(parent=node):
            Node.objects.filter(pk=below.pk).update(path=[*parent.path, node.pk, below.pk])
        publish(HierarchyTopic.NODE_MOVED, node.pk)
        publish(HierarchyTopic.NODE_MOVED, old)


KEY = ("doi", "lifecycle", "implementation", "potential", "governable")


def _stored() -> Reports:
    cells = {(c.node_id, *(getattr(c, n) for n in KEY)): _values(c) for c in NodeCell.objects.all()}
    months = {
        (m.node_id, m.month): (m.measures, m.plan, m.forecast, m.reported, m.validated) for m in NodeMonth.objects.all()
    }
    years = {
        (y.node_id, y.kind, y.certainty, y.fiscal_year): (y.measures, *(getattr(y, name) for name in YEAR_MONEY))
        for y in NodeYear.objects.all()
    }
    leakage = {(row.node_id, row.cause): (row.measures, row.amount) for row in NodeLeakage.objects.all()}
    statuses = {s.node_id: (s.implementation, s.potential) for s in NodeStatus.objects.all()}
    return cells, months, years, leakage, statuses


def _locked(world: World) -> Reports:
    """The same of a lock, whose nodes are summed up from the measures that it kept."""
    keep_figures(lock_period(world.actor("pmo"), month=date(2026, 9, 1), reason="Property").pk)
    snapshot = Snapshot.objects.get()
    parts: Reports = ({}, {}, {}, {}, {})
    cells, months, years, leakage, statuses = parts
    for figures in LockedFigures.objects.all():
        past = past_node(world.actor("pmo"), snapshot, figures.node_id)
        pk = figures.node_id
        cells |= {(pk, *(getattr(c, n) for n in KEY)): _values(c) for c in past.cells}
        months |= {(pk, m.month): (m.measures, m.plan, m.forecast, m.reported, m.validated) for m in past.months}
        years |= {
            (pk, y.kind, y.certainty, y.fiscal_year): (y.measures, *(getattr(y, name) for name in YEAR_MONEY))
            for y in past.years
        }
        leakage |= {(pk, cause): amount for cause, amount in past.leakage.items()}
        statuses[pk] = (figures.implementation, figures.potential)
    return parts


def _values(cell: NodeCell) -> tuple[Any, ...]:
    return (cell.measures, *(getattr(cell, name) for name in CELL_MONEY))
