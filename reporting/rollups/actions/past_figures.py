"""Keeping the roll-up of every node at a lock: made once from what the lock kept, and never changed."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from governance.months.models import Snapshot
from hierarchy.models import LockedNode, ReportingPeriod
from measures.constants import Status
from measures.formulas.lights import FIRST_RATED_DOI, Light
from measures.models import LockedStanding
from reporting.constants import RATED
from reporting.figures import statuses as formulas
from reporting.figures.statuses import Weight
from reporting.models import LockedFigures
from reporting.past.selectors.locks import stale_before_lock

from . import past_statements
from .sql import lock_roll_up

_BATCH = 200
_MONEY = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")
Cells = Sequence[Mapping[str, Any]]


@transaction.atomic
def keep_figures(period_id: UUID) -> int:
    """Keep the figures of every node that had a measure when the month was locked; returns how many.

    What it is made from never changes, so it may come later and twice: the second time does nothing.
    """
    month = ReportingPeriod.objects.values_list("month", flat=True).get(pk=period_id)
    snapshot = Snapshot.objects.filter(month=month).first()
    lock_roll_up()
    if snapshot is None or LockedFigures.objects.filter(month=month).exists():
        return 0
    rows = list(_rows(snapshot))
    LockedFigures.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def _rows(snapshot: Snapshot) -> list[LockedFigures]:
    month = snapshot.month
    cells = past_statements.cells_at(month, stale_before_lock(snapshot))
    months = past_statements.months_at(month)
    years, leakage = past_statements.years_at(month), past_statements.leakage_at(month)
    lights = _Lights(snapshot, cells)
    return [
        LockedFigures(
            node_id=node.node_id,
            month=month,
            measures=sum(cell["measures"] for cell in cells[node.node_id]),
            cells=_plain(cells[node.node_id]),
            months=_plain(months.get(node.node_id, [])),
            years=_plain(years.get(node.node_id, [])),
            leakage=_plain(leakage.get(node.node_id, {})),
            **lights.of(node),
        )
        # From below, because a red child keeps its parent from green.
        for node in LockedNode.objects.filter(month=month).order_by("-level")
        if node.node_id in cells
    ]


def _plain(rows: Any) -> Any:
    """As JSON, amounts as text."""
    return json.loads(json.dumps(rows, cls=DjangoJSONEncoder))


class _Lights:
    """Both statuses of nodes from their cells, by the rules and thresholds of the lock (domain 7, roll-up)."""

    def __init__(self, snapshot: Snapshot, cells: Mapping[UUID, Cells]) -> None:
        self.limits, self.currency, self.cells = snapshot.limits, snapshot.currency, cells
        self.red: dict[UUID, list[tuple[str, Weight]]] = {}
        reds = LockedStanding.objects.filter(month=snapshot.month, governable=True, implementation=Status.RED)
        for package, name, run_rate, in_year in reds.values_list("package_id", "name", "plan_run_rate", "plan_in_year"):
            if package is not None:
                self._hold(package, name, Weight(run_rate, in_year, 1).size)

    def of(self, node: LockedNode) -> dict[str, Any]:
        """Called for children before their parent."""
        cells = self.cells[node.node_id]
        colours: dict[str, Weight] = {}
        money = dict.fromkeys(_MONEY, Decimal(0))
        for cell in cells:
            if cell["governable"] and cell["implementation"] in RATED:
                weight = Weight(cell["plan_run_rate"], cell["plan_in_year"], cell["measures"])
                colours[cell["implementation"]] = colours.get(cell["implementation"], Weight()) + weight
            if cell["governable"] and cell["doi"] >= FIRST_RATED_DOI:
                money = {name: money[name] + cell[name] for name in _MONEY}
        dates = formulas.implementation(colours, self.red.get(node.node_id, ()), self.limits)
        potential = formulas.potential(**money, thresholds=self.limits, currency=self.currency)
        if dates.value == Light.RED and node.above:
            self._hold(node.above, node.name, sum(colours.values(), Weight()).size)
        return {
            "implementation": dates.value,
            "potential": potential.value,
            "implementation_reasons": list(dates.reasons),
            "potential_reasons": list(potential.reasons),
        }

    def _hold(self, above: UUID, name: str, weight: Weight) -> None:
        self.red.setdefault(above, []).append((name, weight))
