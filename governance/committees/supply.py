"""What reporting knows of a committee's node and agendas show: the cover of its targets, the curve since a lock.

    @gives_standing
    def standing_of(node: Node) -> Standing: ...

Registered once, in the `seams.py` of the capability that has the figures: the same that its pages show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4.seam import Seam
from hierarchy.models import Node


@dataclass(frozen=True, slots=True)
class Cover:
    """A target of the node by fiscal year, effect and kind, and how much of it is decided or expected."""

    fiscal_year: int
    effect: str
    kind: str
    target: Decimal
    decided: Decimal | None
    expected: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A sum of the node now and at the last lock, by the name that papers have for it."""

    name: str
    now: Decimal
    then: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a node stands; `locked_month` is of the last lock, None before the first."""

    covers: tuple[Cover, ...] = ()
    points: tuple[CurvePoint, ...] = ()
    locked_month: date | None = None


Supplier = Callable[[Node], Standing]
_standing = Seam[Supplier]("Where a node stands")
gives_standing = _standing.register


def standing_of(node: Node) -> Standing:
    """Where the node stands now; nothing where nobody knows."""
    return _standing.supplier(node) if _standing.supplier else Standing()
