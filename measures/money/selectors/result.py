"""The money of a measure: what arrives, why it isn't the plan, what it rests on, and whether it lasts."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from measures.constants import EffectKind, LeakageCause
from measures.facts.measures import measure_facts
from measures.formulas.facts import MeasureFacts, RateMissing
from measures.formulas.fx import fx_effect
from measures.formulas.missing_rates import stays_out, with_noted_rates
from measures.formulas.money import Fac, Source, Worked, fac, work_out
from measures.formulas.sustain import SustainCheck, sustain_checks
from measures.formulas.totals import Totals, totals_of
from measures.models import EffectLine, Measure

from ..supply import kept_checks
from .leakage import MissingMonth, leakage_entries, missing_months

ZERO = Decimal(0)
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a forecast at completion: how much of it rests on what. The shares add up to 1."""

    source: Source
    amount: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class LineMoney:
    """An effect line with its corrections in today's fiscal year, in what it is counted in: heads as the mean."""

    line: EffectLine
    plan: Decimal
    expected: Decimal
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """A measure's money today, in the reporting currency. `problem` says which amounts stay out."""

    year: int
    currency: str
    totals: Totals
    shares: tuple[Share, ...] = ()
    checks: tuple[SustainCheck, ...] = ()
    lines: tuple[LineMoney, ...] = ()
    missing: tuple[MissingMonth, ...] = ()
    problem: str = ""
    fx_problem: str = ""
    unconfirmed: Decimal | None = None

    @property
    def leakage(self) -> list[tuple[LeakageCause, Decimal]]:
        """The causes with their amounts, most first."""
        found = [(LeakageCause(cause), Decimal(amount)) for cause, amount in self.totals.leakage.items()]
        return sorted(found, key=lambda item: -item[1])

    @property
    def leaked(self) -> Decimal:
        """All that is missing of locked months; the causes add up to it."""
        return sum((amount for _, amount in self.leakage), ZERO)


def money_of(measure: Measure) -> Money:
    """Everything, computed from the months as they are now."""
    facts = measure_facts(measure.pk)
    if facts is None:
        return Money(0, "", Totals())
    organization, worked = facts.organization, work_out(facts)
    rows = list(measure.lines.select_related("legal_entity", "account", "milestone"))
    found = Money(organization.year, organization.currency, Totals(), lines=_lines(facts, worked, rows))
    known, noted = with_noted_rates(facts)
    totals = totals_of(known, worked)
    parts = fac_of(totals)
    return Money(
        year=found.year,
        currency=found.currency,
        totals=totals,
        shares=shares_of(parts),
        unconfirmed=parts.unconfirmed,
        checks=_checks(measure, facts),
        lines=found.lines,
        missing=tuple(missing_months(known, worked, rows, leakage_entries(measure))),
        problem=" ".join(stays_out(noted.named)),
        fx_problem=_fx_problem(known),
    )


def _checks(measure: Measure, facts: MeasureFacts) -> tuple[SustainCheck, ...]:
    """Whether it lasts: a check that was made as it was kept, one to come as the books have it.

    Nothing is said of one to come while an amount that counts has no rate.
    """
    try:
        worked_out = sustain_checks(facts)
    except RateMissing:
        worked_out = ()
    made = kept_checks(measure)
    known = {check.months_after for check in made}
    to_come = (check for check in worked_out if check.months_after not in known)
    return tuple(sorted((*made, *to_come), key=lambda check: check.due_month))


def fac_of(totals: Totals) -> Fac:
    """The forecast at completion of a measure's sums in its parts."""
    return Fac(
        totals.validated_in_year,
        totals.reported_in_year,
        totals.forecast_in_year,
        totals.assumed_in_year,
        totals.stale_in_year,
    )


def shares_of(parts: Fac) -> tuple[Share, ...]:
    """The parts with their shares, from firm to loose; none of an amount of nothing."""
    return tuple(Share(source, getattr(parts, source), share) for source, share in (parts.shares or {}).items())


def _fx_problem(facts: MeasureFacts) -> str:
    try:
        fx_effect(facts)
    except RateMissing as missing:
        return str(missing)
    return ""


def _lines(facts: MeasureFacts, worked: tuple[Worked, ...], rows: list[EffectLine]) -> tuple[LineMoney, ...]:
    by_line: dict[UUID | None, list[Worked]] = defaultdict(list)
    for result in worked:
        by_line[result.line.of_line].append(result)
    order = list(EffectKind)
    found = (_line(facts, by_line[row.pk], row) for row in rows if row.pk in by_line)
    return tuple(
        sorted(found, key=lambda line_money: (order.index(EffectKind(line_money.line.kind)), line_money.line.position))
    )


def _line(facts: MeasureFacts, worked: list[Worked], row: EffectLine) -> LineMoney:
    first, last = facts.organization.year_bounds
    months = (value for each in worked for month, value in each.expected.items() if first <= month <= last)
    parts = fac(months, is_stale=facts.is_stale)
    plan = sum((amount for each in worked for month, amount in each.plan.items() if first <= month <= last), ZERO)
    of_year = Decimal(_YEAR) if row.kind == EffectKind.FTE else Decimal(1)
    return LineMoney(row, plan / of_year, parts.total / of_year, shares_of(parts))
