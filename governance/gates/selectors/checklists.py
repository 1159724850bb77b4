"""The checklist of a measure's next gate."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from governance.constants import RequestKind
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import RuleBook
from governance.rules.evaluation import evaluate
from governance.rules.facts import GateFacts, Parties
from governance.rules.results import RuleResult
from hierarchy.organization.selectors import thresholds
from hierarchy.thresholds import Thresholds
from measures.constants import Doi, Lifecycle
from measures.models import Measure

from ..models import GateRequest
from .consequences import WITH_CONSEQUENCES, Consequences, consequences_of
from .facts import gate_facts

# Steps whose rules look at what follows.
CHECKED = (RequestKind.CANCEL,)


def results_of(
    kind: str, facts: GateFacts, book: RuleBook | None = None, limits: Thresholds | None = None
) -> list[RuleResult]:
    """The rules of a decision in force, under the organization's thresholds; both read here unless given."""
    return evaluate(book or rules_in_force(), kind, facts, limits or thresholds())


def checklist(
    measure: Measure, request: GateRequest | None = None, *, parties: Parties | None = None
) -> list[RuleResult]:
    """The rules of the open request, else of the next step: the next gate, or resuming. None where nothing is next."""
    kind = request.kind if request else next_kind(measure)
    if kind is None:
        return []
    follows = foreseen(measure, kind, request=request) if kind in CHECKED else None
    return results_of(kind, gate_facts(measure, request, parties=parties, follows=follows))


def foreseen(
    measure: Measure,
    kind: str,
    *,
    request: GateRequest | None = None,
    given: Any = None,
    resume_on: date | None = None,
) -> Consequences | None:
    """What follows from a decision of that kind; None where nothing but the measure's own gate is moved.

    `given` is what a request will hold that isn't handed in yet.
    """
    if kind not in WITH_CONSEQUENCES:
        return None
    resume_on = resume_on or (request.resume_on if request else None)
    return consequences_of(measure, kind, request=request, given=given, resume_on=resume_on)


def foreseen_by_outcome(request: GateRequest, outcomes: Iterable[str]) -> dict[str, Consequences]:
    """What follows from each outcome of a request that moves others."""
    found = {outcome: foreseen(request.measure, outcome, request=request) for outcome in outcomes}
    return {outcome: follows for outcome, follows in found.items() if follows is not None}


def next_kind(measure: Measure) -> str | None:
    """What comes next for a measure: advance while active, resume while on hold, nothing once it ended."""
    if measure.lifecycle == Lifecycle.ON_HOLD:
        return RequestKind.RESUME
    if measure.lifecycle == Lifecycle.ACTIVE and measure.doi < Doi.CLOSED:
        return RequestKind.ADVANCE
    return None
