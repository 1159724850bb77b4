"""A node's statuses from sums (domain 7, roll-up): pure, without Django or the database.

Money is summed first and the status computed again from the sums; colours are never averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

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

    @property
    def size(self) -> "Weight":
        """Without its sign."""
        return Weight(abs(self.run_rate), abs(self.in_year), self.measures)

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
    """Money of measures from DoI 2 on against their plan, by the rule of one measure; grey while there is none."""
    if not any((plan_in_year, fac_in_year, plan_run_rate, forecast_run_rate)):
        return StatusResult(Light.GREY, ("No money is rated yet.",))
    return potential_of_sums(
        plan_in_year=plan_in_year,
        fac_in_year=fac_in_year,
        plan_run_rate=plan_run_rate,
        forecast_run_rate=forecast_run_rate,
        thresholds=thresholds,
        currency=currency,
    )


@dataclass(frozen=True, slots=True)
class Rating:
    """What the colours of the measures below say, before a look at the children: shares of red and amber.

    `basis` is what they weigh by: run-rate, else in-year value, else their number.
    """

    basis: str
    whole: Decimal
    red: Decimal
    amber: Decimal

    @classmethod
    def of(cls, colours: Mapping[str, Weight]) -> "Rating | None":
        """From the weight of the rated measures by their implementation status; None when none is rated."""
        if not sum(colours.values(), Weight()).measures:
            return None
        basis = next(basis for basis in ("run_rate", "in_year", "measures") if _size(colours, basis))
        whole = _size(colours, basis)
        red, amber = (colours.get(light, Weight()).on(basis) / whole for light in (Light.RED, Light.AMBER))
        return cls(basis, whole, red, amber)

    def is_green(self, thresholds: Thresholds) -> bool:
        return self.red + self.amber < thresholds.rollup_red_share

    def heavy_child(self, thresholds: Thresholds) -> Weight:
        """What a red child must weigh at least to keep the node from green."""
        limit = self.whole * thresholds.rollup_child_share
        return Weight(
            run_rate=limit if self.basis == "run_rate" else ZERO,
            in_year=limit if self.basis == "in_year" else ZERO,
            measures=ceil(limit) if self.basis == "measures" else 0,
        )

    @property
    def words(self) -> str:
        if self.basis == "measures":
            return f"{percent(self.red)} of the measures are red, {percent(self.amber)} amber; none has a plan value."
        return f"{percent(self.red)} of the plan value is red, {percent(self.amber)} amber."


def implementation(
    colours: Mapping[str, Weight], red_children: Sequence[tuple[str, Weight]], thresholds: Thresholds
) -> StatusResult:
    """Dates: red from a quarter of the plan value red, amber from a quarter not green (domain 7).

    Args:
        colours: the weight of the rated measures by their implementation status.
        red_children: names and weights of the children that are red; one with a tenth of the value makes
            green impossible, because a node is never more than one step better than such a child.
    """
    rating = Rating.of(colours)
    if rating is None:
        return StatusResult(Light.GREY, ("No measure below is rated yet.",))
    if rating.red >= thresholds.rollup_red_share:
        return StatusResult(Light.RED, (rating.words,))
    if not rating.is_green(thresholds):
        return StatusResult(Light.AMBER, (rating.words,))
    shares = [(name, weight.on(rating.basis) / rating.whole) for name, weight in red_children]
    holding = [(name, share) for name, share in shares if share >= thresholds.rollup_child_share]
    if not holding:
        return StatusResult(Light.GREEN, (rating.words,))
    reasons = [f"{name} is red and holds {percent(share)} of the value." for name, share in sorted(holding)]
    return StatusResult(Light.AMBER, (rating.words, *reasons))


def _size(colours: Mapping[str, Weight], basis: str) -> Decimal:
    return sum((weight.on(basis) for weight in colours.values()), ZERO)
