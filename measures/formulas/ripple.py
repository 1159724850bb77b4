"""What follows from a milestone that moves: the path, and the money between quarters (domain section 8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.fiscal import first_of_month, fiscal_year_bounds, months_between

from .facts import Group, LineFacts, MeasureFacts, MilestoneFacts
from .money import exit_run_rate, expected_months
from .network import Link, Network, Pin
from .phasing import cents

ZERO = Decimal(0)
_MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Hop:
    """A milestone that the move reached: by `days`, or not at all because its slack took the move up."""

    id: UUID
    via: Link
    before_on: date
    after_on: date
    days: int
    slack_used: int


@dataclass(frozen=True, slots=True)
class Move:
    """A milestone that moved, in working days, and all that it reached, in topological order.

    `finish_on` has the earliest date of every milestone that was looked at.
    """

    trigger: UUID
    before_on: date
    after_on: date
    days: int
    hops: tuple[Hop, ...]
    finish_on: Mapping[UUID, date]


def move_of(network: Network, trigger: UUID, before: Pin) -> Move:
    """Compare the network with the trigger as it was, and as it is now: the difference is what the move causes.

    Slack is used first: a milestone whose own date is later than what it waits for stays where it is. One that
    took a delay up without moving is a hop of 0 days.
    """
    old, new = network.finishes({trigger: before}), network.finishes()
    hops = []
    for at, key in zip(network.sorted, network.order, strict=True):
        if network.nodes[key].is_fixed or key == trigger:
            continue
        bounds = zip(old.bounds_at(at), new.bounds_at(at), network.links[at], strict=True)
        reached = [(now - was, now, link) for was, now, link in bounds if was != now]
        if not reached:
            continue
        before_at, after_at = old.finish_at[at], new.finish_at[at]
        days, grew = after_at - before_at, max(shift for shift, _, _ in reached)
        used = max(0, grew - max(days, 0))
        if days or used:
            via = max(reached, key=lambda bound: bound[1])[2]
            dates = network.date_of(key, before_at), network.date_of(key, after_at)
            hops.append(Hop(key, via, *dates, days, used))
    return Move(
        trigger=trigger,
        before_on=before.on,
        after_on=network.date_of(trigger, new.finish[trigger]),
        days=new.finish[trigger] - old.finish[trigger],
        hops=tuple(hops),
        finish_on={key: network.date_of(key, day) for key, day in new.finish.items()},
    )


@dataclass(frozen=True, slots=True)
class QuarterMoney:
    """Hard EBITDA that a ripple moves in a fiscal quarter, in the reporting currency at plan rate.

    `exit_run_rate` is the change of the year's exit run-rate, and stands on its last quarter.
    """

    fiscal_year: int
    quarter: int
    amount: Decimal
    exit_run_rate: Decimal | None = None


def quarters_moved(
    facts: MeasureFacts, before: Mapping[UUID, date], after: Mapping[UUID, date]
) -> tuple[QuarterMoney, ...]:
    """The money of a measure whose milestones moved from the dates `before` to those `after`.

    What isn't booked yet comes with its milestone: assumed months are phased anew; months that the owner
    forecast move by the same number of months, though only the owner changes the forecast itself. The quarters
    of a fiscal year add up to the change in-year. Quarters without a change are left out.

    Raises:
        RateMissing: a month needs a plan rate that isn't set.
    """
    old, new = _with_dates(facts, before), _with_dates(facts, after)
    months: dict[date, Decimal] = {}
    exits: dict[int, Decimal] = {}
    for line in facts.lines_of(Group.HARD):
        stated = _stated_before(old, line)
        if not _moves(old, new, stated):
            continue
        was, now = _amounts(old, stated), _amounts(new, stated)
        for month in was.keys() | now.keys():
            change = now.get(month, ZERO) - was.get(month, ZERO)
            change = facts.organization.at_plan_rate(change, line.currency, facts.organization.year_of(month))
            months[month] = months.get(month, ZERO) + change
        if line.is_recurring:
            for year, change in _exit_changes(facts, line, was, now):
                exits[year] = exits.get(year, ZERO) + change
    return tuple(_quarters(facts, months, exits))


def _exit_changes(
    facts: MeasureFacts, line: LineFacts, was: Mapping[date, Decimal], now: Mapping[date, Decimal]
) -> Iterable[tuple[int, Decimal]]:
    """By fiscal year: how the exit run-rate of a line changes, in the reporting currency."""
    organization = facts.organization
    for year in {organization.year_of(month) for month in was.keys() | now.keys()}:
        _, last = fiscal_year_bounds(year, organization.fiscal_year_start)
        change = exit_run_rate(now, last) - exit_run_rate(was, last)
        yield year, organization.at_plan_rate(change, line.currency, year)


def _moves(old: MeasureFacts, new: MeasureFacts, line: LineFacts) -> bool:
    """Whether its plan or its forecast comes in other months; most lines of a ripple are done with here."""
    if new.slip_months_of(line) != old.slip_months_of(line):
        return True
    return new.forecast_slip_months_of(line) != old.forecast_slip_months_of(line)


def _with_dates(facts: MeasureFacts, dates: Mapping[UUID, date]) -> MeasureFacts:
    """The measure as if its open milestones were expected on these days."""

    def dated(milestone: MilestoneFacts) -> MilestoneFacts:
        on = dates.get(milestone.id) if milestone.id else None
        if on is None:
            return milestone
        return replace(milestone, forecast_on=on, computed_on=None, actual_on=on)

    return replace(facts, milestones=tuple(dated(milestone) for milestone in facts.milestones))


def _stated_before(old: MeasureFacts, line: LineFacts) -> LineFacts:
    """The line as it stood before the move: its forecast was stated at the latest for the dates of then."""
    milestone = old.milestone_of(line)
    on = milestone.expected_on(old.organization.today) if milestone else None
    return replace(line, forecast_stands_on=line.forecast_stands_on or on)


def _amounts(facts: MeasureFacts, line: LineFacts) -> dict[date, Decimal]:
    return {month: expected.amount for month, expected in expected_months(facts, line).items()}


def _quarters(
    facts: MeasureFacts, months: Mapping[date, Decimal], exits: Mapping[int, Decimal]
) -> Iterable[QuarterMoney]:
    organization = facts.organization
    sums: dict[tuple[int, int], Decimal] = {}
    for month, amount in months.items():
        year = organization.year_of(month)
        first, _ = fiscal_year_bounds(year, organization.fiscal_year_start)
        quarter = months_between(first, first_of_month(month)) // _MONTHS_OF_QUARTER + 1
        sums[year, quarter] = sums.get((year, quarter), ZERO) + amount
        sums.setdefault((year, 4), ZERO)
    exact: dict[int, Decimal] = {}
    for (year, quarter), amount in sorted(sums.items()):
        exit_change = cents(exits.get(year, ZERO)) if quarter == 4 else None
        # Sums are rounded, not quarters, so that they add up to the change of the year to the cent.
        so_far = exact.get(year, ZERO)
        exact[year] = so_far + amount
        moved = cents(exact[year]) - cents(so_far)
        if moved or exit_change:
            yield QuarterMoney(year, quarter, moved, exit_change)
