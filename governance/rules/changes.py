"""Rules of a change of the plan: what is proposed fits the plan as it is, and the controller stands behind it."""

from cat4.wording import counted, day_name, listed, month_name
from governance.constants import ApprovalKind
from hierarchy.thresholds import Thresholds

from .confirmations import confirmed
from .constants import Rule, RuleKind, Step
from .declared import rule
from .facts import GateFacts, PlanChangeFact
from .results import Found

NOTHING = PlanChangeFact()


def proposed(facts: GateFacts) -> PlanChangeFact:
    """What the request proposes; nothing where it has no proposal."""
    return facts.change or NOTHING


@rule(Rule.CHANGE_REASON, at=(Step.CHANGE,), kind=RuleKind.FIELD, text="Why the plan changes", fields=("reason",))
def change_reason(facts: GateFacts, limits: Thresholds) -> Found:
    """Why the plan changes."""
    passed = bool(facts.asked.comment)
    return Found(passed, "stated" if passed else "not stated")


@rule(Rule.CHANGE_ASKED, at=(Step.CHANGE,), kind=RuleKind.CHECK, text="Something of the plan changes")
def change_asked(facts: GateFacts, limits: Thresholds) -> Found:
    """A month, a baseline date or a planned gate date becomes another one."""
    months, dates, gates = len(proposed(facts).months), len(proposed(facts).dates), proposed(facts).gates
    parts = [counted(months, "month")] * bool(months)
    parts += [counted(dates, "baseline date")] * bool(dates)
    parts += [f"the planned date of {gate.name}" for gate in gates]
    return Found(bool(parts), listed(parts) or "no month and no date changes")


@rule(Rule.OPEN_MONTHS, at=(Step.CHANGE,), kind=RuleKind.CHECK, text="Only open months change")
def open_months(facts: GateFacts, limits: Thresholds) -> Found:
    """Months that are locked are signed, and keep their plan (domain section 12)."""
    locked = sorted({month.month for month in proposed(facts).months} & set(facts.locked))
    return Found(not locked, f"{listed(map(month_name, locked))} locked" if locked else "none is locked")


@rule(Rule.CHANGE_DATES, at=(Step.CHANGE,), kind=RuleKind.CHECK, text="Months and dates lie inside the fiscal calendar")
def change_dates(facts: GateFacts, limits: Thresholds) -> Found:
    """Months, baseline dates and planned gate dates lie inside the fiscal calendar."""
    change = proposed(facts)
    outside = [month_name(month.month) for month in change.months if not change.covers(month.month)]
    moved = (*change.dates, *change.gates)
    outside += [f"{date.name} on {day_name(date.after)}" for date in moved if not change.covers(date.after)]
    return Found(not outside, f"{listed(dict.fromkeys(outside))} outside" if outside else "all inside")


@rule(Rule.CHANGE_FITS, at=(Step.CHANGE,), kind=RuleKind.CHECK, text="Fits the plan as it is")
def change_fits(facts: GateFacts, limits: Thresholds) -> Found:
    """Lines, months and milestones are still what the proposal started from."""
    problems = proposed(facts).misfits
    return Found(not problems, "; ".join(problems) or "nothing moved since")


@rule(Rule.CHANGE_CONFIRMED, at=(Step.CHANGE,), kind=RuleKind.APPROVAL, approval=ApprovalKind.PLAN_CHANGE)
def change_confirmed(facts: GateFacts, limits: Thresholds) -> Found:
    """The controller confirms the changed plan (domain section 5)."""
    return confirmed(facts, ApprovalKind.PLAN_CHANGE)
