"""Rules of gate 4, and of holding, cancelling and reopening."""

from cat4.fiscal import first_of_month
from cat4.wording import day_name, listed, plain
from hierarchy.thresholds import Thresholds

from .constants import Rule, RuleKind, Step
from .declared import rule
from .definition import writers
from .facts import GapFact, GateFacts
from .results import Found, names


@rule(
    Rule.CRITICAL_DONE,
    at=(4,),
    kind=RuleKind.CHECK,
    text="Critical milestones done, each with evidence",
    fields=("day a milestone was done", "its evidence"),
)
def critical_done(facts: GateFacts, limits: Thresholds) -> Found:
    """All critical milestones are done, each with evidence; where none is critical, all of them."""
    critical = [m for m in facts.milestones if m.is_critical] or list(facts.milestones)
    undone = [m.name for m in critical if m.actual_on is None]
    bare = [m.name for m in critical if m.actual_on is not None and not m.documents]
    problems = [f"{listed(undone)} not done"] * bool(undone) + [f"{listed(bare)} without evidence"] * bool(bare)
    value = "; ".join(problems) or ("all done" if critical else "there is no milestone")
    return Found(bool(critical) and not problems, value, writers(facts), "milestones")


@rule(Rule.FORECAST_CONFIRMED, at=(4,), kind=RuleKind.CHECK, text="Forecast confirmed this month", expires=True)
def forecast_confirmed(facts: GateFacts, limits: Thresholds) -> Found:
    """The forecast was confirmed in the present month."""
    confirmed = facts.forecast_confirmed_on
    passed = confirmed is not None and confirmed >= first_of_month(facts.today)
    value = f"last confirmed {day_name(confirmed)}" if confirmed else "never confirmed"
    return Found(passed, value, writers(facts), "financials")


@rule(Rule.NO_OVERDUE_DEVIATION, at=(3, 4, 5), kind=RuleKind.CHECK, text="No deviation is past its clock", expires=True)
def no_overdue_deviation(facts: GateFacts, limits: Thresholds) -> Found:
    """No open deviation is past its clock without a decision of the committee (domain section 9)."""
    overdue = facts.overdue_deviations
    value = f"{listed(overdue)} without a decision" if overdue else "none"
    text = "No open deviation past its clock"
    return Found(not overdue, value, names(facts.parties.chairs), "deviations", text=text)


@rule(Rule.HOLD_REASON, at=(Step.HOLD,), kind=RuleKind.FIELD, text="Why it is held", fields=("reason code", "reason"))
def hold_reason(facts: GateFacts, limits: Thresholds) -> Found:
    """A reason code and a text."""
    missing = [
        label for label, there in (("reason", facts.asked.hold_reason), ("text", facts.asked.comment)) if not there
    ]
    return Found(not missing, f"{listed(missing)} missing" if missing else facts.asked.hold_reason)


@rule(
    Rule.RESUME_DATE, at=(Step.HOLD,), kind=RuleKind.FIELD, text="Date on which work resumes", fields=("resume date",)
)
def resume_date(facts: GateFacts, limits: Thresholds) -> Found:
    """When work goes on, a day in the future."""
    resume_on = facts.asked.resume_on
    passed = resume_on is not None and resume_on > facts.today
    return Found(
        passed, "not set" if resume_on is None else day_name(resume_on) + ("" if passed else ", not in the future")
    )


@rule(Rule.CANCEL_REASON, at=(Step.CANCEL,), kind=RuleKind.FIELD, text="Why it is cancelled", fields=("reason",))
def cancel_reason(facts: GateFacts, limits: Thresholds) -> Found:
    """Why it is given up."""
    passed = bool(facts.asked.comment)
    return Found(passed, "stated" if passed else "not stated")


@rule(Rule.GAP_OWNER, at=(Step.CANCEL,), kind=RuleKind.FIELD, text="Who owns the gap", fields=("owner of the gap",))
def gap_owner(facts: GateFacts, limits: Thresholds) -> Found:
    """Who owns the gap that it leaves."""
    return Found(bool(facts.asked.gap_owner), facts.asked.gap_owner or "nobody named")


@rule(Rule.CONSEQUENCES, at=(Step.CANCEL,), kind=RuleKind.CHECK, text="What follows is worked out and shown")
def consequences_shown(facts: GateFacts, limits: Thresholds) -> Found:
    """What waits for the measure, what it enables and the target gaps are known; they are kept with the decision."""
    found = facts.follows
    if found is None:
        return Found(False, "not worked out yet")
    waiting = f"{listed(found.successors)} wait for it" if found.successors else "nothing waits for it"
    said = [waiting, f"it enables {listed(found.enables) or 'nothing'}", *map(_gap_said, found.gaps)]
    return Found(True, "; ".join(said))


def _gap_said(gap: GapFact) -> str:
    """`the gap of Supply in FY 2027 goes from 0 to -1,200`."""
    kind = ", run-rate," if gap.kind == "run_rate" else ""
    return f"the gap of {gap.node} in FY {gap.fiscal_year}{kind} goes from {plain(gap.before)} to {plain(gap.after)}"


@rule(
    Rule.REOPEN_CAUSE,
    at=(Step.REOPEN,),
    kind=RuleKind.MANUAL,
    text="What it is reopened for",
    fields=("reason",),
)
def reopen_cause(facts: GateFacts, limits: Thresholds) -> Found:
    """What really happened is its cause, and still holds; without one controller and chair both agree (domain 4).

    A cause is stored as a check (C), an agreement as a statement (M). Either way a reason is stated.
    """
    stated, cause = bool(facts.asked.comment), facts.asked.cause
    if not stated:
        return Found(False, "not stated")
    if cause is None:
        return Found(True, "no cause is found: controller and chair both agree")
    holds = cause.ref in {found.ref for found in facts.causes}
    said = cause.said.rstrip(".")
    return Found(holds, said if holds else f"{said}: no longer so", kind=RuleKind.CHECK)
