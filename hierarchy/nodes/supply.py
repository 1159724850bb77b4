"""What nodes need to know from above: what is expected of them. A higher app registers it once, in its `seams.py`."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Protocol
from uuid import UUID

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
