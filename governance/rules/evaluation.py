"""Which rules a decision asks for, and their results."""

from collections.abc import Callable, Iterable

from hierarchy.thresholds import Thresholds

from ..constants import APPROVAL_RULES, EXPIRING_RULES, GATE_RULES, KIND_RULES, RequestKind, Rule
from . import changes, closing, definition, delivery, planning
from .facts import GateFacts
from .results import RuleResult

Check = Callable[[GateFacts, Thresholds], RuleResult]

CHECKS: dict[Rule, Check] = {
    Rule.DESCRIPTION: definition.description,
    Rule.BUSINESS_REASON: definition.business_reason,
    Rule.GOVERNABLE: definition.governable,
    Rule.SEPARATION: definition.separation,
    Rule.PEOPLE_ACTIVE: definition.people_active,
    Rule.SCOPE: definition.scope,
    Rule.BASELINE_DRAFT: definition.baseline_draft,
    Rule.TARGET: definition.target,
    Rule.ASSUMPTIONS: definition.assumptions,
    Rule.OVERLAP: definition.overlap,
    Rule.DATES: definition.dates,
    Rule.PLAN_LINE: planning.plan_line,
    Rule.BASELINE_APPROVED: planning.baseline_approved,
    Rule.MILESTONES: planning.milestones,
    Rule.ONE_TIME_COST: planning.one_time_cost,
    Rule.RISKS: planning.risks,
    Rule.DEPENDENCIES: planning.dependencies,
    Rule.CLOSURE_CRITERIA: planning.closure_criteria,
    Rule.PLAUSIBILITY: planning.plausibility,
    Rule.SIZE_AND_TIMING: planning.size_and_timing,
    Rule.SPONSOR: planning.sponsor,
    Rule.MILESTONE_PEOPLE: planning.milestone_people,
    Rule.PREDECESSORS: planning.predecessors,
    Rule.FRESH_DATES: planning.fresh_dates,
    Rule.CRITICAL_DONE: delivery.critical_done,
    Rule.FORECAST_CONFIRMED: delivery.forecast_confirmed,
    Rule.HAND_OVER: planning.hand_over,
    Rule.VALIDATED_MONTHS: closing.validated_months,
    Rule.NO_UNVALIDATED: closing.no_unvalidated,
    Rule.COST_COMPLETE: closing.cost_complete,
    Rule.CLOSING_PROTOCOL: closing.closing_protocol,
    Rule.INDEPENDENT_CONTROLLER: closing.independent_controller,
    Rule.HOLD_REASON: delivery.hold_reason,
    Rule.RESUME_DATE: delivery.resume_date,
    Rule.CANCEL_REASON: delivery.cancel_reason,
    Rule.GAP_OWNER: delivery.gap_owner,
    Rule.REOPEN_CAUSE: delivery.reopen_cause,
    Rule.CHANGE_REASON: changes.change_reason,
    Rule.CHANGE_ASKED: changes.change_asked,
    Rule.OPEN_MONTHS: changes.open_months,
    Rule.CHANGE_DATES: changes.change_dates,
    Rule.CHANGE_FITS: changes.change_fits,
    Rule.CHANGE_CONFIRMED: changes.change_confirmed,
    Rule.NO_OVERDUE_DEVIATION: delivery.no_overdue_deviation,
}


def rules_for(kind: str, doi: int) -> tuple[Rule, ...]:
    """The rules of a decision on a measure of that degree.

    Advancing asks for those of the next gate. Resuming asks for those of the current degree again,
    except the confirmations, which were given to the request of then, and what time alone breaks.
    """
    if kind == RequestKind.ADVANCE:
        return GATE_RULES[doi + 1]
    not_asked = EXPIRING_RULES | APPROVAL_RULES.keys()
    if kind == RequestKind.RESUME:
        return tuple(rule for rule in GATE_RULES.get(doi, ()) if rule not in not_asked)
    return KIND_RULES[kind]


def evaluate(kind: str, facts: GateFacts, limits: Thresholds) -> list[RuleResult]:
    """Every rule of the decision, in the order of the table."""
    return [CHECKS[rule](facts, limits) for rule in rules_for(kind, facts.doi)]


def blocking(results: Iterable[RuleResult], *, at_submission: bool = False) -> list[RuleResult]:
    """What keeps the decision from being made, or, at submission, the request from being handed in.

    Confirmations (kind A) are collected after the request was handed in.
    """
    return [result for result in results if not result.passed and not (at_submission and result.is_waiting)]
