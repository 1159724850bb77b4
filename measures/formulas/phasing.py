"""Spreading an annual effect over months, and moving a plan in time (domain 6.1, 6.3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cat4.fiscal import add_months, month_range

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to two decimals, halves away from zero, so that costs round like gains."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def phase(annual_amount: Decimal, start: date, end: date | None, ramp_months: int, last: date) -> dict[date, Decimal]:
    """The monthly plan of a full annual recurring effect (domain 6.1).

    With i months since `start` and k ramp months, a month brings `R/12 * min(1, (i+1)/k)`; k of 0 or 1
    means at once. Sums are rounded, not months: the months up to any one add up to the exact sum, to
    the cent, so twelve full months are the annual amount.

    Args:
        start: first month of the effect; `end` its last, or None for as long as the calendar goes.
        last: the last month of the fiscal calendar; nothing is planned beyond it.
    """
    stop = last if end is None else min(end, last)
    months: dict[date, Decimal] = {}
    before = Decimal(0)
    for index, month in enumerate(month_range(start, stop)):
        until = cents(_cumulative(annual_amount, index + 1, max(ramp_months, 1)))
        months[month] = until - before
        before = until
    return months


def _cumulative(annual_amount: Decimal, months: int, ramp: int) -> Decimal:
    """What the first `months` months bring: a triangle over the ramp, then full months."""
    climbed = min(months, ramp)
    steps = climbed * (climbed + 1) + 2 * ramp * (months - climbed)
    return annual_amount * steps / (24 * ramp)


def moved(series: Mapping[date, Decimal], slip_months: int, last: date) -> dict[date, Decimal]:
    """The series as it comes `slip_months` later; what would come after `last` is left out."""
    shifted = {add_months(month, slip_months): amount for month, amount in series.items()}
    return {month: amount for month, amount in shifted.items() if month <= last}


def spread(amount: Decimal, months: Sequence[date]) -> dict[date, Decimal]:
    """An amount evenly over months, to the cent: the months up to any one add up to its exact share, rounded."""
    parts: dict[date, Decimal] = {}
    before = Decimal(0)
    for count, month in enumerate(months, start=1):
        until = cents(amount * count / len(months))
        parts[month], before = until - before, until
    return parts


def carried(series: Mapping[date, Decimal], start: date, by: int, last: date) -> dict[date, Decimal]:
    """The series where what begins in `start` comes `by` months later, or earlier when negative.

    What came before `start` stays; until the rest comes, the level before goes on. Nothing comes after `last`.
    """
    comes = {month: amount for month, amount in series.items() if month < min(start, add_months(start, by))}
    if any(month >= start for month in series):
        level = series.get(add_months(start, -1), Decimal(0))
        comes |= {add_months(start, step): level for step in range(by)}
    comes |= {add_months(month, by): amount for month, amount in series.items() if month >= start}
    return {month: amount for month, amount in comes.items() if month <= last}


def sum_between(series: Mapping[date, Decimal], first: date, last: date) -> Decimal:
    """What the months from `first` to `last`, both included, bring."""
    return sum((amount for month, amount in series.items() if first <= month <= last), Decimal(0))
