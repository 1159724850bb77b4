"""Targets of a node against what is there (domain 6.6): pure, without the database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.nodes.selectors.node_page import TargetRow
from hierarchy.thresholds import Thresholds
from measures.constants import EBITDA_KINDS, Certainty, EffectKind
from measures.formulas.pipeline import Pipeline
from reporting.models import NodeCell, NodeYear

from .outlook import outlook_of, pipeline_in_year
from .sums import NodeSums

ZERO = Decimal(0)
# The effects that targets are set for, by the kinds of lines that bring them.
KINDS: dict[str, tuple[EffectKind, ...]] = {
    TargetEffect.EBITDA: EBITDA_KINDS,
    TargetEffect.ONE_TIME_COST: (EffectKind.ONE_TIME_COST,),
    TargetEffect.CAPEX: (EffectKind.CAPEX,),
    TargetEffect.CASH: (EffectKind.WORKING_CAPITAL,),
    TargetEffect.FTE: (EffectKind.FTE,),
}


@dataclass(frozen=True, slots=True)
class Covered:
    """A target, and what stands against it.

    `hard` is decided and `weighted` is weighted by degree; both are None where degrees aren't known: for other
    effects than EBITDA, and in-year for other years than the present one. `plan` and `expected` are what is planned
    and forecast: the year's sum, or the exit run-rate; None for a year without any month. Against the ambition, the
    last EBITDA run-rate target, stands the run-rate of all that is planned and forecast, which is the forecast of
    every page; `by_then` is how much of it is there when its year ends.
    """

    target: TargetRow
    hard: Decimal | None = None
    weighted: Decimal | None = None
    plan: Decimal | None = None
    expected: Decimal | None = None
    by_then: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        return self.target.amount or ZERO

    @property
    def gap(self) -> Decimal | None:
        """Forecast less target (domain 6.6): negative is short."""
        return None if self.target.amount is None or self.expected is None else self.expected - self.amount

    @property
    def not_decided(self) -> Decimal | None:
        """Target less hard: what no decision stands behind yet; negative is beyond the target."""
        return None if self.target.amount is None or self.hard is None else self.amount - self.hard

    def share(self, part: Decimal | None) -> Decimal | None:
        """A part of the target; None without a target, or of one of 0."""
        return None if part is None or not self.amount else part / self.amount


def ambition_of(targets: Iterable[TargetRow]) -> TargetRow | None:
    """The EBITDA run-rate target of the latest fiscal year that has one: what everything is measured against."""
    own = (target for target in targets if target.amount is not None and _is_run_rate(target))
    return max(own, key=lambda target: target.fiscal_year, default=None)


def _is_run_rate(target: TargetRow) -> bool:
    return target.kind == TargetKind.RUN_RATE and target.effect == TargetEffect.EBITDA


def covers(
    targets: Iterable[TargetRow],
    cells: Sequence[NodeCell],
    years: Sequence[NodeYear],
    *,
    thresholds: Thresholds,
    fiscal_year: int,
) -> list[Covered]:
    """Every target of a node, also those that only its children have; `fiscal_year` is the present one."""
    known, sums = list(targets), NodeSums(cells)
    run_rate, in_year = sums.pipeline(thresholds), pipeline_in_year(cells, thresholds)
    ambition, everything, outlook = ambition_of(known), sums.everything, outlook_of(cells)
    found = []
    for target in known:
        covered = _covered(target, run_rate, in_year, years, fiscal_year)
        if target is ambition:
            covered = replace(
                covered, plan=everything.plan, expected=everything.forecast, by_then=covered.expected or ZERO
            )
        elif covered.hard is not None and not _is_run_rate(target):
            covered = replace(covered, plan=outlook.plan, expected=outlook.fac.total)
        found.append(covered)
    return found


def _covered(
    target: TargetRow, run_rate: Pipeline, in_year: Pipeline, years: Sequence[NodeYear], present: int
) -> Covered:
    found = _pipeline_of(target, run_rate, in_year, present)
    is_run_rate = target.kind == TargetKind.RUN_RATE

    def summed(column: Callable[[NodeYear], Decimal]) -> Decimal | None:
        amounts = [column(row) for row in years if row.fiscal_year == target.fiscal_year and _counts(target, row)]
        return sum(amounts, ZERO) if amounts else None

    return Covered(
        target,
        hard=found.hard if found else None,
        weighted=found.weighted if found else None,
        plan=summed(lambda row: row.plan_exit_run_rate if is_run_rate else row.plan),
        expected=summed(lambda row: row.exit_run_rate if is_run_rate else row.fac),
    )


def _pipeline_of(target: TargetRow, run_rate: Pipeline, in_year: Pipeline, present: int) -> Pipeline | None:
    if target.effect != TargetEffect.EBITDA:
        return None
    if target.kind == TargetKind.RUN_RATE:
        return run_rate
    return in_year if target.fiscal_year == present else None


def _counts(target: TargetRow, row: NodeYear) -> bool:
    """Only hard effects count toward an EBITDA target (domain 1); of costs, capital and heads all do."""
    if row.kind not in KINDS[target.effect]:
        return False
    return target.effect != TargetEffect.EBITDA or row.certainty == Certainty.HARD
