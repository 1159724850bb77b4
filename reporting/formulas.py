"""A node's statuses from sums (domain 7, roll-up): pure, without Django or the database.

Money is summed first and the status computed again from the sums; colours are never averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cat4.web.formats import percent
from hierarchy.thresholds import Thresholds

ZERO = Decimal(0)
GREEN, AMBER, RED, GREY = "g", "a", "r", "n"


@dataclass(frozen=True, slots=True)
class Rating:
    """A status with its reasons in words."""

    value: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """How much of a node's plan something stands for: run-rate, in-year value, number of measures."""

    run_rate: Decimal = ZERO
    in_year: Decimal = ZERO
    measures: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.run_rate + other.run_rate, self.in_year + other.in_year, self.measures + other.measures)

    def on(self, basis: str) -> Decimal:
        """The size on one of the three bases; a negative plan weighs as much as a positive one."""
        return abs(Decimal(getattr(self, basis)))


def potential(
    *,
    plan_in_year: Decimal,
    fac_in_year: Decimal,
    plan_run_rate: Decimal,
    forecast_run_rate: Decimal,
    thresholds: Thresholds,
) -> Rating:
    """Money against plan: the lower of the in-year and the run-rate ratio decides (domain 7)."""
    if not any((plan_in_year, fac_in_year, plan_run_rate, forecast_run_rate)):
        return Rating(GREY, ("No money is planned yet.",))
    in_year = _ratio(fac_in_year, plan_in_year, thresholds.potential_zero_tolerance)
    run_rate = _ratio(forecast_run_rate, plan_run_rate, thresholds.potential_zero_tolerance)
    worst = min(in_year, run_rate)
    value = GREEN if worst >= thresholds.potential_green else AMBER if worst >= thresholds.potential_amber else RED
    return Rating(
        value,
        (
            _sentence("Forecast at completion, in-year", in_year, plan_in_year),
            _sentence("Forecast run-rate", run_rate, plan_run_rate),
        ),
    )


def _ratio(forecast: Decimal, plan: Decimal, tolerance: Decimal) -> Decimal:
    """1 is on plan. Also for a negative plan less is worse; a plan of zero may be missed by the tolerance."""
    if plan:
        return 1 + (forecast - plan) / abs(plan)
    return Decimal(1) if forecast >= -tolerance else ZERO


def _sentence(what: str, ratio: Decimal, plan: Decimal) -> str:
    return f"{what}: {percent(ratio)} of plan." if plan else f"{what}: nothing is planned."


def implementation(
    colours: Mapping[str, Weight], red_children: Sequence[tuple[str, Weight]], thresholds: Thresholds
) -> Rating:
    """Dates: red from a quarter of the plan value red, amber from a quarter not green (domain 7).

    Args:
        colours: the weight of the rated measures by their implementation status.
        red_children: names and weights of the children that are red; one with a tenth of the value makes
            green impossible, because a node is never more than one step better than such a child.
    """
    total = sum(colours.values(), Weight())
    if not total.measures:
        return Rating(GREY, ("No measure below is rated yet.",))
    basis = next(basis for basis in ("run_rate", "in_year", "measures") if _size(colours, basis))
    whole = _size(colours, basis)
    red = colours.get(RED, Weight()).on(basis) / whole
    amber = colours.get(AMBER, Weight()).on(basis) / whole
    reasons = [f"{percent(red)} of the plan value is red, {percent(amber)} amber."]
    if basis == "measures":
        reasons = [f"{percent(red)} of the measures are red, {percent(amber)} amber; none has a plan value."]
    if red >= thresholds.rollup_red_share:
        return Rating(RED, tuple(reasons))
    if red + amber >= thresholds.rollup_red_share:
        return Rating(AMBER, tuple(reasons))
    holding = [(name, w.on(basis) / whole) for name, w in red_children if w.on(basis) / whole >= _tenth(thresholds)]
    if not holding:
        return Rating(GREEN, tuple(reasons))
    reasons += [f"{name} is red and holds {percent(share)} of the value." for name, share in sorted(holding)]
    return Rating(AMBER, tuple(reasons))


def _tenth(thresholds: Thresholds) -> Decimal:
    return thresholds.rollup_child_share


def _size(colours: Mapping[str, Weight], basis: str) -> Decimal:
    return sum((weight.on(basis) for weight in colours.values()), ZERO)
