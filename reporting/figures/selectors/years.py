"""A node by effect kind, certainty and fiscal year, and its leakage by cause."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from reporting.models import NodeLeakage, NodeMonth, NodeYear


def node_years(node_id: UUID) -> list[NodeYear]:
    """Every row of a node, by fiscal year; a few dozen however large the node is."""
    return list(NodeYear.objects.filter(node_id=node_id))


def node_leakage(node_id: UUID) -> dict[str, Decimal]:
    """Missing money of locked months by cause, the largest first (domain 6.8)."""
    rows = NodeLeakage.objects.filter(node_id=node_id).values_list("cause", "amount")
    return dict(sorted(rows, key=lambda row: (-abs(row[1]), row[0])))


def node_months(node_id: UUID, first: date | None = None, last: date | None = None) -> list[NodeMonth]:
    """A node's months in order, within the bounds."""
    rows = NodeMonth.objects.filter(node_id=node_id).order_by("month")
    rows = rows.filter(month__gte=first) if first else rows
    return list(rows.filter(month__lte=last) if last else rows)
