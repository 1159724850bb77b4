"""Doubts about a measure's numbers (domain 6.9): shown always, in the way at gates 2 and 3."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from cat4.fiscal import first_of_month
from cat4.wording import day_name, month_name

from .dates import planned_date
from .facts import Group, LineFacts, MeasureFacts, RateMissing
from .money import planned_run_rate
from .phasing import cents
from .totals import ZERO
from .words import in_words

_BLOCKED_GATES = frozenset({2, 3})
_SUSPICIOUS_GROWTH = 3
_FASTER_THAN_PLAN = Decimal("1.5")
_FEWEST_ACTUALS = 3
# Contradictions: no reason makes them right, so they are corrected and never explained.
_TO_BE_CORRECTED = frozenset({"above_baseline", "ends_before_start", "rate_missing"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt: its code, the sentence for a person, and the gates (by the degree they lead to) it blocks.

    `line` is the effect line that it is about, None when it is about the measure.
    """

    code: str
    sentence: str
    blocked_gates: frozenset[int] = _BLOCKED_GATES
    line: UUID | None = None

    @property
    def key(self) -> str:
        """Names the doubt again when the check runs again."""
        return f"{self.code}:{self.line}" if self.line else self.code

    @property
    def is_explainable(self) -> bool:
        """Whether a reason of the owner is enough, or the numbers have to be corrected."""
        return self.code not in _TO_BE_CORRECTED

    def blocks(self, to_doi: int) -> bool:
        return to_doi in self.blocked_gates


def is_explainable(code: str) -> bool:
    """Whether a doubt with this code may stand with a reason."""
    return code not in _TO_BE_CORRECTED


def every_finding(facts: MeasureFacts) -> list[Finding]:
    """The same as `findings`, with a missing plan rate as a doubt of its own instead of an error."""
    try:
        return findings(facts)
    except RateMissing as missing:
        rest = findings(replace(facts, baseline=None))
        return [Finding("rate_missing", str(missing)), *rest]


def findings(facts: MeasureFacts) -> list[Finding]:
    """Every doubt, the measure's first, then line by line.

    Raises:
        RateMissing: the baseline can't be compared without a plan rate that isn't set.
    """
    return [
        *_above_baseline(facts),
        *_effect_before_milestone(facts),
        *_free_headcount(facts),
        *(finding for line in facts.lines if not line.is_taken for finding in _of_line(line)),
    ]


def _above_baseline(facts: MeasureFacts) -> Iterator[Finding]:
    """Of a baseline of zero nothing can be saved, but margin can be earned: it bounds nothing."""
    if facts.baseline is None or not facts.baseline.amount:
        return
    organization = facts.organization
    baseline = abs(organization.at_plan_rate(facts.baseline.amount, facts.baseline.currency, organization.year))
    annual = sum(
        (
            organization.at_plan_rate(planned_run_rate(line.plan), line.currency, organization.year)
            for line in facts.lines_of(Group.HARD, recurring_only=True)
        ),
        ZERO,
    )
    if annual > baseline:
        effect, limit = (in_words(cents(amount), organization.currency) for amount in (annual, baseline))
        yield Finding("above_baseline", f"The annual effect of {effect} is above the baseline of {limit}.")


def _effect_before_milestone(facts: MeasureFacts) -> Iterator[Finding]:
    starts = [
        month
        for line in facts.lines_of(Group.HARD, recurring_only=True)
        for month, amount in line.plan.items()
        if amount
    ]
    critical = [milestone for milestone in facts.milestones if milestone.is_critical]
    if not starts or not critical:
        return
    last = max(critical, key=planned_date)
    last_on = planned_date(last)
    if min(starts) < first_of_month(last_on):
        yield Finding(
            "effect_before_milestone",
            f"The effect starts in {month_name(min(starts))}, "
            f"before the critical milestone {last.name} on {day_name(last_on)}.",
        )


def _free_headcount(facts: MeasureFacts) -> Iterator[Finding]:
    cost = any(amount for line in facts.lines_of(Group.COST) for amount in line.plan.values())
    for line in facts.lines:
        if line.is_fte and not cost:
            sentence = f"{line.name} changes headcount, but no one-time cost is planned."
            yield Finding("fte_without_cost", sentence, line=line.id)


def _of_line(line: LineFacts) -> Iterator[Finding]:
    if line.is_recurring and line.is_money and not line.has_account:
        yield Finding("no_account", f"{line.name} recurs, but names no account.", line=line.id)
    if line.start_month and line.end_month and line.end_month < line.start_month:
        ends, starts = month_name(line.end_month), month_name(line.start_month)
        sentence = f"{line.name} ends in {ends}, before it starts in {starts}."
        yield Finding("ends_before_start", sentence, line=line.id)
    if line.is_money and line.entity_currency not in ("", line.currency) and not line.currency_reason.strip():
        sentence = f"{line.name} is in {line.currency}, its legal entity books in {line.entity_currency}; say why."
        yield Finding("currency_without_reason", sentence, line=line.id)
    if _looks_cumulative(line):
        sentence = f"The actuals of {line.name} only grow, faster than its plan: are they sums since the start?"
        yield Finding("cumulative_actuals", sentence, line=line.id)


def _looks_cumulative(line: LineFacts) -> bool:
    """Growing in size with each of at least three months, to more than three times the first, and away from the plan.

    A ramp grows as well: it is no reason for doubt while the actuals grow at most half as much again as the
    plan of the same months does.
    """
    months = [month for month in line.months if month.actual]
    sizes = [abs(month.actual or ZERO) for month in months]
    if len(sizes) < _FEWEST_ACTUALS or not all(later > earlier for earlier, later in pairwise(sizes)):
        return False
    if sizes[-1] <= _SUSPICIOUS_GROWTH * sizes[0]:
        return False
    planned = [(abs(month.plan), size) for month, size in zip(months, sizes, strict=True) if month.plan]
    if len(planned) < _FEWEST_ACTUALS:
        return True
    (first_plan, first), (last_plan, last) = planned[0], planned[-1]
    return last / first > _FASTER_THAN_PLAN * max(last_plan / first_plan, Decimal(1))
