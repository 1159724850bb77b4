"""The rule on what earlier decisions asked for."""

from cat4.wording import day_name, listed
from hierarchy.thresholds import Thresholds

from .constants import EVERY_GATE, Rule, RuleKind
from .declared import rule
from .facts import ConditionFact, GateFacts
from .results import Found


# A condition may be due long after a measure is put on hold: the next gate asks, resuming doesn't.
@rule(
    Rule.CONDITIONS,
    at=EVERY_GATE,
    kind=RuleKind.CHECK,
    text="Conditions of earlier decisions are fulfilled",
    expires=True,
)
def conditions(facts: GateFacts, limits: Thresholds) -> Found:
    """What earlier decisions asked for is fulfilled and accepted (domain section 13)."""
    value = "; ".join(_words(condition) for condition in facts.conditions) or "none is open"
    people = listed(dict.fromkeys(condition.responsible for condition in facts.conditions if not condition.is_reported))
    text = "Conditions of earlier decisions fulfilled"
    return Found(not facts.conditions, value, people, "conditions", text=text)


def _words(condition: ConditionFact) -> str:
    if condition.is_reported:
        return f"“{condition.text}” of decision {condition.decision} is reported fulfilled and not accepted yet"
    return f"“{condition.text}” of decision {condition.decision}, due {day_name(condition.due_on)}"
