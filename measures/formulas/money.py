"""Expected months, forecast at completion with its shares, and run-rates (domain 6.2 to 6.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from cat4.fiscal import add_months, first_of_month, month_range

from .facts import DECIDED, Group, LineFacts, MeasureFacts, MonthFacts
from .phasing import CENT, carried, cents, moved

_YEAR = 12
_RUN_RATE_MONTHS = 3


class Source(StrEnum):
    """What an expected month rests on, from firm to loose."""

    VALIDATED = "validated"
    REPORTED = "reported"
    FORECAST = "forecast"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a month brings as far as known today."""

    amount: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Fac:
    """A forecast at completion in its four parts, which add up to it. `stale` is what of `forecast` is stale."""

    validated: Decimal = Decimal(0)
    reported: Decimal = Decimal(0)
    forecast: Decimal = Decimal(0)
    assumed: Decimal = Decimal(0)
    stale: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.validated + self.reported + self.forecast + self.assumed

    @property
    def shares(self) -> dict[Source, Decimal] | None:
        """The weight of each part, adding up to exactly 1; None when every part is zero.

        Parts weigh by their size, so that a cost beside a gain doesn't hide either.
        """
        weights = {source: abs(getattr(self, source)) for source in Source}
        whole = sum(weights.values(), Decimal(0))
        if not whole:
            return None
        shares, reached, before = {}, Decimal(0), Decimal(0)
        for source, weight in weights.items():
            reached += weight
            until = (reached / whole).quantize(Decimal("0.0001"))
            shares[source], before = until - before, until
        return shares

    @property
    def unconfirmed(self) -> Decimal | None:
        """The share that rests on a forecast confirmed too long ago, or on none (domain 14); None of nothing.

        What was reported is not unconfirmed: it waits for its controller.
        """
        whole = sum((abs(getattr(self, source)) for source in Source), Decimal(0))
        loose = abs(self.stale) + abs(self.assumed)
        return (loose / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


@dataclass(frozen=True, slots=True)
class Worked:
    """A line with the months that most sums are made of, worked out once: plan, plan as it comes, expectation."""

    line: LineFacts
    plan: dict[date, Decimal]
    moved_plan: dict[date, Decimal]
    expected: dict[date, Expected]


def work_out(facts: MeasureFacts) -> tuple[Worked, ...]:
    """Every line of a measure with its months, in the order of the lines."""
    return tuple(work_out_line(facts, line) for line in facts.lines)


def work_out_line(facts: MeasureFacts, line: LineFacts) -> Worked:
    """A line with its months."""
    plan, slip = line.plan, facts.slip_months_of(line)
    moved_plan = moved(plan, slip, facts.organization.last_month) if slip else plan
    known = {month.month: month for month in line.months}
    if line.closed_run_rate is None:
        assumed, stated = _assumed(facts, line, plan, moved_plan), _stated(facts, line)
    else:
        signed = signed_months(facts, line, line.closed_run_rate)
        assumed, stated = {}, {month: Expected(amount, Source.FORECAST) for month, amount in signed.items()}
    expected = {}
    for month in sorted(assumed.keys() | known.keys() | stated.keys()):
        found = stated.get(month) or (Expected(assumed[month], Source.ASSUMED) if month in assumed else None)
        found = _expected(facts, line, known.get(month), found)
        if found is not None:
            expected[month] = found
    return Worked(line, plan, moved_plan, expected)


def expected_months(facts: MeasureFacts, line: LineFacts) -> dict[date, Expected]:
    """A line month by month: validated, else reported, else the owner's forecast, else assumed (domain 6.3).

    Once its closing is signed the forecast is the signed run-rate, not the owner's any more (domain section 4).
    Assumed is the plan, moved by the slip of what the line follows; costs that follow nothing stay where they
    are planned. Before DoI 3 there is no owner's forecast. On hold leaves what was booked, cancelled nothing
    but costs spent.
    """
    return work_out_line(facts, line).expected


def signed_months(facts: MeasureFacts, line: LineFacts, signed: Decimal) -> dict[date, Decimal]:
    """What a signed run-rate brings in each month, in the line's currency: the plan's shape scaled to it.

    Months at the plan's steady level bring a twelfth of it to the last digit. Where nothing was planned, each month
    from the closing to the line's end does. Unrounded: sums are rounded once.
    """
    planned, twelfth = planned_run_rate(line.plan), signed / _YEAR
    if not planned:
        first = first_of_month(facts.closed_on or facts.organization.today)
        last = min(line.end_month or facts.organization.last_month, facts.organization.last_month)
        return dict.fromkeys(month_range(first, last), twelfth)
    level = planned / _YEAR
    return {
        month: twelfth if abs(amount - level) <= CENT else amount * signed / planned
        for month, amount in line.plan.items()
    }


def _assumed(
    facts: MeasureFacts, line: LineFacts, plan: dict[date, Decimal], moved_plan: dict[date, Decimal]
) -> dict[date, Decimal]:
    """The plan as it comes, as far as nobody said more.

    Who has said what the plan's last month brings has said how late it is: then nothing is assumed beyond it.
    Otherwise a slip would put months at plan behind a lower forecast, and being late would raise the run-rate.
    """
    if moved_plan is plan:
        return plan
    end = max((month for month, amount in plan.items() if amount), default=None)
    if end is None or not any(month.month == end and _is_known(facts, month) for month in line.months):
        return moved_plan
    return {month: amount for month, amount in moved_plan.items() if month <= end}


def _is_known(facts: MeasureFacts, month: MonthFacts) -> bool:
    """Whether somebody reported the month or, from DoI 3 on, forecast it."""
    return month.actual is not None or (month.forecast is not None and facts.doi >= DECIDED)


def _stated(facts: MeasureFacts, line: LineFacts) -> dict[date, Expected]:
    """The owner's forecast, which there is from DoI 3 on, as it comes today.

    It was stated for a day on which its milestone was expected. If that comes months later since, what was to
    begin with it comes as much later, the months between stay at the level before, and all of it is assumed
    until the owner states or confirms the forecast anew: a slip can't leave the money standing.
    """
    if facts.doi < DECIDED:
        return {}
    stated = {month.month: month.forecast for month in line.months if month.forecast is not None}
    later = facts.forecast_slip_months_of(line)
    if not later or line.forecast_stands_on is None:
        return {month: Expected(amount, Source.FORECAST) for month, amount in stated.items()}
    start = first_of_month(line.forecast_stands_on)
    return {
        month: Expected(amount, Source.FORECAST if month < start else Source.ASSUMED)
        for month, amount in carried(stated, start, later, facts.organization.last_month).items()
    }


def carried_forecast(facts: MeasureFacts, line: LineFacts) -> dict[date, Decimal]:
    """The months of the forecast that come otherwise than they were stated, because their milestone moved since."""
    stated = {month.month: month.forecast for month in line.months}
    comes = {
        month: expected.amount for month, expected in _stated(facts, line).items() if expected.source is Source.ASSUMED
    }
    return {month: amount for month, amount in comes.items() if stated.get(month) != amount}


def _expected(
    facts: MeasureFacts, line: LineFacts, month: MonthFacts | None, otherwise: Expected | None
) -> Expected | None:
    """What was booked, else `otherwise`: the forecast, or what is assumed."""
    if facts.is_cancelled and line.group is not Group.COST:
        return None
    if month is not None and month.validated is not None:
        return Expected(month.validated, Source.VALIDATED)
    if month is not None and month.reported is not None:
        return Expected(month.reported, Source.REPORTED)
    return None if facts.is_cancelled or facts.is_on_hold else otherwise


def fac(expected: Iterable[Expected], *, is_stale: bool = False) -> Fac:
    """Months summed by what they rest on; of a stale measure the whole forecast is stale."""
    sums = dict.fromkeys(Source, Decimal(0))
    for month in expected:
        sums[month.source] += month.amount
    parts = Fac(*(cents(sums[source]) for source in Source))
    return replace(parts, stale=parts.forecast) if is_stale else parts


def run_rate_at(series: Mapping[date, Decimal], month: date) -> Decimal:
    """12 x the steady-state month (domain 6.2): the mean of `month` and the equal ones before it, at most twelve.

    Equal is within a cent, so that the cents which phasing spreads aren't multiplied by twelve.
    """
    level = series.get(month, Decimal(0))
    steady = [level]
    while len(steady) < _YEAR:
        month = add_months(month, -1)
        amount = series.get(month)
        if amount is None or abs(amount - level) > CENT:
            break
        steady.append(amount)
    return cents(_YEAR * sum(steady, Decimal(0)) / len(steady))


def planned_run_rate(plan: Mapping[date, Decimal]) -> Decimal:
    """12 x the last month in which the plan is active."""
    active = [month for month, amount in plan.items() if amount]
    return run_rate_at(plan, max(active)) if active else Decimal(0)


def forecast_run_rate(facts: MeasureFacts, line: LineFacts) -> Decimal:
    """12 x the expected steady-state month; on hold and cancelled 0.

    The month is the last one in which the plan, as it comes, or the expectation is active: an owner who
    forecasts 0 from some month on has a run-rate of 0. Once the closing is signed it is the signed one.
    """
    return worked_run_rate(facts, work_out_line(facts, line))


def worked_run_rate(facts: MeasureFacts, worked: Worked) -> Decimal:
    """The same of a line that was worked out already."""
    if facts.is_cancelled or facts.is_on_hold or worked.line.is_correction:
        return Decimal(0)
    if worked.line.closed_run_rate is not None:
        return worked.line.closed_run_rate
    amounts = {month: value.amount for month, value in worked.expected.items()}
    assumed = _assumed(facts, worked.line, worked.plan, worked.moved_plan)
    ends = (max((month for month, amount in series.items() if amount), default=None) for series in (
        worked.plan, assumed, amounts
    ))  # fmt: skip
    last = max((end for end in ends if end), default=None)
    return run_rate_at(amounts, last) if last else Decimal(0)


def actual_run_rate(validated: Mapping[date, Decimal], locked: Iterable[date]) -> Decimal:
    """12 x the mean of the validated months among the last three locked ones; a month without one counts as 0."""
    last = sorted(locked)[-_RUN_RATE_MONTHS:]
    if not last:
        return Decimal(0)
    return cents(_YEAR * sum((validated.get(month, Decimal(0)) for month in last), Decimal(0)) / len(last))


def exit_run_rate(series: Mapping[date, Decimal], last_of_year: date) -> Decimal:
    """12 x the last month of a fiscal year, without the cents that phasing spreads (see `run_rate_at`)."""
    return run_rate_at(series, last_of_year)


def carry_over(series: Mapping[date, Decimal], first_of_year: date) -> Decimal:
    """What a recurring series brings in the year after the one that begins with `first_of_year`, beyond that one.

    The example of domain 6.1: 1,200 next year, 800 this year, so 400.
    """
    turn, end = add_months(first_of_year, _YEAR), add_months(first_of_year, 2 * _YEAR)
    this = sum((amount for month, amount in series.items() if first_of_year <= month < turn), Decimal(0))
    following = sum((amount for month, amount in series.items() if turn <= month < end), Decimal(0))
    return following - this


def payback_month(nets: Mapping[date, Decimal]) -> date | None:
    """The first month from which the cumulative net stays at or above zero (domain 6.12); None if there is none.

    `nets` holds recurring and one-off effects and, negative, one-time cost and capex. Without a month
    below 0 there is nothing to pay back, and the first month is it. Money that is back and spent again isn't back:
    -100, +120, -30, +50 pays back in the fourth month, +10, -100, +20 never.
    """
    cumulative, reached = Decimal(0), None
    for month in sorted(nets):
        cumulative += nets[month]
        if cumulative < 0:
            reached = None
        elif reached is None:
            reached = month
    return reached
