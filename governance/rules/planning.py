"""Rules of gates 2 and 3: the plan, its baseline, dates and risks, and who stands behind it."""

from cat4.wording import listed
from governance.constants import ApprovalKind
from hierarchy.thresholds import Thresholds

from .constants import APPROVAL_RULES, Rule, RuleKind
from .definition import writers
from .facts import GateFacts, Person
from .results import NOBODY, RuleResult, names


def plan_line(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: at least one effect line with a monthly plan."""
    planned = [line for line in facts.lines if not line.is_one_time_cost and any(m.plan for m in line.months)]
    value = f"{len(planned)} with a monthly plan" if facts.lines else "no effect line"
    text = "Effect line with a monthly plan"
    return RuleResult(Rule.PLAN_LINE, RuleKind.CHECK, bool(planned), text, value, writers(facts), "financials")


def baseline_approved(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """A: the controller approved the newest baseline."""
    baseline = facts.baseline
    passed = baseline is not None and bool(baseline.approved_by)
    if baseline is None:
        value = "none proposed"
    else:
        value = f"version {baseline.number}, " + (baseline.approved_by if passed else "not approved yet")
    supplier = facts.parties.controller.name if facts.parties.controller else NOBODY
    text = "Baseline approved by the controller"
    return RuleResult(Rule.BASELINE_APPROVED, RuleKind.APPROVAL, passed, text, value, supplier, "financials")


def milestones(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: at least three milestones, one of which starts the effect."""
    count, starts = len(facts.milestones), any(m.is_effect_start for m in facts.milestones)
    value = (f"{count} listed" if count >= 3 else f"{count}, at least 3 needed") + (
        "" if starts else ", none marks the start of the effect"
    )
    text = "Three milestones, one of them starts the effect"
    return RuleResult(Rule.MILESTONES, RuleKind.CHECK, count >= 3 and starts, text, value, writers(facts), "milestones")


def one_time_cost(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: one-time cost planned, or said to be zero."""
    planned = any(line.is_one_time_cost and any(m.plan is not None for m in line.months) for line in facts.lines)
    value = "planned" if planned else "zero, as stated" if facts.no_one_time_cost else "neither planned nor zero"
    passed, text = planned or facts.no_one_time_cost, "One-time cost planned, or stated to be zero"
    return RuleResult(Rule.ONE_TIME_COST, RuleKind.CHECK, passed, text, value, writers(facts), "financials")


def risks(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: at least one risk, or why there is none."""
    reason = facts.texts["no_risks_because"].strip()
    value = f"{facts.risks} listed" if facts.risks else "none, with a reason" if reason else "none listed"
    passed = bool(facts.risks or reason)
    return RuleResult(
        Rule.RISKS, RuleKind.FIELD, passed, "Risks, or why there are none", value, writers(facts), "risks"
    )


def dependencies(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: what it waits for is linked, or described, or "none"."""
    declared = bool(facts.texts["dependencies_declared"].strip())
    value = f"{facts.dependencies} linked" if facts.dependencies else "declared" if declared else "not declared"
    passed, text = bool(facts.dependencies) or declared, "Dependencies declared, or none"
    return RuleResult(Rule.DEPENDENCIES, RuleKind.CHECK, passed, text, value, writers(facts), "edit")


def predecessors(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: nothing that it waits for is cancelled or on hold, unless the dependency's note says how it goes on."""
    without = [one.said for one in facts.resting_predecessors if not one.plan]
    planned = len(facts.resting_predecessors) - len(without)
    value = f"no plan for {listed(without)}" if without else f"{planned} with a plan" if planned else "none"
    text = "A plan for every predecessor that is cancelled or on hold"
    return RuleResult(Rule.PREDECESSORS, RuleKind.CHECK, not without, text, value, writers(facts), "milestones")


def closure_criteria(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: when it counts as done, and what will prove it."""
    missing = [
        label
        for label, there in (
            ("criteria", facts.texts["closure_criteria"].strip()),
            ("type of evidence", facts.closure_evidence),
        )
        if not there
    ]
    value = f"{listed(missing)} missing" if missing else facts.closure_evidence
    text = "Closure criteria and type of evidence"
    return RuleResult(Rule.CLOSURE_CRITERIA, RuleKind.FIELD, not missing, text, value, writers(facts), "edit")


def plausibility(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: nothing in the numbers contradicts itself, and each doubt has its reason (domain 6.9).

    Reasons stand in the value, so that whoever confirms or decides reads them.
    """
    value = " ".join((*facts.plausibility, *facts.explained)).rstrip(".") or "nothing found"
    text, passed = "Numbers are plausible", not facts.plausibility
    return RuleResult(Rule.PLAUSIBILITY, RuleKind.CHECK, passed, text, value, writers(facts), "checks")


def milestone_people(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: somebody is named for each milestone."""
    nameless = [milestone.name for milestone in facts.milestones if not milestone.responsible]
    total = len(facts.milestones)
    value = f"{total - len(nameless)} of {total} named" + (f", missing for {listed(nameless)}" if nameless else "")
    passed, text = bool(total) and not nameless, "A person for each milestone"
    return RuleResult(Rule.MILESTONE_PEOPLE, RuleKind.CHECK, passed, text, value, writers(facts), "milestones")


def fresh_dates(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: no open milestone is forecast for a day that has passed."""
    stale = [m.name for m in facts.milestones if m.actual_on is None and m.forecast_on < facts.today]
    value = f"{listed(stale)} overdue without a new forecast" if stale else "none overdue"
    text = "Forecast dates are up to date"
    return RuleResult(Rule.FRESH_DATES, RuleKind.CHECK, not stale, text, value, writers(facts), "milestones")


def given_by(
    facts: GateFacts, rule: str, text: str, who: tuple[Person, ...], *, kind: RuleKind = RuleKind.APPROVAL
) -> RuleResult:
    """Given by as many as are needed of those who may still give it, for the plan and dates as they are now."""
    approval = str(APPROVAL_RULES.get(rule, rule))  # type: ignore[call-overload]
    passed, value = _words_on(facts, approval, who)
    return RuleResult(rule, kind, passed, text, value, names(who), "request", approval=approval)


def _words_on(facts: GateFacts, approval: str, who: tuple[Person, ...]) -> tuple[bool, str]:
    """Whether it is given, and what was said; a refusal stands until somebody's later word."""
    words = facts.approvals.get(approval, ())
    if not words:
        return False, "not given yet"
    last = words[-1]
    if not last.granted:
        return False, f"refused by {last.by}" + (f": {last.comment}" if last.comment else "")
    may_give = {person.id for person in who}
    granted = [word for word in words if word.granted]
    standing = [word for word in granted if word.holder.id in may_give and not word.is_outdated]
    needed = facts.needed.get(approval, 1)
    if len(standing) >= needed:
        return True, listed(word.by for word in standing)
    if standing:
        return False, f"{len(standing)} of {needed} given, by {listed(word.by for word in standing)}"
    if last.holder.id not in may_give:
        return False, f"given by {last.by}, who has no longer that part"
    return False, f"given by {last.by} before the plan or dates changed"


def size_and_timing(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """A: the controller confirms size and timing."""
    who = (facts.parties.controller,) if facts.parties.controller else ()
    return given_by(facts, Rule.SIZE_AND_TIMING, ApprovalKind.SIZE_AND_TIMING.label, who)


def sponsor(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """A: the sponsor stands behind it."""
    who = (facts.parties.sponsor,) if facts.parties.sponsor else ()
    return given_by(facts, Rule.SPONSOR, ApprovalKind.SPONSOR.label, who)


def hand_over(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """A: the receiving unit takes it over."""
    unit = facts.receiving_unit
    text = f"{unit} accepts the hand-over" if unit else ApprovalKind.HAND_OVER.label
    return given_by(facts, Rule.HAND_OVER, text, facts.parties.acceptors)
