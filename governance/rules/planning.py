"""Rules of gates 2 and 3: the plan, its baseline, dates and risks, and who stands behind it."""

from dataclasses import replace

from cat4.wording import listed
from governance.constants import ApprovalKind
from hierarchy.thresholds import Thresholds

from .confirmations import NO_ACCEPTOR, confirmed
from .constants import Rule, RuleKind
from .declared import rule
from .definition import validator, writers
from .facts import GateFacts
from .results import Found

# As many as the gate asks for at least.
THREE = ("first", "second", "third")


@rule(
    Rule.PLAN_LINE,
    at=(2, 3),
    kind=RuleKind.CHECK,
    text="Effect line with a monthly plan",
    fields=("name of a line", "account of a line", "amount of a line", "start of a line"),
)
def plan_line(facts: GateFacts, limits: Thresholds) -> Found:
    """At least one effect line with a monthly plan."""
    planned = [line for line in facts.lines if not line.is_one_time_cost and any(m.plan for m in line.months)]
    value = f"{len(planned)} with a monthly plan" if facts.lines else "no effect line"
    return Found(bool(planned), value, writers(facts), "financials")


@rule(
    Rule.BASELINE_APPROVED,
    at=(2, 3),
    kind=RuleKind.APPROVAL,
    text="Baseline approved by the controller",
    fields=("amount of baseline",),
)
def baseline_approved(facts: GateFacts, limits: Thresholds) -> Found:
    """The controller approved the newest baseline."""
    baseline = facts.baseline
    passed = baseline is not None and bool(baseline.approved_by)
    if baseline is None:
        value = "none proposed"
    else:
        value = f"version {baseline.number}, " + (baseline.approved_by if passed else "not approved yet")
    supplier = writers(facts) if baseline is None else validator(facts)
    return Found(passed, value, supplier, "financials")


@rule(
    Rule.MILESTONES,
    at=(2, 3),
    kind=RuleKind.CHECK,
    text="Three milestones, one of them starts the effect",
    fields=(
        *(f"{which} milestone" for which in THREE),
        *(f"date of the {which} milestone" for which in THREE),
        "start of the effect",
    ),
)
def milestones(facts: GateFacts, limits: Thresholds) -> Found:
    """At least three milestones, one of which starts the effect."""
    count, starts = len(facts.milestones), any(m.is_effect_start for m in facts.milestones)
    value = (f"{count} listed" if count >= 3 else f"{count}, at least 3 needed") + (
        "" if starts else ", none marks the start of the effect"
    )
    return Found(count >= 3 and starts, value, writers(facts), "milestones")


@rule(
    Rule.ONE_TIME_COST,
    at=(2, 3),
    kind=RuleKind.CHECK,
    text="One-time cost planned, or stated to be zero",
    fields=("one-time cost",),
)
def one_time_cost(facts: GateFacts, limits: Thresholds) -> Found:
    """One-time cost planned, or said to be zero."""
    planned = any(line.is_one_time_cost and any(m.plan is not None for m in line.months) for line in facts.lines)
    value = "planned" if planned else "zero, as stated" if facts.no_one_time_cost else "neither planned nor zero"
    return Found(planned or facts.no_one_time_cost, value, writers(facts), "financials")


@rule(
    Rule.RISKS,
    at=(2, 3),
    kind=RuleKind.FIELD,
    text="Risks, or why there are none",
    fields=("risk", "likelihood of the risk"),
)
def risks(facts: GateFacts, limits: Thresholds) -> Found:
    """At least one risk, or why there is none."""
    reason = facts.texts["no_risks_because"].strip()
    value = f"{facts.risks} listed" if facts.risks else "none, with a reason" if reason else "none listed"
    return Found(bool(facts.risks or reason), value, writers(facts), "risks")


@rule(
    Rule.DEPENDENCIES, at=(2, 3), kind=RuleKind.CHECK, text="Dependencies declared, or none", fields=("dependencies",)
)
def dependencies(facts: GateFacts, limits: Thresholds) -> Found:
    """What it waits for is linked, or described, or "none"."""
    declared = bool(facts.texts["dependencies_declared"].strip())
    value = f"{facts.dependencies} linked" if facts.dependencies else "declared" if declared else "not declared"
    return Found(bool(facts.dependencies) or declared, value, writers(facts), "closure")


@rule(Rule.PREDECESSORS, at=(3,), kind=RuleKind.CHECK, text="A plan for every predecessor that is cancelled or on hold")
def predecessors(facts: GateFacts, limits: Thresholds) -> Found:
    """Nothing that it waits for is cancelled or on hold, unless the dependency's note says how it goes on."""
    without = [predecessor.said for predecessor in facts.resting_predecessors if not predecessor.plan]
    planned = len(facts.resting_predecessors) - len(without)
    value = f"no plan for {listed(without)}" if without else f"{planned} with a plan" if planned else "none"
    return Found(not without, value, writers(facts), "milestones")


@rule(
    Rule.CLOSURE_CRITERIA,
    at=(2, 3),
    kind=RuleKind.FIELD,
    text="Closure criteria and type of evidence",
    fields=("closure criteria", "type of evidence"),
)
def closure_criteria(facts: GateFacts, limits: Thresholds) -> Found:
    """When it counts as done, and what will prove it."""
    missing = [
        label
        for label, there in (
            ("criteria", facts.texts["closure_criteria"].strip()),
            ("type of evidence", facts.closure_evidence),
        )
        if not there
    ]
    value = f"{listed(missing)} missing" if missing else facts.closure_evidence
    return Found(not missing, value, writers(facts), "closure")


@rule(Rule.PLAUSIBILITY, at=(2, 3), kind=RuleKind.CHECK, text="Numbers are plausible")
def plausibility(facts: GateFacts, limits: Thresholds) -> Found:
    """Nothing in the numbers contradicts itself, and each doubt has its reason (domain 6.9).

    Reasons stand in the value, so that whoever confirms or decides reads them.
    """
    value = " ".join((*facts.plausibility, *facts.explained)).rstrip(".") or "nothing found"
    return Found(not facts.plausibility, value, writers(facts), "checks")


@rule(
    Rule.MILESTONE_PEOPLE,
    at=(3,),
    kind=RuleKind.CHECK,
    text="A person for each milestone",
    fields=tuple(f"person of the {which} milestone" for which in THREE),
)
def milestone_people(facts: GateFacts, limits: Thresholds) -> Found:
    """Somebody is named for each milestone."""
    nameless = [milestone.name for milestone in facts.milestones if not milestone.responsible]
    total = len(facts.milestones)
    value = f"{total - len(nameless)} of {total} named" + (f", missing for {listed(nameless)}" if nameless else "")
    return Found(bool(total) and not nameless, value, writers(facts), "milestones")


@rule(Rule.FRESH_DATES, at=(3,), kind=RuleKind.CHECK, text="Forecast dates are up to date", expires=True)
def fresh_dates(facts: GateFacts, limits: Thresholds) -> Found:
    """No open milestone is forecast for a day that has passed."""
    stale = [m.name for m in facts.milestones if m.actual_on is None and m.forecast_on < facts.today]
    value = f"{listed(stale)} overdue without a new forecast" if stale else "none overdue"
    return Found(not stale, value, writers(facts), "milestones")


@rule(Rule.SIZE_AND_TIMING, at=(3,), kind=RuleKind.APPROVAL, approval=ApprovalKind.SIZE_AND_TIMING)
def size_and_timing(facts: GateFacts, limits: Thresholds) -> Found:
    """The controller confirms size and timing."""
    return confirmed(facts, ApprovalKind.SIZE_AND_TIMING)


@rule(Rule.SPONSOR, at=(3,), kind=RuleKind.APPROVAL, approval=ApprovalKind.SPONSOR)
def sponsor(facts: GateFacts, limits: Thresholds) -> Found:
    """The sponsor stands behind it."""
    return confirmed(facts, ApprovalKind.SPONSOR)


@rule(Rule.HAND_OVER, at=(4,), kind=RuleKind.APPROVAL, approval=ApprovalKind.HAND_OVER)
def hand_over(facts: GateFacts, limits: Thresholds) -> Found:
    """The receiving unit takes it over."""
    unit, found = facts.receiving_unit, confirmed(facts, ApprovalKind.HAND_OVER)
    if not facts.parties.acceptors:
        found = replace(found, value=NO_ACCEPTOR.rstrip("."), supplier="")
    return replace(found, text=f"{unit} accepts the hand-over" if unit else "")
