"""Potential status: the money (domain 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cat4.wording import day_name, listed, month_name
from hierarchy.thresholds import Thresholds

from .facts import DECIDED, Group, MeasureFacts
from .lights import FIRST_RATED_DOI, Light, StatusResult, at_best_amber, rate_at_least, worst
from .totals import Totals
from .words import against, in_words, short_words

_ONE = Decimal(1)


def achieved(amount: Decimal, plan: Decimal) -> Decimal:
    """What arrives of a plan: 1 is all of it. `amount / plan`, and for a negative plan still less when it gets worse.

    `plan` isn't 0.
    """
    return _ONE - (plan - amount) / abs(plan)


def potential_of_sums(
    *,
    plan_in_year: Decimal,
    fac_in_year: Decimal,
    plan_run_rate: Decimal,
    forecast_run_rate: Decimal,
    thresholds: Thresholds,
    currency: str,
) -> StatusResult:
    """The status of sums, of one measure or of a subtree: `q = min(FAC / plan in year, run-rate / planned run-rate)`.

    Where nothing is planned for this fiscal year the run-rate alone rates: what a year without a plan brings or
    doesn't says nothing yet. Where no run-rate is planned either, a loss up to the absolute tolerance is green, beyond
    it red.
    """
    rated = [_rate("Forecast run-rate", forecast_run_rate, plan_run_rate, thresholds, currency)]
    if plan_in_year or not plan_run_rate:
        rated.insert(0, _rate("Forecast at completion", fac_in_year, plan_in_year, thresholds, currency))
    light = worst(rating.light for rating in rated)
    if light is Light.GREEN:
        return StatusResult(light, (rated[0].reason,))
    short = [rating for rating in rated if rating.light is not Light.GREEN]
    return StatusResult(light, tuple(rating.reason for rating in sorted(short, key=lambda rating: rating.share)))


@dataclass(frozen=True, slots=True)
class _Rated:
    light: Light
    share: Decimal
    reason: str


def _rate(name: str, amount: Decimal, plan: Decimal, thresholds: Thresholds, currency: str) -> _Rated:
    if plan:
        share = achieved(amount, plan)
        light = rate_at_least(share, thresholds.potential_green, thresholds.potential_amber)
        return _Rated(light, share, f"{name} {in_words(amount, currency)} is {against(amount, plan, 'plan')}.")
    light = Light.GREEN if amount >= -thresholds.potential_zero_tolerance else Light.RED
    return _Rated(light, Decimal(0), f"{name} is {in_words(amount, currency)}, the plan is 0.")


def potential_status(facts: MeasureFacts, totals: Totals) -> StatusResult:
    """The status of a measure's sums, at best amber when they rest on something unconfirmed.

    Grey below DoI 2, where nothing is detailed yet, and without a hard EBITDA line: soft and avoided effects count
    toward no target.
    """
    if facts.doi < FIRST_RATED_DOI:
        return StatusResult(Light.GREY, ("Money is rated from DoI 2.",))
    if not any(line.months for line in facts.lines_of(Group.HARD)):
        return StatusResult(Light.GREY, ("No hard EBITDA effect is planned.",))
    rated = potential_of_sums(
        plan_in_year=totals.plan_in_year,
        fac_in_year=totals.fac_in_year,
        plan_run_rate=totals.plan_run_rate,
        forecast_run_rate=totals.forecast_run_rate,
        thresholds=facts.organization.thresholds,
        currency=facts.organization.currency,
    )
    caps = [*_unvalidated(facts), *_stale(facts), *_unanswered(facts), *_fallen(facts)]
    reasons = [*_lifecycle(facts), *rated.reasons, *_to_date(facts, totals), *caps]
    return StatusResult(at_best_amber(rated.value) if caps else rated.value, tuple(reasons))


def _lifecycle(facts: MeasureFacts) -> Iterator[str]:
    if facts.is_cancelled:
        yield "Cancelled: the plan stays, its forecast is 0."
    if facts.is_on_hold:
        yield "On hold: its value has left the forecast."


def _to_date(facts: MeasureFacts, totals: Totals) -> Iterator[str]:
    """`Actual to date 970 kEUR is 270 below plan.`, when it is short by more than green allows."""
    plan, actual = totals.plan_to_date, totals.actual_to_date
    if facts.doi < DECIDED or facts.is_cancelled or not plan:
        return
    if achieved(actual, plan) < facts.organization.thresholds.potential_green:
        words = in_words(actual, facts.organization.currency)
        yield f"Actual to date {words} is {short_words(plan - actual, beside=actual)} below plan."


def _unvalidated(facts: MeasureFacts) -> Iterator[str]:
    """Locked months that expect money and have no validated actual."""
    if facts.doi < DECIDED or facts.is_cancelled:
        return
    months = sorted(
        {
            known.month
            for line in facts.lines_of(Group.HARD)
            for known in line.months
            if known.month in facts.organization.locked
            and known.validated is None
            and (known.plan or known.forecast or known.reported)
        }
    )
    if len(months) == 1:
        yield f"{month_name(months[0])} is locked without a validated actual."
    elif months:
        yield f"{len(months)} locked months have no validated actual, the first is {month_name(months[0])}."


def _unanswered(facts: MeasureFacts) -> Iterator[str]:
    """Slips of other measures that moved this one, and to which its owner has said nothing yet (domain section 8)."""
    names = sorted(set(facts.unanswered_ripples))
    if facts.is_cancelled or not names:
        return
    if len(names) == 1:
        yield f"The slip of {names[0]} moves this measure and is not answered."
    else:
        yield f"The slips of {listed(names)} move this measure and are not answered."


def _fallen(facts: MeasureFacts) -> Iterator[str]:
    """Enablers that were cancelled, held or reopened, and for which the owner hasn't answered (domain section 4)."""
    names = sorted(set(facts.fallen_enablers))
    if names and not facts.is_cancelled:
        makes, verb = ("makes", "has fallen") if len(names) == 1 else ("make", "have fallen")
        yield f"{listed(names)}, which {makes} it possible, {verb}, and its owner has not answered."


def _stale(facts: MeasureFacts) -> Iterator[str]:
    """The forecast is older than two cadences. Frozen with the plan, it counts as confirmed that day."""
    if not facts.is_stale:
        return
    if facts.confirmed_on is None:
        yield "The forecast was never confirmed."
    else:
        age = (facts.organization.today - facts.confirmed_on).days
        yield f"The forecast was last confirmed on {day_name(facts.confirmed_on)}, {age} days ago."
