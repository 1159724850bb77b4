"""A measure by effect kind, certainty and fiscal year (domain 6.2, 6.3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.fiscal import fiscal_year_bounds

from .facts import LineFacts, MeasureFacts, RateMissing
from .money import Expected, exit_run_rate, expected_months, fac
from .phasing import cents

_YEAR = 12
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearSums:
    """What `MeasureYear` stores, in the reporting currency at plan rate; FTE in heads.

    `fac` is its four parts, `stale` what of the forecast was confirmed too long ago.
    """

    kind: str
    certainty: str
    fiscal_year: int
    plan: Decimal = ZERO
    fac: Decimal = ZERO
    validated: Decimal = ZERO
    reported: Decimal = ZERO
    forecast: Decimal = ZERO
    assumed: Decimal = ZERO
    stale: Decimal = ZERO
    plan_exit_run_rate: Decimal = ZERO
    exit_run_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with what is planned and expected of it in one fiscal year."""

    line: LineFacts
    plan: dict[date, Decimal]
    expected: dict[date, Expected]


def year_sums(facts: MeasureFacts) -> tuple[YearSums, ...]:
    """Every fiscal year that has a month, by kind and certainty, in order; lines in units other than heads left out.

    Heads are the mean of the year's twelve months, and the last month's at its end. One-off effects enter no
    run-rate. A year in which no line has its plan rate is left out: it brings nothing, and never at a rate of 1.
    """
    parts: dict[tuple[int, str, str], list[_Line]] = defaultdict(list)
    for line in facts.lines:
        if line.is_money or line.is_fte:
            for year, part in _by_year(facts, line).items():
                parts[year, line.kind, line.certainty].append(part)
    found = (_sums(facts, *key, lines) for key, lines in sorted(parts.items(), key=lambda item: item[0]))
    return tuple(sums for sums in found if sums is not None)


def _by_year(facts: MeasureFacts, line: LineFacts) -> dict[int, _Line]:
    found: dict[int, _Line] = {}

    def part(month: date) -> _Line:
        return found.setdefault(facts.organization.year_of(month), _Line(line, {}, {}))

    for month, amount in line.plan.items():
        part(month).plan[month] = amount
    for month, expected in expected_months(facts, line).items():
        part(month).expected[month] = expected
    return found


def _sums(facts: MeasureFacts, year: int, kind: str, certainty: str, lines: Iterable[_Line]) -> YearSums | None:
    organization = facts.organization
    last = fiscal_year_bounds(year, organization.fiscal_year_start)[1]
    plan = plan_exit = exit_rate = ZERO
    months: list[Expected] = []
    is_any_rated = False
    try:
        for part in lines:
            rate = _rate(facts, part, year)
            is_any_rated = is_any_rated or bool(rate) or _is_empty(part)
            plan += rate * sum(part.plan.values(), ZERO)
            months += [Expected(rate * month.amount, month.source) for month in part.expected.values()]
            plan_exit += rate * _exit(part.line, part.plan, last)
            exit_rate += rate * _exit(part.line, {at: month.amount for at, month in part.expected.items()}, last)
    except RateMissing:
        return None
    if not is_any_rated:
        return None
    parts = fac(months, is_stale=facts.is_stale)
    return YearSums(
        kind=kind,
        certainty=certainty,
        fiscal_year=year,
        plan=cents(plan),
        fac=parts.total,
        validated=parts.validated,
        reported=parts.reported,
        forecast=parts.forecast,
        assumed=parts.assumed,
        stale=parts.stale,
        plan_exit_run_rate=cents(plan_exit),
        exit_run_rate=cents(exit_rate),
    )


def _rate(facts: MeasureFacts, part: _Line, year: int) -> Decimal:
    """What one unit of the line counts in its sum: the plan rate, and a twelfth of a head for each month."""
    if part.line.is_fte:
        return Decimal(1) / _YEAR
    return ZERO if _is_empty(part) else facts.organization.at_plan_rate(Decimal(1), part.line.currency, year)


def _is_empty(part: _Line) -> bool:
    return not any(part.plan.values()) and not any(month.amount for month in part.expected.values())


def _exit(line: LineFacts, series: Mapping[date, Decimal], last: date) -> Decimal:
    """Twelve times the year's last month; with the twelfth of a head that is the heads then."""
    return exit_run_rate(series, last) if line.lasts or (line.is_fte and not line.is_correction) else ZERO
