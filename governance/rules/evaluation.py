"""Which rules a decision asks for, and their results."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from hierarchy.thresholds import Thresholds

from . import changes, closing, conditions, definition, delivery, planning
from .book import Entry, RuleBook
from .catalog import face_of
from .constants import Rule, RuleKind
from .facts import GateFacts
from .own import own_rule
from .results import RuleResult, listed

Check = Callable[[GateFacts, Thresholds], RuleResult]

CHECKS: dict[str, Check] = {
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
    Rule.CLOSING_EVIDENCE: closing.closing_evidence,
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
    Rule.CONDITIONS: conditions.conditions,
    Rule.RESIDUAL_REASON: closing.residual_reason,
    Rule.RESIDUAL_LEVEL: closing.residual_level,
}


def evaluate(book: RuleBook, kind: str, facts: GateFacts, limits: Thresholds) -> list[RuleResult]:
    """Every rule that the decision asks for under a version of the rules, in its order."""
    return results_at(book.asked(kind, facts.doi), facts, limits)


def results_at(entries: Iterable[Entry], facts: GateFacts, limits: Thresholds) -> list[RuleResult]:
    """The results of some rules. A confirmation whose turn hasn't come says whose word comes first."""
    asked = list(entries)
    facts = replace(facts, needed={entry.approval: entry.needed for entry in asked if entry.needed > 1})
    results = [_result(entry, facts, limits) for entry in asked]
    turns = [entry.turn if result.approval else 0 for entry, result in zip(asked, results, strict=True)]
    return [_in_turn(result, turn, results, turns) for result, turn in zip(results, turns, strict=True)]


def _result(entry: Entry, facts: GateFacts, limits: Thresholds) -> RuleResult:
    if entry.is_own:
        return own_rule(entry, facts)
    check = CHECKS.get(entry.rule)
    return check(facts, entry.over(limits)) if check else _unknown(entry)


def _unknown(entry: Entry) -> RuleResult:
    """A rule that a version names and the code doesn't have: nothing fulfils it, so that nothing passes unseen."""
    value = "this program does not have the rule; publish a version of the gate rules without it"
    return RuleResult(entry.rule, RuleKind.CHECK, False, face_of(entry).text, value)


def _in_turn(result: RuleResult, turn: int, results: list[RuleResult], turns: list[int]) -> RuleResult:
    if result.passed or not turn:
        return result
    before = [other for other, its in zip(results, turns, strict=True) if 0 < its < turn and not other.passed]
    waits_for = listed(f"{other.text} ({other.supplier})" for other in before)
    return replace(result, waits_for=waits_for, value=f"waits for: {waits_for}") if before else result


def blocking(results: Iterable[RuleResult], *, at_submission: bool = False) -> list[RuleResult]:
    """What keeps the decision from being made, or, at submission, the request from being handed in.

    Confirmations (kind A) are collected after the request was handed in.
    """
    return [result for result in results if not result.passed and not (at_submission and result.is_waiting)]
