"""What the measure brings after each decision that a request may end in."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from governance.constants import Outcome
from measures.models import MeasureTotals

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a measure brings after `outcome`, in the reporting currency; None where the decision leaves it open."""

    outcome: str
    run_rate: Decimal | None = None
    in_year: Decimal | None = None


def decision_consequences(outcomes: Iterable[str], totals: MeasureTotals | None) -> tuple[Consequence, ...]:
    """Of each outcome: what is expected, else planned; held or given up, what is validated already."""
    return tuple(_consequence(outcome, totals) for outcome in outcomes)


def _consequence(outcome: str, totals: MeasureTotals | None) -> Consequence:
    if totals is None or outcome in {Outcome.RETURN, Outcome.CHANGE}:
        return Consequence(outcome)
    if outcome in {Outcome.HOLD, Outcome.CANCEL}:
        return Consequence(outcome, ZERO, totals.validated_in_year)
    run_rate = totals.forecast_run_rate or totals.plan_run_rate
    return Consequence(outcome, run_rate, totals.fac_in_year or totals.plan_in_year)
