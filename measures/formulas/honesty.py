"""How far a forecast could be trusted: what was stated three months before, beside what came (domain section 14)."""

from dataclasses import dataclass
from decimal import Decimal

MONTHS_AHEAD = 3
_ONE = Decimal(1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Honesty:
    """`share` is 1 - |F - V| / |V|: 1 is exact, below 0 it missed by more than the whole. `bias` keeps the sign.

    Bias is positive where more was stated than came. `haircut` is the part to take off a positive forecast, so
    that what is left would have been right.
    """

    share: Decimal
    bias: Decimal
    haircut: Decimal


def honesty_of(stated: Decimal, validated: Decimal) -> Honesty | None:
    """The honesty of sums in one currency; None where nothing came, because nothing can be compared with zero."""
    if not validated:
        return None
    bias = (stated - validated) / abs(validated)
    return Honesty(_ONE - abs(bias), bias, haircut_of(stated, validated))


def haircut_of(stated: Decimal, validated: Decimal) -> Decimal:
    """From 0 to 1; nothing comes off a forecast that held, fell short of what came, or is a cost."""
    if stated <= _ZERO or validated >= stated:
        return _ZERO
    return min(_ONE, (stated - validated) / stated)
