"""The decisions to choose from, each with what it changes. Committees keep these words with what they decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cat4.web import formats
from governance.constants import Outcome
from measures.constants import Doi

from ..models import GateRequest
from ..selectors.choices import Consequence
from ..selectors.consequences import Consequences
from .consequences import said

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """For the component `choices`."""

    value: str
    label: str
    facts: Facts
    text: str
    is_chosen: bool


def decision_choices(
    request: GateRequest,
    consequences: Iterable[Consequence],
    currency: str,
    *,
    chosen: str = "",
    follows: Mapping[str, Consequences] | None = None,
) -> list[Choice]:
    """What each decision does to the measure and to its money, in thousands of the reporting `currency`.

    `follows` says by outcome what it does to others.
    """
    return [
        Choice(
            consequence.outcome,
            str(Outcome(consequence.outcome).label),
            money_facts(consequence, currency),
            _with_others(_text(request, consequence.outcome), (follows or {}).get(consequence.outcome)),
            consequence.outcome == chosen,
        )
        for consequence in consequences
    ]


def _with_others(text: str, found: Consequences | None) -> str:
    return f"{text} {said(found)}" if found else text


def money_facts(consequence: Consequence, currency: str) -> Facts:
    """The measure's money after a decision; nothing where the decision leaves it open."""
    if consequence.run_rate is None:
        return ()
    return (
        (f"Run-rate, k{currency}", formats.thousands(consequence.run_rate)),
        (f"In year, k{currency}", formats.thousands(consequence.in_year)),
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
