"""Rules of gate 5: the money arrived, and the controller can say so."""

from datetime import date
from decimal import Decimal

from cat4.fiscal import add_months
from cat4.wording import listed, month_name, plain
from hierarchy.thresholds import Thresholds
from measures.formulas.phasing import cents

from .constants import Rule, RuleKind, Step
from .declared import rule
from .definition import validator, writers
from .facts import GateFacts, LineFact, ResidualFact
from .results import Found, names

# The class of evidence that proves no bookable effect.
KPI_CLASS = "Operational KPI with an agreed factor"


def last_months(facts: GateFacts, count: int) -> list[date]:
    """The `count` months up to the last locked one, if all of them are locked; else those that are."""
    if not facts.locked:
        return []
    wanted = [add_months(max(facts.locked), -back) for back in range(count - 1, -1, -1)]
    return [month for month in wanted if month in facts.locked]


def at_least(amount: Decimal, plan: Decimal, share: Decimal) -> bool:
    """Whether `amount` reaches `share` of `plan`; for a plan below zero, whether it is not that much worse."""
    return amount >= plan - (1 - share) * abs(plan)


@rule(
    Rule.VALIDATED_MONTHS,
    at=(5,),
    kind=RuleKind.CHECK,
    text="Locked months in a row validated at a share of the plan",
    limits=("closure_months", "closure_share"),
)
def validated_months(facts: GateFacts, limits: Thresholds) -> Found:
    """N consecutive locked months, each validated at the share of the plan run-rate month (domain section 4)."""
    needed, share = limits.closure_months, limits.closure_share
    text = f"{needed} locked months in a row validated at {share * 100:.0f}% of the plan or more"
    months, problems = _counted(facts, needed)
    accepted = ""
    if facts.steady_month is not None and not facts.missing_rate:
        short = _short_months(facts, months, facts.steady_month, share)
        if short and facts.residual is not None:
            short = _short_months(facts, months, facts.residual.level_month, share)
            accepted = f"; {_accepted(facts, facts.residual)}"
        problems += short
    value = "; ".join(problems) or f"{month_name(months[0])} to {month_name(months[-1])}{accepted}"
    return Found(not problems, value, validator(facts), "financials", text=text)


def _counted(facts: GateFacts, needed: int) -> tuple[list[date], list[str]]:
    """The months that count, and what keeps them from being looked at."""
    months = last_months(facts, needed)
    problems = [] if len(months) == needed else [f"{len(months)} of {needed} months are locked"]
    if facts.missing_rate:
        problems.append(facts.missing_rate)
    elif facts.steady_month is None:
        problems.append("there is no recurring effect line with a plan")
    return months, problems


def _accepted(facts: GateFacts, residual: ResidualFact) -> str:
    missing = 12 * (residual.plan_month - residual.level_month)
    by = f" by decision {residual.decision}" if residual.decision else ""
    return f"a residual of {plain(missing)} {facts.currency} a year is accepted{by}"


def level_of(facts: GateFacts, limits: Thresholds) -> ResidualFact | None:
    """What the books bear per month over the months that count; None while one of them isn't validated."""
    months, problems = _counted(facts, limits.closure_months)
    by_month = {value.month: value.validated for value in facts.value_months}
    amounts = [amount for month in months if (amount := by_month.get(month)) is not None]
    if problems or facts.steady_month is None or len(amounts) != len(months):
        return None
    return ResidualFact(cents(facts.steady_month), cents(sum(amounts, Decimal(0)) / len(amounts)))


@rule(
    Rule.RESIDUAL_REASON,
    at=(Step.RESIDUAL,),
    kind=RuleKind.FIELD,
    text="Why the rest of the plan will not come",
    fields=("reason",),
)
def residual_reason(facts: GateFacts, limits: Thresholds) -> Found:
    """Why the rest of the plan will not come."""
    passed = bool(facts.asked.comment)
    return Found(passed, "stated" if passed else "not stated")


@rule(
    Rule.RESIDUAL_LEVEL,
    at=(Step.RESIDUAL,),
    kind=RuleKind.CHECK,
    text="Locked and validated months show what is missing",
)
def residual_level(facts: GateFacts, limits: Thresholds) -> Found:
    """The months that count are locked and validated, and less than planned: that rest is what is accepted."""
    residual = facts.residual_asked or level_of(facts, limits)
    if residual is None:
        problems = _counted(facts, limits.closure_months)[1]
        value = "; ".join(problems) or "not every month is validated"
        return Found(False, value, validator(facts), "financials")
    passed = residual.level_month < residual.plan_month
    a_year = [round(12 * month) for month in (residual.level_month, residual.plan_month)]
    level, plan, missing = (plain(Decimal(amount)) for amount in (*a_year, a_year[1] - a_year[0]))
    value = f"{level} of {plan} {facts.currency} a year, {missing} would be accepted as missing"
    return Found(passed, value if passed else "nothing is missing", validator(facts))


@rule(
    Rule.CLOSING_EVIDENCE,
    at=(5,),
    kind=RuleKind.EVIDENCE,
    text="Evidence for each effect line",
    fields=("evidence of a line",),
)
def closing_evidence(facts: GateFacts, limits: Thresholds) -> Found:
    """A document of a class of closing evidence proves each line that has actuals (domain section 13).

    An operational KPI with an agreed factor proves soft lines only.
    """
    booked = [line for line in facts.lines if line.is_financial and _has_actuals(line)]
    unproved = [line.name for line in booked if not _is_proved(line)]
    classes = sorted({named for line in booked for named in line.evidence})
    value = f"nothing proves {listed(unproved)}" if unproved else listed(classes) or "no line has actuals"
    return Found(bool(booked) and not unproved, value, writers(facts), "evidence")


def _has_actuals(line: LineFact) -> bool:
    return any(month.reported or month.validated for month in line.months)


def _is_proved(line: LineFact) -> bool:
    return any(named != KPI_CLASS or line.is_soft for named in line.evidence)


def _short_months(facts: GateFacts, months: list[date], plan: Decimal, share: Decimal) -> list[str]:
    by_month = {value.month: value.validated for value in facts.value_months}
    problems = []
    for month in months:
        validated = by_month.get(month)
        if validated is None:
            problems.append(f"{month_name(month)} is not validated")
        elif not at_least(validated, plan, share):
            problems.append(f"{month_name(month)} has {plain(validated)} of {plain(plan)} {facts.currency}")
    return problems


@rule(Rule.NO_UNVALIDATED, at=(5,), kind=RuleKind.CHECK, text="No reported month waits for validation")
def no_unvalidated(facts: GateFacts, limits: Thresholds) -> Found:
    """Nothing reported for a locked month waits for the controller."""
    open_months = {
        month.month
        for line in facts.lines
        for month in line.months
        if month.month in facts.locked and month.reported is not None and month.validated is None
    }
    value = f"{listed(map(month_name, sorted(open_months)))} not validated" if open_months else "none open"
    return Found(not open_months, value, validator(facts), "financials")


@rule(Rule.COST_COMPLETE, at=(5,), kind=RuleKind.CHECK, text="One-time cost is complete")
def cost_complete(facts: GateFacts, limits: Thresholds) -> Found:
    """Every planned month of one-time cost is locked and has a validated actual."""
    planned = [m for line in facts.lines if line.is_one_time_cost for m in line.months if m.plan]
    ahead = sorted({m.month for m in planned if m.month not in facts.locked})
    unbooked = sorted({m.month for m in planned if m.month in facts.locked and m.validated is None})
    problems = [f"{listed(map(month_name, unbooked))} not validated"] * bool(unbooked)
    problems += [f"{listed(map(month_name, ahead))} not locked yet"] * bool(ahead)
    value = "; ".join(problems) or ("complete" if planned else "none planned")
    return Found(not problems, value, writers(facts), "financials")


@rule(
    Rule.INDEPENDENT_CONTROLLER,
    at=(5,),
    kind=RuleKind.CHECK,
    text="The controller entered none of the actuals, and signs",
    constitutive=True,
)
def independent_controller(facts: GateFacts, limits: Thresholds) -> Found:
    """The controller entered none of the actuals that they would sign."""
    controller = facts.parties.controller
    clash = controller is not None and controller.id in facts.parties.reporters
    passed = controller is not None and not clash
    value = f"{validator(facts)} entered actuals" if clash else validator(facts)
    text = "The controller entered none of the actuals"
    return Found(passed, value, names(facts.parties.managers), "people", text=text)
