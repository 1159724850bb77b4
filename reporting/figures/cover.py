"""Targets of a node against what is there (domain 6.6): pure, without the database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hierarchy.constants import TargetEffect, TargetKind
from hierarchy.nodes.selectors.node_page import TargetRow
from measures.constants import EBITDA_KINDS, Certainty, EffectKind
from measures.formulas.pipeline import Pipeline
from reporting.models import NodeYear

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
    effects than EBITDA, and in-year for other years than the present one. `plan` and `expected` are the exit
    run-rate or the year's sum, as planned and as forecast; None for a year without any month.
    """

    target: TargetRow
    hard: Decimal | None = None
    weighted: Decimal | None = None
    plan: Decimal | None = None
    expected: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        return self.target.amount or ZERO

    @property
    def gap(self) -> Decimal | None:
        """Target minus hard, or minus the forecast where no degree is known; negative is beyond the target."""
        reached = self.expected if self.hard is None else self.hard
        return None if self.target.amount is None or reached is None else self.amount - reached

    def share(self, part: Decimal | None) -> Decimal | None:
        """A part of the target; None without a target, or of one of 0."""
        return None if part is None or not self.amount else part / self.amount


def covers(
    targets: Iterable[TargetRow], run_rate: Pipeline, in_year: Pipeline, years: Sequence[NodeYear], fiscal_year: int
) -> list[Covered]:
    """Every target of a node, also those that only its children have; `in_year` is of the present `fiscal_year`."""
    return [_covered(target, run_rate, in_year, years, fiscal_year) for target in targets]


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
