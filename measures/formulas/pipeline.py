"""The weighted pipeline and the cover of a target (domain 6.5, 6.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hierarchy.thresholds import Thresholds

from .facts import DECIDED

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """An annual effect at a degree: of one measure, or summed over many."""

    doi: int
    annual: Decimal
    is_on_hold: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Annual effects: all, weighted by degree, and of DoI 3 and above. What is on hold stands apart."""

    gross: Decimal = ZERO
    weighted: Decimal = ZERO
    hard: Decimal = ZERO
    on_hold: Decimal = ZERO


def pipeline(entries: Iterable[Entry], thresholds: Thresholds) -> Pipeline:
    """On hold weighs 0 and isn't hard; cancelled is in none of the sums."""
    gross = weighted = hard = on_hold = ZERO
    for entry in entries:
        if entry.is_cancelled:
            continue
        if entry.is_on_hold:
            on_hold += entry.annual
            continue
        gross += entry.annual
        weighted += entry.annual * thresholds.weight(entry.doi)
        hard += entry.annual if entry.doi >= DECIDED else ZERO
    return Pipeline(gross, weighted, hard, on_hold)


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a target is there. Shares are None for a target of 0; negative, more is decided than is asked."""

    hard_share: Decimal | None
    weighted_share: Decimal | None
    not_decided: Decimal


def cover(found: Pipeline, target: Decimal) -> Cover:
    """Hard and weighted against the target, and what is missing to it."""
    if not target:
        return Cover(None, None, target - found.hard)
    return Cover(found.hard / target, found.weighted / target, target - found.hard)


def not_allocated(target: Decimal, children: Iterable[Decimal]) -> Decimal:
    """The part of a target that its children don't carry, negative when they carry more; never plugged."""
    return target - sum(children, ZERO)
