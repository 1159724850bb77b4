"""What the measure brings after each outcome of a deviation."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from governance.gates.selectors.choices import Consequence
from measures.models import MeasureTotals

from ..constants import CHANGE_OUTCOMES, DeviationOutcome
from ..models import DeviationOption


def deviation_consequences(
    outcomes: Iterable[DeviationOutcome], options: Sequence[DeviationOption], totals: MeasureTotals | None
) -> tuple[Consequence, ...]:
    """Of each outcome: as an option says, the recommended one first, else as it is expected; rested or ended nothing.

    What an outcome brings that only asks for another plan is left open.
    """
    return tuple(_consequence(outcome, options, totals) for outcome in outcomes)


def _consequence(
    outcome: DeviationOutcome, options: Sequence[DeviationOption], totals: MeasureTotals | None
) -> Consequence:
    if totals is None:
        return Consequence(outcome.value)
    ways = sorted(options, key=lambda option: not option.is_recommended)
    way = next((option for option in ways if option.outcome == outcome), None)
    if way is not None:
        return Consequence(outcome.value, way.effect_run_rate, way.effect_in_year)
    if outcome in {DeviationOutcome.HOLD, DeviationOutcome.CANCEL}:
        return Consequence(outcome.value, Decimal(0), totals.validated_in_year + totals.reported_in_year)
    if outcome in CHANGE_OUTCOMES:
        return Consequence(outcome.value)
    return Consequence(outcome.value, totals.forecast_run_rate, totals.fac_in_year)
