"""What nodes need to know from above: what is expected of them, and whose committee loses its power when one moves.

A higher app registers each once, in its `seams.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from cat4.accounts.actor import Actor
from hierarchy.models import Committee, Node

# What is expected of a node, by node, TargetKind and fiscal year: hard EBITDA in the reporting currency.
Expected = Mapping[tuple[UUID, str, int], Decimal]


class ForecastReader(Protocol):
    """Reads what is expected of nodes; what has no row brings nothing."""

    def __call__(self, node_ids: Collection[UUID], /) -> Expected: ...


_readers: list[ForecastReader] = []


def reads_forecasts(reader: ForecastReader) -> ForecastReader:
    """Register who knows what is expected of nodes.

    Raises:
        ValueError: somebody is registered already.
    """
    if _readers:
        raise ValueError("What is expected of nodes is read by somebody already.")
    _readers.append(reader)
    return reader


def expected_of(node_ids: Collection[UUID]) -> Expected:
    """What is expected of these nodes now, as every cockpit shows it."""
    return _readers[0](node_ids) if _readers else {}


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


_seatings: list[Seating] = []


def seats_measures(seating: Seating) -> Seating:
    """Register who knows the committees of measures.

    Raises:
        ValueError: somebody is registered already.
    """
    if _seatings:
        raise ValueError("The committees of measures are known by somebody already.")
    _seatings.append(seating)
    return seating


def seating() -> Seating:
    """Who knows them."""
    return _seatings[0]
