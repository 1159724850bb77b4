"""The outcomes of a deviation to choose from, each with what it changes."""

from collections.abc import Iterable
from decimal import Decimal

from cat4.web import formats
from governance.gates.selectors.choices import Choice
from measures.models import MeasureTotals

from ..constants import CHANGE_OUTCOMES, DeviationOutcome
from ..models import DeviationOption

_WORDS = {
    DeviationOutcome.ACCEPT: "The forecast becomes what is expected now. The gap goes to the person you name.",
    DeviationOutcome.COMPENSATE: "Another measure brings the money. It has to be at DoI 2 within 30 days.",
    DeviationOutcome.RE_SCOPE: "The owner asks for another plan by the day you name.",
    DeviationOutcome.ADD_RESOURCES: "The owner asks for the plan with more people or money by the day you name.",
    DeviationOutcome.RE_SEQUENCE: "The owner asks for other dates by the day you name.",
    DeviationOutcome.HOLD: "Work rests until the day you name. Its value leaves the forecast.",
    DeviationOutcome.CANCEL: "Given up for good. It stays in the plan; the gap goes to the person you name.",
    DeviationOutcome.WAIT: "Decides nothing. Once only; the next gate stays shut.",
}


def deviation_choices(
    outcomes: Iterable[DeviationOutcome],
    options: list[DeviationOption],
    totals: MeasureTotals | None,
    currency: str,
    *,
    chosen: str = "",
) -> list[Choice]:
    """What each outcome does to the measure and to its money, in thousands of the reporting `currency`."""
    return [
        Choice(one.value, str(one.label), _facts(one, options, totals, currency), _WORDS[one], one == chosen)
        for one in outcomes
    ]


def _facts(
    outcome: DeviationOutcome, options: list[DeviationOption], totals: MeasureTotals | None, currency: str
) -> tuple[tuple[str, str], ...]:
    """What the measure brings afterwards: as the option says, else as it is expected; given up or resting, nothing."""
    if totals is None:
        return ()
    ways = sorted(options, key=lambda one: not one.is_recommended)
    way = next((one for one in ways if one.outcome == outcome), None)
    run_rate, in_year = totals.forecast_run_rate, totals.fac_in_year
    if way is not None:
        run_rate, in_year = way.effect_run_rate, way.effect_in_year
    elif outcome in {DeviationOutcome.HOLD, DeviationOutcome.CANCEL}:
        run_rate, in_year = Decimal(0), totals.validated_in_year + totals.reported_in_year
    elif outcome in CHANGE_OUTCOMES:
        return ()
    return (
        (f"Run-rate, k{currency}", formats.thousands(run_rate)),
        (f"In year, k{currency}", formats.thousands(in_year)),
    )
