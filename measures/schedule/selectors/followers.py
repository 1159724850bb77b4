"""What waits for a measure, and what becomes of it when the measure rests, ends or comes back (domain section 4)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from measures.facts.measures import facts_of
from measures.formulas.facts import RateMissing
from measures.formulas.ripple import QuarterMoney, quarters_moved
from measures.models import Measure

from .affected import Stretch, stretch_from

ZERO = Decimal(0)
Dates = Mapping[UUID, date]


@dataclass(frozen=True, slots=True)
class Follower:
    """An open milestone of another measure that waits for this one, or is moved by it; `days` are working days."""

    milestone_id: UUID
    measure_id: UUID
    before_on: date
    after_on: date
    days: int


@dataclass(frozen=True, slots=True)
class YearMoved:
    """Hard EBITDA that moves into a fiscal year, and the change of its exit run-rate; reporting currency."""

    fiscal_year: int
    in_year: Decimal
    exit_run_rate: Decimal


@dataclass(frozen=True, slots=True)
class Followers:
    """All of them in the order of their dates, their money by measure; `missing` names rates that aren't set."""

    milestones: tuple[Follower, ...] = ()
    money: Mapping[UUID, tuple[YearMoved, ...]] | None = None
    missing: tuple[str, ...] = ()


def followers_of(measure: Measure, *, lifecycle: str = "", not_before: date | None = None) -> Followers:
    """What waits for a measure as it would be: in another `lifecycle`, with nothing of it reached before a day.

    The pass is that of every ripple; nothing is written.
    """
    open_ids = list(measure.milestones.filter(actual_on__isnull=True).values_list("pk", flat=True))
    if not open_ids:
        return Followers()
    now = stretch_from(open_ids)
    then = _as_if(now, measure.pk, lifecycle, not_before)
    before, after = now.network().dates(), then.network().dates()
    mine = set(open_ids)
    direct = {link.successor for link in now.links if link.predecessor in mine}
    found = [
        Follower(key, row.measure_id, before[key], after[key], now.calendar.between(before[key], after[key]))
        for key, row in now.rows.items()
        if row.measure_id != measure.pk and row.actual_on is None and key in before and key in after
        if key in direct or before[key] != after[key]
    ]
    found.sort(key=lambda follower: (follower.before_on, str(follower.milestone_id)))
    money, missing = _money([follower for follower in found if follower.days], before, after)
    return Followers(tuple(found), money, missing)


def _as_if(now: Stretch, measure_id: UUID, lifecycle: str, not_before: date | None) -> Stretch:
    rows = dict(now.rows)
    for key, row in now.rows.items():
        if row.measure_id != measure_id:
            continue
        on = max(row.forecast_on, not_before) if not_before and row.actual_on is None else row.forecast_on
        rows[key] = row._replace(lifecycle=lifecycle or row.lifecycle, forecast_on=on)
    return replace(now, rows=rows)


def _money(
    moved: Collection[Follower], before: Dates, after: Dates
) -> tuple[dict[UUID, tuple[YearMoved, ...]], tuple[str, ...]]:
    by_measure: dict[UUID, list[UUID]] = defaultdict(list)
    for follower in moved:
        by_measure[follower.measure_id].append(follower.milestone_id)
    found, missing = {}, set()
    for measure_id, facts in facts_of(list(by_measure)).items():
        keys = by_measure[measure_id]
        try:
            quarters = quarters_moved(facts, {key: before[key] for key in keys}, {key: after[key] for key in keys})
        except RateMissing as error:
            missing.add(str(error))
            continue
        found[measure_id] = _by_year(quarters)
    return found, tuple(sorted(missing))


def _by_year(quarters: Collection[QuarterMoney]) -> tuple[YearMoved, ...]:
    in_year: dict[int, Decimal] = defaultdict(lambda: ZERO)
    leaving: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for quarter in quarters:
        in_year[quarter.fiscal_year] += quarter.amount
        leaving[quarter.fiscal_year] += quarter.exit_run_rate or ZERO
    return tuple(YearMoved(year, in_year[year], leaving[year]) for year in sorted(in_year))
