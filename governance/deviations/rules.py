"""The rules that open a deviation: pure functions over one measure (domain section 9)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cat4.fiscal import first_of_month
from cat4.wording import counted, day_name, listed, month_name
from hierarchy.thresholds import Thresholds
from measures.formulas.facts import Group, LineFacts, MeasureFacts, MonthFacts, RateMissing
from measures.formulas.implementation import slip_days
from measures.formulas.lights import Light
from measures.formulas.potential import potential_of_sums
from measures.formulas.standing import share_of
from measures.formulas.sustain import SustainState, sustain_checks
from measures.formulas.totals import Totals
from measures.formulas.words import against, in_words

from .constants import DeviationKind as Kind
from .constants import Trigger

ZERO, ONE = Decimal(0), Decimal(1)
# Money, cost and freshness need a frozen plan; dates a detailed one. Below that a measure is still being written.
DETAILED, DECIDED, CLOSED = 2, 3, 5
_OFF = frozenset({Light.AMBER.value, Light.RED.value})


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found. `level` is how bad it is, higher is worse; once accepted it counts beyond `tolerance` only."""

    kind: Kind
    rule: Trigger
    sentence: str
    key: str = ""
    level: Decimal = ZERO
    tolerance: Decimal = ZERO

    @property
    def mark(self) -> str:
        """What an acceptance is remembered by."""
        return f"{self.rule.value}:{self.key}"

    def is_beyond(self, accepted: Mapping[str, str]) -> bool:
        """Whether the committee has not accepted as much already."""
        level = accepted.get(self.mark)
        return level is None or self.level > Decimal(level) + self.tolerance

    def as_stored(self) -> dict[str, str]:
        return {
            "rule": self.rule.value, "key": self.key, "sentence": self.sentence, "level": f"{self.level:.4f}",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RippleFact:
    """A slip of this measure that moves others and which one of them hasn't taken."""

    key: str
    trigger: str
    days: int
    measures: int


@dataclass(frozen=True, slots=True)
class UnansweredFact:
    """A slip of another measure that its owner should have answered by a day that has passed."""

    key: str
    trigger: str
    due_on: date


@dataclass(frozen=True, slots=True)
class RefusedFact:
    """A milestone that its receiver gave back."""

    key: str
    milestone: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeviationFacts:
    """One measure as these rules see it; `statuses` are value and reasons by kind, `before` stood at the last lock."""

    measure: MeasureFacts
    is_governable: bool
    statuses: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    before: tuple[date, Decimal] | None = None
    ripples: tuple[RippleFact, ...] = ()
    unanswered: tuple[UnansweredFact, ...] = ()
    refused: tuple[RefusedFact, ...] = ()

    @property
    def limits(self) -> Thresholds:
        return self.measure.organization.thresholds

    def is_running(self, at_least: int) -> bool:
        """Worked on, complete, and of that degree: closed, resting and half-written measures open nothing."""
        measure = self.measure
        rests = measure.is_cancelled or measure.is_on_hold
        return self.is_governable and not rests and at_least <= measure.doi < CLOSED

    def off(self, kind: str) -> str:
        """The first reason of a status that is amber or red, else nothing."""
        value, reasons = self.statuses.get(kind, ("", ()))
        return next(iter(reasons), "It is off plan.") if value in _OFF else ""


def found_in(facts: DeviationFacts) -> list[Found]:
    """Everything that is off, the most important rule of each kind first."""
    return [finding for rule in RULES for finding in rule(facts)]


def potential(facts: DeviationFacts) -> Iterator[Found]:
    """The potential is amber or red by its sums. Where only something unconfirmed caps it, freshness says so."""
    if not facts.is_running(DECIDED) or not facts.off("potential"):
        return
    totals, organization = facts.totals, facts.measure.organization
    rated = potential_of_sums(
        plan_in_year=totals.plan_in_year,
        fac_in_year=totals.fac_in_year,
        plan_run_rate=totals.plan_run_rate,
        forecast_run_rate=totals.forecast_run_rate,
        thresholds=facts.limits,
        currency=organization.currency,
    )
    if rated.value in _OFF:
        share = share_of(totals)
        level = ONE if share is None else ONE - share
        yield Found(
            Kind.MONEY, Trigger.POTENTIAL, rated.reasons[0], level=level, tolerance=facts.limits.deviation_share_drop
        )


def share_fell(facts: DeviationFacts) -> Iterator[Found]:
    """The share of the plan that arrives fell by more than 5 points (default) since the last locked month."""
    now = share_of(facts.totals)
    if not facts.is_running(DECIDED) or facts.before is None or now is None:
        return
    month, before = facts.before
    fall = before - now
    if fall > facts.limits.deviation_share_drop:
        words = f"{_percent(before)} to {_percent(now)}"
        sentence = f"The share of the plan that arrives fell from {words} since {month_name(month)}."
        yield Found(Kind.MONEY, Trigger.SHARE_FELL, sentence, key=f"{month:%Y-%m}", level=fall)


def below_forecast(facts: DeviationFacts) -> Iterator[Found]:
    """The last month with an actual brought less than 90 % (default) of what was forecast for it."""
    if not facts.is_running(DECIDED):
        return
    lines = facts.measure.lines_of(Group.HARD)
    month = max((known.month for line in lines for known in line.months if _is_over(facts, known)), default=None)
    if month is None:
        return
    try:
        actual, expected = _booked(facts, lines, month)
    except RateMissing:
        return
    if expected > 0 and actual < expected * facts.limits.deviation_actual_share:
        words = in_words(actual, facts.measure.organization.currency)
        sentence = f"The actual of {month_name(month)}, {words}, is {against(actual, expected, 'its forecast')}."
        level = ONE - actual / expected
        yield Found(Kind.MONEY, Trigger.BELOW_FORECAST, sentence, key=f"{month:%Y-%m}", level=level)


def _is_over(facts: DeviationFacts, known: MonthFacts) -> bool:
    return known.actual is not None and known.month < first_of_month(facts.measure.organization.today)


def _booked(facts: DeviationFacts, lines: list[LineFacts], month: date) -> tuple[Decimal, Decimal]:
    """Actual and forecast of a month, of the lines with an actual; the frozen plan counts where none was forecast."""
    organization = facts.measure.organization
    actual = expected = ZERO
    for line in lines:
        for known in line.months:
            if known.month != month or known.actual is None:
                continue
            forecast = known.forecast if known.forecast is not None else known.plan or ZERO
            actual += organization.at_plan_rate(known.actual, line.currency, organization.year_of(month))
            expected += organization.at_plan_rate(forecast, line.currency, organization.year_of(month))
    return actual, expected


def implementation(facts: DeviationFacts) -> Iterator[Found]:
    """The implementation status is amber or red."""
    reason = facts.off("implementation")
    if reason and facts.is_running(DETAILED):
        days = max(0, _worst_slip(facts)[0])
        yield Found(Kind.DATES, Trigger.IMPLEMENTATION, reason, level=Decimal(days), tolerance=_slip_tolerance(facts))


def slip(facts: DeviationFacts) -> Iterator[Found]:
    """An open milestone comes later than tolerated."""
    if not facts.is_running(DETAILED):
        return
    days, name, on = _worst_slip(facts)
    if days > facts.limits.deviation_slip_days and on is not None:
        sentence = f"{name} comes {counted(days, 'working day')} late, on {day_name(on)}."
        yield Found(Kind.DATES, Trigger.SLIP, sentence, level=Decimal(days), tolerance=_slip_tolerance(facts))


def _worst_slip(facts: DeviationFacts) -> tuple[int, str, date | None]:
    organization = facts.measure.organization
    today, calendar = organization.today, organization.calendar
    late = [
        (slip_days(milestone, today, calendar), milestone.name, milestone.expected_on(today))
        for milestone in facts.measure.milestones
        if milestone.actual_on is None
    ]
    return max(late, default=(0, "", None), key=lambda delay: delay[0])


def _slip_tolerance(facts: DeviationFacts) -> Decimal:
    return Decimal(facts.limits.deviation_slip_days)


def ripple(facts: DeviationFacts) -> Iterator[Found]:
    """Its slip moves others by more than 5 working days (default), and not all of them have taken that."""
    if not facts.is_running(DETAILED):
        return
    for moving in facts.ripples:
        moved = f"moves {counted(moving.measures, 'other measure')} by up to {counted(moving.days, 'working day')}"
        sentence = f"The slip of {moving.trigger} {moved}."
        yield Found(Kind.DATES, Trigger.RIPPLE, sentence, key=moving.key, level=Decimal(moving.days))


def cost(facts: DeviationFacts) -> Iterator[Found]:
    """The cost status is amber or red, or more is expected than the share of the budget that is tolerated."""
    totals = facts.totals
    if not facts.is_running(DECIDED):
        return
    approved, expected = totals.one_time_plan, totals.one_time_forecast
    ratio = ONE + (approved - expected) / abs(approved) if approved else ONE + max(ZERO, -expected)
    tolerance = facts.limits.cost_amber - facts.limits.cost_green
    if reason := facts.off("cost"):
        yield Found(Kind.COST, Trigger.COST, reason, level=ratio, tolerance=tolerance)
    if approved and ratio > facts.limits.deviation_budget:
        words = in_words(-expected, facts.measure.organization.currency)
        sentence = f"One-time cost of {words} is {_percent(ratio)} of what was approved."
        yield Found(Kind.COST, Trigger.BUDGET, sentence, level=ratio, tolerance=tolerance)


def unanswered(facts: DeviationFacts) -> Iterator[Found]:
    """The slip of another measure was not answered in time."""
    for unanswered_slip in facts.unanswered if facts.is_running(DETAILED) else ():
        sentence = f"The slip of {unanswered_slip.trigger} was to be answered by {day_name(unanswered_slip.due_on)}."
        yield Found(Kind.RIPPLE, Trigger.UNANSWERED, sentence, key=unanswered_slip.key)


def refused(facts: DeviationFacts) -> Iterator[Found]:
    """A hand-over was refused and not offered again: its giver answers for it."""
    for hand_over in facts.refused if facts.is_running(DETAILED) else ():
        sentence = f"{hand_over.milestone} was refused: {hand_over.reason.rstrip('.')[:200]}."
        yield Found(Kind.HAND_OFF, Trigger.REFUSED, sentence, key=hand_over.key)


def stale(facts: DeviationFacts) -> Iterator[Found]:
    """The forecast was last confirmed too long ago."""
    if not facts.is_running(DECIDED) or not facts.measure.is_stale:
        return
    confirmed_on, today = facts.measure.confirmed_on, facts.measure.organization.today
    if confirmed_on is None:
        yield Found(Kind.FRESHNESS, Trigger.STALE, "The forecast was never confirmed.")
    else:
        sentence = f"The forecast was last confirmed on {day_name(confirmed_on)}."
        yield Found(Kind.FRESHNESS, Trigger.STALE, sentence, level=Decimal((today - confirmed_on).days))


def unvalidated(facts: DeviationFacts) -> Iterator[Found]:
    """A locked month that expects money has no validated actual."""
    if not facts.is_running(DECIDED):
        return
    months = {
        known.month
        for line in facts.measure.lines_of(Group.HARD)
        for known in line.months
        if known.month in facts.measure.organization.locked
        and known.validated is None
        and (known.plan or known.forecast or known.reported)
    }
    if months:
        named = listed(month_name(month) for month in sorted(months)[:3])
        more = f" and {len(months) - 3} more" if months and len(months) > 3 else ""
        verb = "is" if len(months) == 1 else "are"
        sentence = f"{named}{more} {verb} locked without a validated actual."
        yield Found(Kind.FRESHNESS, Trigger.UNVALIDATED, sentence, level=Decimal(len(months)))


def reversal(facts: DeviationFacts) -> Iterator[Found]:
    """A sustain check of a closed measure failed (domain 6.8)."""
    if not facts.is_governable or facts.measure.doi != CLOSED:
        return
    try:
        checks = sustain_checks(facts.measure)
    except RateMissing:
        return
    for check in checks:
        if check.state is SustainState.REVERSAL:
            yield Found(Kind.REVERSAL, Trigger.REVERSAL, check.sentence, key=str(check.months_after))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(ONE)}%"


RULES: tuple[Callable[[DeviationFacts], Iterator[Found]], ...] = (
    potential,
    share_fell,
    below_forecast,
    implementation,
    slip,
    ripple,
    cost,
    unanswered,
    refused,
    stale,
    unvalidated,
    reversal,
)
