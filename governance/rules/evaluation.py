"""Which rules a decision asks for, and their results."""

from collections.abc import Iterable
from dataclasses import replace

from cat4.wording import listed
from hierarchy.thresholds import Thresholds

from .book import Entry, RuleBook
from .catalog import face_of
from .constants import RuleKind
from .facts import GateFacts
from .own import own_rule
from .results import RuleResult


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
    return entry.declared.result(facts, entry.over(limits)) if entry.declared else _unknown(entry)


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
