"""A node as it was at a lock: its rows read back from what was kept, for the same sums that the present uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from governance.months.models import Snapshot
from hierarchy.models import LockedNode, Node
from hierarchy.nodes.selectors.node_page import TargetRow
from measures.core.selectors.measures import visible_measures
from measures.models import LockedStanding
from reporting.models import LockedFigures, NodeCell, NodeMonth, NodeStatus, NodeYear

ZERO = Decimal(0)
_KEYS = {
    "doi",
    "lifecycle",
    "implementation",
    "potential",
    "governable",
    "measures",
    "month",
    "kind",
    "certainty",
    "fiscal_year",
}
Row = TypeVar("Row", NodeCell, NodeMonth, NodeYear)


@dataclass(frozen=True, slots=True)
class PastNode:
    """A node of a lock. `node` is an unsaved one with the name, level and path of then."""

    snapshot: Snapshot
    node: Node
    cells: list[NodeCell] = field(default_factory=list)
    months: list[NodeMonth] = field(default_factory=list)
    years: list[NodeYear] = field(default_factory=list)
    leakage: dict[str, Decimal] = field(default_factory=dict)
    targets: list[TargetRow] = field(default_factory=list)
    status: NodeStatus | None = None


def past_node(actor: Actor, snapshot: Snapshot, pk: UUID) -> PastNode:
    """A node at a lock, for who sees it where it lay then or where it lies now.

    Raises:
        Http404: there was no such node then, or no grant opens it.
    """
    kept = LockedNode.objects.filter(month=snapshot.month, node_id=pk).select_related("node").first()
    if kept is None or not (actor.sees(kept.path) or actor.sees(kept.node.path)):
        raise Http404("There was no such node when the month was locked.")
    return _past_node(snapshot, kept)


def node_kept(snapshot: Snapshot, pk: UUID) -> PastNode | None:
    """The same for papers, which are made for nobody in particular; None where there was no such node."""
    kept = LockedNode.objects.filter(month=snapshot.month, node_id=pk).select_related("node").first()
    return _past_node(snapshot, kept) if kept else None


def _past_node(snapshot: Snapshot, kept: LockedNode) -> PastNode:
    figures = LockedFigures.objects.filter(month=snapshot.month, node_id=kept.node_id).first()
    node = node_of(snapshot, kept)
    targets = [_target(*row) for row in kept.targets]
    if figures is None:
        return PastNode(snapshot, node, targets=targets)
    return PastNode(
        snapshot,
        node,
        cells=rows_of(NodeCell, figures.cells),
        months=rows_of(NodeMonth, figures.months),
        years=rows_of(NodeYear, figures.years),
        leakage=_leakage(figures.leakage),
        targets=targets,
        status=_status(figures, snapshot),
    )


def node_of(snapshot: Snapshot, kept: LockedNode) -> Node:
    """The node as it was, for pages that take a node; it is never saved."""
    return Node(
        id=kept.node_id,
        organization_id=snapshot.organization_id,
        level=kept.level,
        parent_id=kept.above,
        path=kept.path,
        name=kept.name,
        position=kept.position,
    )


def ancestors_at(snapshot: Snapshot, node: Node) -> list[Node]:
    """The nodes above it then, from the root down, itself included."""
    kept = LockedNode.objects.filter(month=snapshot.month, node_id__in=node.path).order_by("level")
    return [node_of(snapshot, locked_node) for locked_node in kept]


def nodes_below_at(snapshot: Snapshot, node: Node) -> dict[int, int]:
    """How many nodes in use lay below, by level."""
    below = LockedNode.objects.filter(month=snapshot.month, path__contains=[node.pk], is_retired=False)
    return dict(below.filter(level__gt=node.level).order_by().values_list("level").annotate(Count("pk")))


def visible_nodes_at(actor: Actor, snapshot: Snapshot) -> QuerySet[LockedNode]:
    """The nodes in use of then that the person's present grants open by the path of then."""
    nodes = LockedNode.objects.filter(month=snapshot.month, is_retired=False)
    return nodes if actor.is_admin else nodes.filter(path__overlap=[grant.node_id for grant in actor.grants])


def visible_standings(actor: Actor, snapshot: Snapshot) -> QuerySet[LockedStanding]:
    """The measures of then that the person's present grants open by the path of then, or that they see now."""
    kept = LockedStanding.objects.filter(organization_id=actor.organization_id, month=snapshot.month)
    if actor.is_admin:
        return kept
    nodes = [grant.node_id for grant in actor.grants]
    return kept.filter(Q(path__overlap=nodes) | Q(measure__in=visible_measures(actor).order_by()))


def rows_of(model: type[Row], kept: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Kept rows as those of a roll-up table, never to be saved."""
    return [model(**{name: _typed(name, value) for name, value in row.items()}) for row in kept]


def _typed(name: str, value: Any) -> Any:
    if name == "month":
        return date.fromisoformat(value)
    return value if name in _KEYS else Decimal(value)


def _leakage(kept: Mapping[str, str]) -> dict[str, Decimal]:
    amounts = [(cause, Decimal(amount)) for cause, amount in kept.items()]
    return dict(sorted(amounts, key=lambda row: (-abs(row[1]), row[0])))


def _target(year: int, effect: str, kind: str, amount: str | None, allocated: str) -> TargetRow:
    return TargetRow(year, effect, kind, None if amount is None else Decimal(amount), Decimal(allocated))


def _status(figures: LockedFigures, snapshot: Snapshot) -> NodeStatus:
    return NodeStatus(
        node_id=figures.node_id,
        implementation=figures.implementation,
        potential=figures.potential,
        implementation_reasons=figures.implementation_reasons,
        potential_reasons=figures.potential_reasons,
        computed_at=snapshot.at,
    )
