"""The rows of the explorer as they were at a lock: the tree of then, and the measures where they lay."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from cat4.accounts.actor import Actor
from governance.months.models import Snapshot
from hierarchy.constants import Level
from hierarchy.models import LockedNode
from measures.models import LockedStanding
from reporting.figures.selectors.measures import with_standing_figures
from reporting.models import LockedFigures, NodeCell
from reporting.past.selectors.lists import requests_at
from reporting.past.selectors.locks import stale_before_lock
from reporting.past.selectors.past import rows_of, visible_nodes_at, visible_standings

from .filters import VIEWS, Filters, column_condition, text_condition, view_condition
from .rows import MOST_IN_TREE, Branch, NodeRowFigures, Row, branch_lines, measure_line, walk


def standings_of(actor: Actor, snapshot: Snapshot, filters: Filters) -> QuerySet[Any]:
    """The measures of then that the filters leave, with their figures: as `filters.measures_of`."""
    rows = with_standing_figures(_in_scope(actor, snapshot, filters), stale_before_lock(snapshot))
    condition = _view(actor, snapshot, filters.view) & column_condition(filters)
    if filters.q:
        condition &= text_condition(filters.q, "owner_name")
    if filters.overdue:
        condition &= Q(overdue__gt=0)
    if filters.leakage:
        condition &= Q(governable=True, leakage__has_key=filters.leakage)
    return rows.filter(condition)


def view_counts_at(actor: Actor, snapshot: Snapshot, filters: Filters) -> dict[str, int]:
    """How many measures each saved view held then, and "" for all of them."""
    scope = _in_scope(actor, snapshot, filters)
    return {name: scope.filter(_view(actor, snapshot, name)).count() for name in ("", *VIEWS)}


def standing_row(row: Any, depth: int = 0) -> Row:
    """A measure of then that was loaded with its figures."""
    return measure_line(
        row,
        measure_id=row.measure_id,
        owner=row.owner_name,
        above=row.path_names[-1] if row.path_names else "",
        missing_fields=(),
        depth=depth,
    )


def _in_scope(actor: Actor, snapshot: Snapshot, filters: Filters) -> QuerySet[LockedStanding]:
    rows = visible_standings(actor, snapshot)
    return rows.filter(path__contains=[filters.node]) if filters.node else rows


def _view(actor: Actor, snapshot: Snapshot, name: str) -> Q:
    if name == "ready":
        return Q(Exists(requests_at(snapshot).filter(measure=OuterRef("measure"))))
    return view_condition(actor, name)


def tree_at(actor: Actor, snapshot: Snapshot, top: UUID | None, opened: frozenset[UUID] | None) -> list[Row]:
    """The tree of then below `top`, or from the person's highest nodes, with the children of what is open."""
    nodes = {node.node_id: node for node in visible_nodes_at(actor, snapshot)}
    tops = [nodes[top]] if top in nodes else _tops(nodes)
    if opened is None:
        opened = frozenset(node.node_id for node in tops) if len(tops) == 1 else frozenset()
    return _PastTree(actor, snapshot, nodes, opened).rows(tops, 0)


def children_at(actor: Actor, snapshot: Snapshot, node_id: UUID, *, depth: int) -> list[Row]:
    """The rows directly below a node of then."""
    nodes = {node.node_id: node for node in visible_nodes_at(actor, snapshot)}
    if node_id not in nodes:
        return []
    return _PastTree(actor, snapshot, nodes, frozenset([node_id])).rows([nodes[node_id]], depth)[1:]


def _tops(nodes: dict[UUID, LockedNode]) -> list[LockedNode]:
    """The highest nodes; the organization itself is left out for its portfolios."""
    tops = [node for node in nodes.values() if node.above not in nodes]
    if any(node.level == Level.ORGANIZATION for node in tops):
        return [node for node in nodes.values() if node.level == Level.PORTFOLIO]
    return tops


class _PastTree:
    """Loads what a set of open nodes shows, in a fixed number of queries."""

    def __init__(
        self, actor: Actor, snapshot: Snapshot, nodes: dict[UUID, LockedNode], opened: frozenset[UUID]
    ) -> None:
        self.actor, self.snapshot, self.nodes, self.opened = actor, snapshot, nodes, opened
        self.below: dict[UUID | None, list[LockedNode]] = defaultdict(list)
        for node in nodes.values():
            self.below[node.above].append(node)

    def rows(self, tops: Sequence[LockedNode], depth: int) -> list[Row]:
        shown = list(walk(tops, self.below, self.opened, key=lambda node: node.node_id, depth=depth))
        ids = [node.node_id for node, _ in shown]
        kept = LockedFigures.objects.filter(month=self.snapshot.month, node__in=ids)
        self.figures = {row.node_id: row for row in kept}
        self.overdue = self._overdue(ids)
        self.measures = self._measures(shown)
        return [row for node, at in shown for row in self._rows_of(node, at)]

    def _overdue(self, ids: Sequence[UUID]) -> dict[UUID, int]:
        """Overdue milestones below each shown node."""
        late = LockedStanding.objects.filter(month=self.snapshot.month, overdue__gt=0, path__overlap=list(ids))
        found: dict[UUID, int] = defaultdict(int)
        for path, count in late.order_by().values_list("path").annotate(Sum("overdue")):
            for pk in set(ids).intersection(path):
                found[pk] += count
        return found

    def _measures(self, shown: Iterable[tuple[LockedNode, int]]) -> dict[UUID, list[Any]]:
        packages = [n.node_id for n, _ in shown if n.level == Level.PACKAGE and n.node_id in self.opened]
        found: dict[UUID, list[Any]] = defaultdict(list)
        if packages:
            rows = with_standing_figures(
                visible_standings(self.actor, self.snapshot).filter(package_id__in=packages),
                stale_before_lock(self.snapshot),
            ).annotate(place=Window(RowNumber(), partition_by=F("package_id"), order_by="code"))
            for row in rows.filter(place__lte=MOST_IN_TREE).order_by("code"):
                found[row.package_id].append(row)
        return found

    def _rows_of(self, node: LockedNode, depth: int) -> list[Row]:
        kept = self.figures.get(node.node_id)
        figures = NodeRowFigures(rows_of(NodeCell, kept.cells) if kept else ())
        measures = self.measures.get(node.node_id, [])
        branch = Branch(
            id=node.node_id,
            node=node,
            statuses=(kept.implementation, kept.potential) if kept else ("n", "n"),
            overdue=self.overdue.get(node.node_id, 0),
            is_open=node.node_id in self.opened,
            has_nodes=bool(self.below[node.node_id]),
        )
        return branch_lines(branch, figures, [standing_row(measure, depth + 1) for measure in measures], depth)
