"""Rules of a change of the plan: what is proposed fits the plan as it is, and the controller stands behind it."""

from cat4.wording import counted, day_name, listed, month_name
from governance.constants import ApprovalKind
from hierarchy.thresholds import Thresholds

from .constants import Rule, RuleKind
from .facts import GateFacts, PlanChangeFact
from .planning import given_by
from .results import RuleResult

NOTHING = PlanChangeFact()


def proposed(facts: GateFacts) -> PlanChangeFact:
    """What the request proposes; nothing where it has no proposal."""
    return facts.change or NOTHING


def change_reason(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: why the plan changes."""
    passed = bool(facts.asked.comment)
    value = "stated" if passed else "not stated"
    return RuleResult(Rule.CHANGE_REASON, RuleKind.FIELD, passed, "Why the plan changes", value)


def change_asked(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: a month, a baseline date or a planned gate date becomes another one."""
    months, dates, gates = len(proposed(facts).months), len(proposed(facts).dates), proposed(facts).gates
    parts = [counted(months, "month")] * bool(months)
    parts += [counted(dates, "baseline date")] * bool(dates)
    parts += [f"the planned date of {gate.name}" for gate in gates]
    text, value = "Something of the plan changes", listed(parts) or "no month and no date changes"
    return RuleResult(Rule.CHANGE_ASKED, RuleKind.CHECK, bool(parts), text, value)


def open_months(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: months that are locked are signed, and keep their plan (domain section 12)."""
    locked = sorted({month.month for month in proposed(facts).months} & set(facts.locked))
    value = f"{listed(map(month_name, locked))} locked" if locked else "none is locked"
    text = "Only open months change"
    return RuleResult(Rule.OPEN_MONTHS, RuleKind.CHECK, not locked, text, value)


def change_dates(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: months, baseline dates and planned gate dates lie inside the fiscal calendar."""
    change = proposed(facts)
    outside = [month_name(month.month) for month in change.months if not change.covers(month.month)]
    moved = (*change.dates, *change.gates)
    outside += [f"{date.name} on {day_name(date.after)}" for date in moved if not change.covers(date.after)]
    value = f"{listed(dict.fromkeys(outside))} outside" if outside else "all inside"
    text = "Months and dates lie inside the fiscal calendar"
    return RuleResult(Rule.CHANGE_DATES, RuleKind.CHECK, not outside, text, value)


def change_fits(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: lines, months and milestones are still what the proposal started from."""
    problems = list(proposed(facts).misfits)
    value = "; ".join(problems) or "nothing moved since"
    text = "Fits the plan as it is"
    return RuleResult(Rule.CHANGE_FITS, RuleKind.CHECK, not problems, text, value)


def change_confirmed(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """A: the controller confirms the changed plan (domain section 5)."""
    who = (facts.parties.controller,) if facts.parties.controller else ()
    return given_by(facts, Rule.CHANGE_CONFIRMED, ApprovalKind.PLAN_CHANGE.label, who)
