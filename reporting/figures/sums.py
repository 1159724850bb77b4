"""What a node's cells add up to (domain 6.4 to 6.6, 7): pure sums, the source of every figure of a cockpit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from hierarchy.thresholds import Thresholds
from measures.constants import Doi, Lifecycle, Status
from measures.formulas.pipeline import Entry, Pipeline, pipeline
from reporting.constants import FIRST_VALUED_DOI, OFF_PLAN
from reporting.models import NodeCell

ZERO = Decimal(0)
_WORKED_ON = (Lifecycle.ACTIVE, Lifecycle.ON_HOLD)
_COUNTED = (Lifecycle.ACTIVE, Lifecycle.CLOSED)
Condition = Callable[[NodeCell], bool]


@dataclass(frozen=True, slots=True)
class Sum:
    """Measures and their run-rates: plan, forecast, and validated by controllers."""

    measures: int = 0
    plan: Decimal = ZERO
    forecast: Decimal = ZERO
    validated: Decimal = ZERO

    @property
    def against_plan(self) -> Decimal:
        """Forecast less plan; negative is short."""
        return self.forecast - self.plan


def sum_of(cells: Iterable[NodeCell]) -> Sum:
    """The cells added up."""
    total = Sum()
    for cell in cells:
        total = Sum(
            total.measures + cell.measures,
            total.plan + cell.plan_run_rate,
            total.forecast + cell.forecast_run_rate,
            total.validated + cell.validated_run_rate,
        )
    return total


class NodeSums:
    """A node's figures. Money counts for governable measures from DoI 1 on: an idea has no value yet."""

    def __init__(self, cells: Sequence[NodeCell]) -> None:
        self._cells = cells
        self._valued = [cell for cell in cells if cell.governable and cell.doi >= FIRST_VALUED_DOI]

    def _sum(self, condition: Condition) -> Sum:
        return sum_of(cell for cell in self._valued if condition(cell))

    @cached_property
    def everything(self) -> Sum:
        """Also what is on hold or cancelled: both stay in the plan and have left the forecast."""
        return sum_of(self._valued)

    def at_or_past(self, doi: int) -> Sum:
        """Measures that have reached a degree and go on, or are closed."""
        return self._sum(lambda cell: cell.doi >= doi and cell.lifecycle in _COUNTED)

    def between(self, first: int, last: int) -> Sum:
        """Measures that stand at one of these degrees and go on, or are closed."""
        return self._sum(lambda cell: first <= cell.doi <= last and cell.lifecycle in _COUNTED)

    def in_lifecycle(self, lifecycle: Lifecycle) -> Sum:
        """Measures on hold, cancelled, active or closed."""
        return self._sum(lambda cell: cell.lifecycle == lifecycle)

    @cached_property
    def closed(self) -> Sum:
        """Confirmed by their controllers."""
        return self.at_or_past(Doi.CLOSED)

    def pair(self, implementation: str, *potentials: str) -> Sum:
        """Governable measures in work with this pair of statuses."""
        return self._sum(
            lambda cell: (
                cell.lifecycle in _WORKED_ON and cell.implementation == implementation and cell.potential in potentials
            )
        )

    @cached_property
    def trap(self) -> Sum:
        """The green trap: on time, and the money at risk or short."""
        return self.pair(Status.GREEN, *OFF_PLAN)

    @cached_property
    def measures(self) -> int:
        """Every measure, whatever its state."""
        return sum(cell.measures for cell in self._cells)

    @cached_property
    def not_governable(self) -> int:
        """Measures in work that lack one of the eight facts: they bring no money."""
        return sum(cell.measures for cell in self._cells if not cell.governable and cell.lifecycle in _WORKED_ON)

    @cached_property
    def plan_by_doi(self) -> tuple[Decimal, ...]:
        """Plan run-rate at each degree from 0 to 5, for the bar of degrees."""
        return tuple(sum_of(cell for cell in self._valued if cell.doi == degree).plan for degree in Doi)

    def pipeline(self, thresholds: Thresholds) -> Pipeline:
        """Gross, weighted and hard annual effect of the governable measures, ideas included with their weight."""
        return pipeline(
            (
                Entry(
                    doi=cell.doi,
                    annual=cell.plan_run_rate,
                    is_on_hold=cell.lifecycle == Lifecycle.ON_HOLD,
                    is_cancelled=cell.lifecycle == Lifecycle.CANCELLED,
                )
                for cell in self._cells
                if cell.governable
            ),
            thresholds,
        )
