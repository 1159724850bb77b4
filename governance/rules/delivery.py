"""Rules of gate 4, and of holding, cancelling and reopening."""

from cat4.fiscal import first_of_month
from cat4.wording import day_name, listed
from hierarchy.thresholds import Thresholds

from .constants import Rule, RuleKind
from .definition import writers
from .facts import GateFacts
from .results import RuleResult, names


def critical_done(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: all critical milestones are done, each with evidence; where none is critical, all of them."""
    critical = [m for m in facts.milestones if m.is_critical] or list(facts.milestones)
    undone = [m.name for m in critical if m.actual_on is None]
    bare = [m.name for m in critical if m.actual_on is not None and not m.documents]
    problems = [f"{listed(undone)} not done"] * bool(undone) + [f"{listed(bare)} without evidence"] * bool(bare)
    value = "; ".join(problems) or ("all done" if critical else "there is no milestone")
    text, passed = "Critical milestones done, each with evidence", bool(critical) and not problems
    return RuleResult(Rule.CRITICAL_DONE, RuleKind.CHECK, passed, text, value, writers(facts), "milestones")


def forecast_confirmed(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: the forecast was confirmed in the present month."""
    confirmed = facts.forecast_confirmed_on
    passed = confirmed is not None and confirmed >= first_of_month(facts.today)
    value = f"last confirmed {day_name(confirmed)}" if confirmed else "never confirmed"
    text = "Forecast confirmed this month"
    return RuleResult(Rule.FORECAST_CONFIRMED, RuleKind.CHECK, passed, text, value, writers(facts), "financials")


def no_overdue_deviation(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: no open deviation is past its clock without a decision of the committee (domain section 9)."""
    overdue = facts.overdue_deviations
    value = f"{listed(overdue)} without a decision" if overdue else "none"
    supplier = names(facts.parties.chairs)
    text = "No open deviation past its clock"
    return RuleResult(Rule.NO_OVERDUE_DEVIATION, RuleKind.CHECK, not overdue, text, value, supplier, "deviations")


def hold_reason(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: a reason code and a text."""
    missing = [
        label for label, there in (("reason", facts.asked.hold_reason), ("text", facts.asked.comment)) if not there
    ]
    value = f"{listed(missing)} missing" if missing else facts.asked.hold_reason
    return RuleResult(Rule.HOLD_REASON, RuleKind.FIELD, not missing, "Why it is held", value)


def resume_date(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: when work goes on, a day in the future."""
    resume_on = facts.asked.resume_on
    passed = resume_on is not None and resume_on > facts.today
    value = "not set" if resume_on is None else day_name(resume_on) + ("" if passed else ", not in the future")
    return RuleResult(Rule.RESUME_DATE, RuleKind.FIELD, passed, "Date on which work resumes", value)


def cancel_reason(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: why it is given up."""
    passed = bool(facts.asked.comment)
    return RuleResult(
        Rule.CANCEL_REASON, RuleKind.FIELD, passed, "Why it is cancelled", "stated" if passed else "not stated"
    )


def gap_owner(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: who owns the gap that it leaves."""
    owner = facts.asked.gap_owner
    return RuleResult(Rule.GAP_OWNER, RuleKind.FIELD, bool(owner), "Who owns the gap", owner or "nobody named")


def reopen_cause(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: a sustain check failed, or the evidence was withdrawn (domain 6.8); else M: whoever reopens says why.

    Either way a reason is stated. Which of the two it was is stored as the rule's kind.
    """
    stated = bool(facts.asked.comment)
    found = [*facts.reversals, *(f"{title} withdrawn." for title in facts.withdrawn_evidence)]
    seen = " ".join(found).rstrip(".")
    value = seen if found and stated else "stated" if stated else "not stated"
    text = "The money did not last, or its evidence was withdrawn"
    return RuleResult(Rule.REOPEN_CAUSE, RuleKind.CHECK if found else RuleKind.MANUAL, stated, text, value)
