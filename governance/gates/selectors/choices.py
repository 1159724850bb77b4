"""The decisions to choose from, each with what it changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from cat4.web import formats
from governance.constants import Outcome
from measures.constants import Doi
from measures.models import MeasureTotals

from ..models import GateRequest


@dataclass(frozen=True, slots=True)
class Choice:
    """For the component `choices`."""

    value: str
    label: str
    facts: tuple[tuple[str, str], ...]
    text: str
    is_chosen: bool


def decision_choices(
    request: GateRequest, outcomes: Iterable[str], totals: MeasureTotals | None, currency: str, *, chosen: str = ""
) -> list[Choice]:
    """What each decision does to the measure and to its money, in thousands of the reporting `currency`."""
    return [
        Choice(
            outcome,
            str(Outcome(outcome).label),
            _facts(outcome, totals, currency),
            _text(request, outcome),
            outcome == chosen,
        )
        for outcome in outcomes
    ]


def _facts(outcome: str, totals: MeasureTotals | None, currency: str) -> tuple[tuple[str, str], ...]:
    if totals is None or outcome in {Outcome.RETURN, Outcome.CHANGE}:
        return ()
    keeps = outcome not in {Outcome.HOLD, Outcome.CANCEL}
    run_rate = totals.forecast_run_rate or totals.plan_run_rate
    in_year = totals.fac_in_year or totals.plan_in_year
    return (
        (f"Run-rate, k{currency}", formats.thousands(run_rate) if keeps else "0"),
        (f"In year, k{currency}", formats.thousands(in_year) if keeps else formats.thousands(totals.validated_in_year)),
    )


def _text(request: GateRequest, outcome: str) -> str:
    if outcome == Outcome.ADVANCE:
        frozen = " The plan is frozen." if request.to_doi == Doi.DECIDED else ""
        return f"Moves to DoI {request.to_doi}, {Doi(request.to_doi).label}.{frozen}"
    return {
        Outcome.HOLD: "Work rests until the day you name. Its value leaves the forecast.",
        Outcome.CANCEL: "Given up for good. It stays in the plan; the gap goes to the person you name.",
        Outcome.RESUME: "Work goes on at the same degree.",
        Outcome.REOPEN: "Goes back to DoI 4, Implemented.",
        Outcome.CHANGE: "The proposed plan becomes the next plan version. The versions before it stay comparable.",
        Outcome.RESIDUAL: "It may be closed at what the books bear. What is missing stays missing, in every report.",
        Outcome.RETURN: "Nothing moves. Your comment goes to who asked.",
    }[Outcome(outcome)]
