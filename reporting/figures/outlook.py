"""This fiscal year of a node and what it hands to the next: sums over cells (domain 6.1 to 6.4, 6.7, 6.10)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from hierarchy.thresholds import Thresholds
from measures.constants import Lifecycle
from measures.formulas.money import Fac
from measures.formulas.pipeline import Entry, Pipeline, pipeline
from reporting.constants import FIRST_VALUED_DOI
from reporting.models import NodeCell

ZERO = Decimal(0)
COLUMNS = (
    "plan_in_year", "validated_in_year", "reported_in_year", "forecast_in_year", "assumed_in_year",
    "stale_in_year",
    "plan_exit_run_rate", "exit_run_rate", "plan_carry_over", "carry_over",
    "timing_loss", "magnitude_loss", "cancelled_loss", "on_hold_loss", "fx_effect",
    "one_time_plan", "one_time_forecast", "one_time_actual", "soft_run_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hard EBITDA at plan rate, of governable measures from DoI 1 on, in the reporting currency.

    Losses are plan minus expectation, so positive is missing money. `fx` is what average rates add to or take
    from it, and part of none of the others. One-time cost and soft effects stand apart.
    """

    plan: Decimal = ZERO
    fac: Fac = field(default_factory=Fac)
    plan_exit: Decimal = ZERO
    exit: Decimal = ZERO
    plan_carry_over: Decimal = ZERO
    carry_over: Decimal = ZERO
    timing: Decimal = ZERO
    magnitude: Decimal = ZERO
    cancelled: Decimal = ZERO
    on_hold: Decimal = ZERO
    fx: Decimal = ZERO
    one_time_plan: Decimal = ZERO
    one_time_forecast: Decimal = ZERO
    one_time_actual: Decimal = ZERO
    soft_run_rate: Decimal = ZERO

    @property
    def unsplit(self) -> Decimal:
        """What the causes leave of plan minus FAC: zero, unless sums from before a change wait for their turn."""
        return self.plan - self.timing - self.magnitude - self.cancelled - self.on_hold - self.fac.total

    @property
    def unconfirmed(self) -> Decimal | None:
        """The share of the FAC that is unconfirmed; None where nothing is expected."""
        return self.fac.unconfirmed


def outlook_of(cells: Iterable[NodeCell]) -> Outlook:
    """The cells of a node added up."""
    sums = dict.fromkeys(COLUMNS, ZERO)
    for cell in cells:
        if cell.governable and cell.doi >= FIRST_VALUED_DOI:
            for name in COLUMNS:
                sums[name] += getattr(cell, name)
    return Outlook(
        plan=sums["plan_in_year"],
        fac=Fac(*(sums[f"{part}_in_year"] for part in ("validated", "reported", "forecast", "assumed", "stale"))),
        plan_exit=sums["plan_exit_run_rate"],
        exit=sums["exit_run_rate"],
        plan_carry_over=sums["plan_carry_over"],
        carry_over=sums["carry_over"],
        timing=sums["timing_loss"],
        magnitude=sums["magnitude_loss"],
        cancelled=sums["cancelled_loss"],
        on_hold=sums["on_hold_loss"],
        fx=sums["fx_effect"],
        one_time_plan=sums["one_time_plan"],
        one_time_forecast=sums["one_time_forecast"],
        one_time_actual=sums["one_time_actual"],
        soft_run_rate=sums["soft_run_rate"],
    )


def pipeline_in_year(cells: Iterable[NodeCell], thresholds: Thresholds) -> Pipeline:
    """Gross, weighted and hard of what is planned for this fiscal year, as `NodeSums.pipeline` of run-rates."""
    entries = (
        Entry(
            doi=cell.doi,
            annual=cell.plan_in_year,
            is_on_hold=cell.lifecycle == Lifecycle.ON_HOLD,
            is_cancelled=cell.lifecycle == Lifecycle.CANCELLED,
        )
        for cell in cells
        if cell.governable
    )
    return pipeline(entries, thresholds)
