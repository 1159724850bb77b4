"""What nodes need to know from above: what is expected of them, and whose committee loses its power when one moves.

A higher app registers each once, in its `seams.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.seam import Seam
from hierarchy.models import Committee, Node

# What is expected of a node, by node, TargetKind and fiscal year: hard EBITDA in the reporting currency.
Expected = Mapping[tuple[UUID, str, int], Decimal]


class ForecastReader(Protocol):
    """Reads what is expected of nodes; what has no row brings nothing."""

    def __call__(self, node_ids: Collection[UUID], /) -> Expected: ...


_forecasts = Seam[ForecastReader]("What is expected of nodes")
reads_forecasts = _forecasts.register


def expected_of(node_ids: Collection[UUID]) -> Expected:
    """What is expected of these nodes now, as every cockpit shows it."""
    return _forecasts.supplier(node_ids) if _forecasts.supplier else {}


@dataclass(frozen=True, slots=True)
class Stranded:
    """A measure whose committee has no power at the new place of a node above it."""

    measure_id: UUID
    code: str
    committee: str


class Seating(Protocol):
    """Knows the measures below a node and their committees."""

    def stranded(self, node: Node, above: Collection[UUID], /) -> Sequence[Stranded]:
        """Those whose committee stands neither in the node nor in the nodes `above` its new place, by code."""

    def seat(self, actor: Actor, stranded: Sequence[Stranded], committee: Committee, reason: str, /) -> None:
        """Give each the committee, record it, and tell its people."""


_seating = Seam[Seating]("Who decides on measures")
seats_measures = _seating.register


def seating() -> Seating:
    """Who knows them.

    Raises:
        LookupError: nobody does, so that no node may move.
    """
    if _seating.supplier is None:
        raise LookupError("Nobody says which committees measures have.")
    return _seating.supplier
