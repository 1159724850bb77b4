"""How much of the plan's money arrives, then and now (domain 7): the lower of year and run-rate."""

from decimal import Decimal
from typing import Protocol

from .lights import Trend
from .potential import achieved

# A share that moved by less than a point has not moved.
_NOTICEABLE = Decimal("0.01")


class MoneySums(Protocol):
    """The four sums that the potential is made of, in one currency."""

    @property
    def plan_in_year(self) -> Decimal: ...
    @property
    def fac_in_year(self) -> Decimal: ...
    @property
    def plan_run_rate(self) -> Decimal: ...
    @property
    def forecast_run_rate(self) -> Decimal: ...


def share_of(sums: MoneySums) -> Decimal | None:
    """`q = min(FAC / plan in year, run-rate / planned run-rate)`; None where no plan is there to compare with."""
    pairs = ((sums.fac_in_year, sums.plan_in_year), (sums.forecast_run_rate, sums.plan_run_rate))
    return min((achieved(amount, plan) for amount, plan in pairs if plan), default=None)


def share_trend(before: Decimal | None, now: Decimal | None) -> Trend:
    """Up or down from one percentage point on; steady where either is unknown."""
    if before is None or now is None or abs(now - before) < _NOTICEABLE:
        return Trend.STEADY
    return Trend.UP if now > before else Trend.DOWN
