"""The three independent statuses of a measure (domain 7)."""

from .cost import cost_status
from .implementation import implementation_status, slip_days
from .lights import (
    Light,
    StatusResult,
    Trend,
    at_best_amber,
    is_attribution_doubtful,
    is_green_trap,
    rate_at_least,
    trend,
    worst,
)
from .potential import achieved, potential_of_sums, potential_status

__all__ = [
    "Light",
    "StatusResult",
    "Trend",
    "achieved",
    "at_best_amber",
    "cost_status",
    "implementation_status",
    "is_attribution_doubtful",
    "is_green_trap",
    "potential_of_sums",
    "potential_status",
    "rate_at_least",
    "slip_days",
    "trend",
    "worst",
]
