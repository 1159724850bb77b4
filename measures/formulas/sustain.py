"""Whether the money of a closed measure lasts: the checks after closing (domain 6.8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cat4.fiscal import add_months, first_of_month, months_between
from cat4.wording import month_name

from .facts import CLOSED, Group, LineFacts, MeasureFacts
from .phasing import cents
from .words import against, in_words

ZERO = Decimal(0)
_MONTHS = 3
_CHECKS = 2


class SustainState(StrEnum):
    """How a check stands."""

    UPCOMING = "upcoming"
    HELD = "held"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class SustainCheck:
    """A check some months after closing. `run_rate` is None as long as its month isn't locked."""

    months_after: int
    due_month: date
    state: SustainState
    needed: Decimal
    run_rate: Decimal | None
    sentence: str


def sustain_checks(facts: MeasureFacts) -> tuple[SustainCheck, ...]:
    """The two checks of a closed measure, by default after 6 and 12 months; none while it is open.

    Each compares 12 x the mean validated month of the last three months up to its own, in the reporting
    currency at the plan rate of the year of closing, with the share of the closed run-rate that has to last.
    A check is upcoming until its month is locked. A month without a validated actual counts as 0.

    Raises:
        RateMissing: the plan rate of the year of closing isn't set.
    """
    if facts.doi < CLOSED or facts.closed_on is None or facts.closed_run_rate is None:
        return ()
    thresholds = facts.organization.thresholds
    closed = first_of_month(facts.closed_on)
    steps = (thresholds.sustain_months * count for count in range(1, _CHECKS + 1))
    return tuple(_check(facts, closed, facts.closed_run_rate, months_after) for months_after in steps)


def check_now(facts: MeasureFacts) -> SustainCheck | None:
    """A check with the last locked month, for a closed measure whose enabler fell; None where there is none.

    Raises:
        RateMissing: the plan rate of the year of closing isn't set.
    """
    locked = sorted(facts.organization.locked)
    if facts.doi < CLOSED or facts.closed_on is None or facts.closed_run_rate is None or not locked:
        return None
    closed = first_of_month(facts.closed_on)
    return _check(facts, closed, facts.closed_run_rate, max(months_between(closed, locked[-1]), 0), due=locked[-1])


def _check(
    facts: MeasureFacts, closed: date, closed_run_rate: Decimal, months_after: int, *, due: date | None = None
) -> SustainCheck:
    organization = facts.organization
    due = due or add_months(closed, months_after)
    loss = abs(closed_run_rate) * (1 - organization.thresholds.sustain_share)
    needed = cents(closed_run_rate - loss)
    if due not in organization.locked:
        waits = "waits for the lock of" if first_of_month(organization.today) > due else "is due with"
        sentence = f"The check {months_after} months after closing {waits} {month_name(due)}."
        return SustainCheck(months_after, due, SustainState.UPCOMING, needed, None, sentence)
    run_rate = _run_rate(facts, closed, due)
    words = in_words(run_rate, organization.currency)
    compared = f"{words}, {against(run_rate, closed_run_rate, 'the closed run-rate')}" if closed_run_rate else words
    state = SustainState.HELD if run_rate >= needed else SustainState.REVERSAL
    said = "the effect holds" if state is SustainState.HELD else "the effect has reversed"
    sentence = f"{months_after} months after closing {said}: the run-rate is {compared}."
    return SustainCheck(months_after, due, state, needed, run_rate, sentence)


def _run_rate(facts: MeasureFacts, closed: date, due: date) -> Decimal:
    """12 x the mean of the last three locked months up to `due`."""
    organization = facts.organization
    months = set(sorted(month for month in organization.locked if month <= due)[-_MONTHS:])
    year = organization.year_of(closed)

    def validated(line: LineFacts) -> Decimal:
        total = sum((known.validated or ZERO for known in line.months if known.month in months), ZERO)
        return organization.at_plan_rate(total, line.currency, year)

    lines = facts.lines_of(Group.HARD, recurring_only=True)
    return cents(12 * sum((validated(line) for line in lines), ZERO) / len(months))
