"""A node's statuses from sums (domain 7, roll-up): pure, without Django or the database.

Money is summed first and the status computed again from the sums; colours are never averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cat4.web.formats import percent
from hierarchy.thresholds import Thresholds
from measures.formulas.lights import Light, StatusResult
from measures.formulas.potential import potential_of_sums

ZERO = Decimal(0)


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
    currency: str,
) -> StatusResult:
    """Money against plan, by the rule of a single measure; grey while there is no money at all."""
    if not any((plan_in_year, fac_in_year, plan_run_rate, forecast_run_rate)):
        return StatusResult(Light.GREY, ("No money is planned yet.",))
    return potential_of_sums(
        plan_in_year=plan_in_year,
        fac_in_year=fac_in_year,
        plan_run_rate=plan_run_rate,
        forecast_run_rate=forecast_run_rate,
        thresholds=thresholds,
        currency=currency,
    )


def implementation(
    colours: Mapping[str, Weight], red_children: Sequence[tuple[str, Weight]], thresholds: Thresholds
) -> StatusResult:
    """Dates: red from a quarter of the plan value red, amber from a quarter not green (domain 7).

    Args:
        colours: the weight of the rated measures by their implementation status.
        red_children: names and weights of the children that are red; one with a tenth of the value makes
            green impossible, because a node is never more than one step better than such a child.
    """
    total = sum(colours.values(), Weight())
    if not total.measures:
        return StatusResult(Light.GREY, ("No measure below is rated yet.",))
    basis = next(basis for basis in ("run_rate", "in_year", "measures") if _size(colours, basis))
    whole = _size(colours, basis)
    red = colours.get(Light.RED, Weight()).on(basis) / whole
    amber = colours.get(Light.AMBER, Weight()).on(basis) / whole
    reasons = [f"{percent(red)} of the plan value is red, {percent(amber)} amber."]
    if basis == "measures":
        reasons = [f"{percent(red)} of the measures are red, {percent(amber)} amber; none has a plan value."]
    if red >= thresholds.rollup_red_share:
        return StatusResult(Light.RED, tuple(reasons))
    if red + amber >= thresholds.rollup_red_share:
        return StatusResult(Light.AMBER, tuple(reasons))
    shares = [(name, weight.on(basis) / whole) for name, weight in red_children]
    holding = [(name, share) for name, share in shares if share >= thresholds.rollup_child_share]
    if not holding:
        return StatusResult(Light.GREEN, tuple(reasons))
    reasons += [f"{name} is red and holds {percent(share)} of the value." for name, share in sorted(holding)]
    return StatusResult(Light.AMBER, tuple(reasons))


def _size(colours: Mapping[str, Weight], basis: str) -> Decimal:
    return sum((weight.on(basis) for weight in colours.values()), ZERO)
