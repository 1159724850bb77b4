"""The values of a computed status and how they combine (domain 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Light(StrEnum):
    """A computed status; grey is not rated. The values are those of `measures.constants.Status`."""

    GREEN = "g"
    AMBER = "a"
    RED = "r"
    GREY = "n"


_ORDER = (Light.GREEN, Light.AMBER, Light.RED)
# Below Detailed there is nothing to hold a measure to: both statuses are grey (domain 7).
FIRST_RATED_DOI = 2


@dataclass(frozen=True, slots=True)
class StatusResult:
    """A status with its reasons in words, the deciding one first."""

    value: Light
    reasons: tuple[str, ...] = ()


def worst(lights: Iterable[Light]) -> Light:
    """The worst of the rated ones; grey when none is rated."""
    rated = [light for light in lights if light is not Light.GREY]
    return max(rated, key=_ORDER.index, default=Light.GREY)


def at_best_amber(light: Light) -> Light:
    """Green becomes amber."""
    return Light.AMBER if light is Light.GREEN else light


def rate_at_least(value: Decimal, green: Decimal, amber: Decimal) -> Light:
    """Green from `green` up, amber from `amber` up, else red."""
    if value >= green:
        return Light.GREEN
    return Light.AMBER if value >= amber else Light.RED


class Trend(StrEnum):
    """How a status moved since the last locked period."""

    UP = "up"
    STEADY = "steady"
    DOWN = "down"


def trend(before: str, now: str) -> Trend:
    """Steady when either isn't rated."""
    ranks = {light.value: rank for rank, light in enumerate(_ORDER)}
    if before not in ranks or now not in ranks or before == now:
        return Trend.STEADY
    return Trend.UP if ranks[now] < ranks[before] else Trend.DOWN


def is_green_trap(implementation: str, potential: str) -> bool:
    """On time, and the money won't arrive."""
    return implementation == Light.GREEN and potential in {Light.AMBER, Light.RED}


def is_attribution_doubtful(implementation: str, potential: str) -> bool:
    """The money arrives although the work is very late: is it this measure that brings it?"""
    return implementation == Light.RED and potential == Light.GREEN
