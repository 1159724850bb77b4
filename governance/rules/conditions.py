"""The rule on what earlier decisions asked for."""

from cat4.wording import day_name, listed
from hierarchy.thresholds import Thresholds

from .constants import Rule, RuleKind
from .facts import ConditionFact, GateFacts
from .results import RuleResult


def conditions(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: what earlier decisions asked for is fulfilled and accepted (domain section 13)."""
    value = "; ".join(_words(one) for one in facts.conditions) or "none is open"
    people = listed(dict.fromkeys(one.responsible for one in facts.conditions if not one.is_reported))
    text = "Conditions of earlier decisions fulfilled"
    return RuleResult(Rule.CONDITIONS, RuleKind.CHECK, not facts.conditions, text, value, people, "conditions")


def _words(condition: ConditionFact) -> str:
    if condition.is_reported:
        return f"“{condition.text}” of decision {condition.decision} is reported fulfilled and not accepted yet"
    return f"“{condition.text}” of decision {condition.decision}, due {day_name(condition.due_on)}"
