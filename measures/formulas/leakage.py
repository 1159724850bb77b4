"""Money that was planned and didn't arrive, by cause (domain 6.8)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cat4.fiscal import first_of_month

from .facts import DECIDED, Group, LineFacts, MeasureFacts, MonthFacts
from .money import Worked, work_out
from .phasing import cents

ZERO = Decimal(0)
# The values of `constants.LeakageCause` that are computed; the others are only ever named by somebody.
TIMING, MAGNITUDE, CANCELLED, ON_HOLD = "timing", "magnitude", "cancelled", "on_hold"
REVERSAL, NOT_BOOKED = "reversal", "not_booked"


def leakage(
    facts: MeasureFacts, *, first: date | None = None, last: date | None = None, lines: Iterable[Worked] | None = None
) -> dict[str, Decimal]:
    """Plan minus validated of hard EBITDA over the locked months, by cause; the parts add up to it exactly.

    In the reporting currency at the plan rate of each month; positive is missing, negative came on top. Before
    the plan is frozen nothing can leak. `first` and `last` bound the months.

    Raises:
        RateMissing: a month needs a plan rate that isn't set.
    """
    if facts.doi < DECIDED:
        return {}
    organization = facts.organization
    exact: dict[str, Decimal] = defaultdict(Decimal)
    for worked in work_out(facts) if lines is None else lines:
        if worked.line.group is not Group.HARD:
            continue
        known = {month_facts.month: month_facts for month_facts in worked.line.months}
        for month in _locked(organization.locked, known.keys() | worked.moved_plan.keys(), first, last):
            year = organization.year_of(month)
            for cause, amount in _parts(facts, worked, known.get(month, MonthFacts(month))).items():
                exact[cause] += organization.at_plan_rate(amount, worked.line.currency, year)
    return _rounded(exact)


def leakage_of_month(facts: MeasureFacts, worked: Worked, month: date) -> dict[str, Decimal]:
    """What is missing of a locked month of a line, by cause, in the line's currency.

    First the causes that somebody named, as far as so much is missing still. Of the rest: timing is what the
    moved plan brings later; what is missing of the moved plan goes to the cancellation, to the hold, to "not
    booked" where nothing was validated, to a reversal after closing, else to the size.
    """
    return _parts(facts, worked, month_of(worked.line, month))


def missing_in(line: LineFacts, month: date) -> Decimal:
    """Plan minus validated of a month of a line, in its currency; positive is missing."""
    return _missing(month_of(line, month))


def month_of(line: LineFacts, month: date) -> MonthFacts:
    """A month of a line; one without anything when it has none."""
    return next((entry for entry in line.months if entry.month == month), MonthFacts(month))


def _missing(known: MonthFacts) -> Decimal:
    return (known.plan or ZERO) - (known.validated or ZERO)


def _parts(facts: MeasureFacts, worked: Worked, known: MonthFacts) -> dict[str, Decimal]:
    missing = _missing(known)
    parts = _named(facts, worked.line, known.month, missing)
    rest = missing - sum(parts.values(), ZERO)
    timing = (known.plan or ZERO) - worked.moved_plan.get(known.month, ZERO)
    if parts:
        timing = min(max(timing, ZERO), rest)
    _add(parts, TIMING, timing)
    _add(parts, _cause_of_rest(facts, known, rest - timing), rest - timing)
    return {cause: amount for cause, amount in parts.items() if amount}


def _locked(locked: frozenset[date], months: Iterable[date], first: date | None, last: date | None) -> list[date]:
    """The locked ones of the months, in order, within the bounds."""
    wanted = (month for month in months if month in locked and (first is None or month >= first))
    return sorted(month for month in wanted if last is None or month <= last)


def _named(facts: MeasureFacts, line: LineFacts, month: date, missing: Decimal) -> dict[str, Decimal]:
    """What was named, cut where less is missing than when it was named."""
    parts: dict[str, Decimal] = {}
    left = max(missing, ZERO)
    for entry in facts.named_leakage:
        if entry.line == line.id and entry.month == month and left:
            amount = min(entry.amount, left)
            _add(parts, entry.cause, amount)
            left -= amount
    return parts


def _cause_of_rest(facts: MeasureFacts, known: MonthFacts, rest: Decimal) -> str:
    """What exceeds the plan is its size. A planned loss that doesn't come misses like a planned gain."""
    if (rest if (known.plan or ZERO) >= 0 else -rest) <= 0:
        return MAGNITUDE
    if facts.is_cancelled:
        return CANCELLED
    if facts.is_on_hold:
        return ON_HOLD
    if known.validated is None:
        return NOT_BOOKED
    if facts.closed_on is not None and known.month > first_of_month(facts.closed_on):
        return REVERSAL
    return MAGNITUDE


def _add(parts: dict[str, Decimal], cause: str, amount: Decimal) -> None:
    parts[cause] = parts.get(cause, ZERO) + amount


def _rounded(exact: dict[str, Decimal]) -> dict[str, Decimal]:
    """Parts in cents that add up to the sum in cents: what is rounded is the running sum."""
    parts: dict[str, Decimal] = {}
    reached = before = ZERO
    for cause in sorted(exact):
        reached += exact[cause]
        until = cents(reached)
        parts[cause], before = until - before, until
    return {cause: amount for cause, amount in parts.items() if amount}
