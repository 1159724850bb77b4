"""Why an expectation isn't the plan: by timing and size (domain 6.7), by price, volume and currency (6.11)."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

ZERO = Decimal(0)
# Three factors of 18 digits each, exactly.
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class VarianceSplit:
    """Plan minus forecast of a year, in parts that add up to it; positive is missing money."""

    timing: Decimal = ZERO
    magnitude: Decimal = ZERO
    cancelled: Decimal = ZERO
    on_hold: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.timing + self.magnitude + self.cancelled + self.on_hold


def variance_split(
    plan: Decimal, moved_plan: Decimal, forecast: Decimal, *, is_cancelled: bool = False, is_on_hold: bool = False
) -> VarianceSplit:
    """What came late is timing; the rest is magnitude, or the cancellation or hold where there is one.

    Args:
        moved_plan: the year's plan after the slip of the effect start.
    """
    timing, rest = plan - moved_plan, moved_plan - forecast
    if is_cancelled:
        return VarianceSplit(timing, cancelled=rest)
    if is_on_hold:
        return VarianceSplit(timing, on_hold=rest)
    return VarianceSplit(timing, magnitude=rest)


@dataclass(frozen=True, slots=True)
class PriceVolumeFx:
    """The parts of a changed cost, or of changed revenue; positive improves the result."""

    price: Decimal
    volume: Decimal
    fx: Decimal

    @property
    def total(self) -> Decimal:
        with localcontext(prec=_DIGITS):
            return self.price + self.volume + self.fx


def price_volume_fx(
    before: tuple[Decimal, Decimal, Decimal], after: tuple[Decimal, Decimal, Decimal], *, is_revenue: bool = False
) -> PriceVolumeFx:
    """Split `p0 v0 x0 - p1 v1 x1`; each argument is price, volume and exchange rate. No remainder is left.

    What costs less is saved; what sells for more is gained: for revenue the signs turn.
    """
    (p0, v0, x0), (p1, v1, x1) = before, after
    sign = -1 if is_revenue else 1
    with localcontext(prec=_DIGITS):
        price, volume, fx = (p0 - p1) * v1 * x0, p0 * (v0 - v1) * x0, p1 * v1 * (x0 - x1)
        return PriceVolumeFx(sign * price, sign * volume, sign * fx)
