"""The rows of the explorer: nodes with their roll-ups and measures, as a tree or as a flat list."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum, Window
from django.db.models.functions import RowNumber

from cat4.accounts.actor import Actor
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import visible_nodes
from measures.constants import Lifecycle
from measures.core.selectors.measures import visible_measures
from reporting.figures.outlook import COLUMNS
from reporting.figures.selectors.incomplete import incomplete_below
from reporting.figures.selectors.measures import late_milestones, with_figures, with_overdue, with_year_figures
from reporting.figures.selectors.trends import UNMOVED, moved_of, statuses_with_trend
from reporting.models import NodeCell

from .rows import MOST_IN_TREE, Branch, NodeRowFigures, Row, branch_lines, measure_line, walk

_SUMMED = ("measures", "plan_run_rate", "forecast_run_rate", "validated_run_rate", *COLUMNS)


def measure_row(measure: Any, depth: int = 0) -> Row:
    """A measure that was loaded with its figures, overdue milestones, owner and package."""
    return measure_line(
        measure,
        measure_id=measure.pk,
        owner=measure.owner.name if measure.owner else "",
        above=measure.package.name,
        missing_fields=measure.missing_fields,
        depth=depth,
    )


def measure_rows(measures: Any, today: date) -> Any:
    """The rows of a query of measures with figures, ready for `measure_row`."""
    return with_overdue(measures, today).select_related("owner", "package")


def tree(actor: Actor, top: Node | None, opened: frozenset[UUID] | None, today: date) -> list[Row]:
    """The visible tree below `top`, or from the person's highest nodes, with the children of what is open.

    Nothing asked to be open opens the only highest node. The number of queries doesn't grow with the rows.
    """
    tops = [top] if top else _tops(actor)
    if opened is None:
        opened = frozenset(node.pk for node in tops) if len(tops) == 1 else frozenset()
    return _Tree(actor, opened, today).rows(tops, depth=0)


def children(actor: Actor, node: Node, today: date, *, depth: int) -> list[Row]:
    """The rows directly below a node, for a tree that is opened step by step."""
    below = _Tree(actor, frozenset([node.pk]), today)
    return below.rows([node], depth=depth)[1:]


def _tops(actor: Actor) -> list[Node]:
    """The highest visible nodes; the organization itself is left out for its portfolios."""
    nodes = visible_nodes(actor).filter(retired_at__isnull=True)
    if not actor.is_admin:
        nodes = nodes.filter(pk__in=[grant.node_id for grant in actor.grants])
    else:
        nodes = nodes.filter(level=Level.ORGANIZATION)
    granted = list(nodes)
    ids = {node.pk for node in granted}
    tops = [node for node in granted if not ids & set(node.path[:-1])]
    if any(node.level == Level.ORGANIZATION for node in tops):
        return list(visible_nodes(actor).filter(retired_at__isnull=True, level=Level.PORTFOLIO))
    return tops


class _Tree:
    """Loads everything that a set of open nodes shows, in a fixed number of queries."""

    def __init__(self, actor: Actor, opened: frozenset[UUID], today: date) -> None:
        self.actor, self.opened, self.today = actor, opened, today

    def rows(self, tops: Sequence[Node], depth: int) -> list[Row]:
        below: dict[UUID | None, list[Node]] = defaultdict(list)
        for node in self._nodes().filter(parent_id__in=self.opened):
            below[node.parent_id].append(node)
        shown = list(walk(tops, below, self.opened, key=lambda node: node.pk, depth=depth))
        self.nodes = [node for node, _ in shown]
        self.figures = _figures(self.nodes)
        self.statuses = {status.node_id: status for status in statuses_with_trend(self.nodes)}
        self.overdue = _overdue(tops, self.nodes, self.today)
        self.parents = set(self._nodes().filter(parent__in=self.nodes).values_list("parent_id", flat=True))
        self.incomplete = incomplete_below([node.pk for node in self.nodes])
        self.measures = self._measures()
        return [row for node, at in shown for row in self._rows_of(node, at)]

    def _nodes(self) -> Any:
        return visible_nodes(self.actor).filter(retired_at__isnull=True)

    def _measures(self) -> dict[UUID, list[Any]]:
        open_packages = [n.pk for n in self.nodes if n.level == Level.PACKAGE and n.pk in self.opened]
        found: dict[UUID, list[Any]] = defaultdict(list)
        if not open_packages:
            return found
        shown = with_year_figures(with_figures(visible_measures(self.actor).filter(package__in=open_packages)))
        numbered = shown.annotate(place=Window(RowNumber(), partition_by=F("package_id"), order_by="code"))
        for measure in measure_rows(numbered.filter(place__lte=MOST_IN_TREE), self.today).order_by("code"):
            found[measure.package_id].append(measure)
        return found

    def _rows_of(self, node: Node, depth: int) -> list[Row]:
        figures, status = self.figures.get(node.pk, NodeRowFigures()), self.statuses.get(node.pk)
        measures = self.measures.get(node.pk, [])
        branch = Branch(
            id=node.pk,
            node=node,
            statuses=(status.implementation, status.potential) if status else ("n", "n"),
            moved=moved_of(status) if status else UNMOVED,
            overdue=self.overdue.get(node.pk, 0),
            is_open=node.pk in self.opened,
            has_nodes=node.pk in self.parents,
            incomplete=self.incomplete[node.pk].sentence if node.pk in self.incomplete else "",
        )
        return branch_lines(branch, figures, [measure_row(measure, depth + 1) for measure in measures], depth)


def _figures(nodes: Sequence[Node]) -> dict[UUID, NodeRowFigures]:
    """The cells of nodes, added up over lifecycles and statuses by the database."""
    cells: dict[UUID, list[NodeCell]] = defaultdict(list)
    sums = {f"sum_{name}": Sum(name) for name in _SUMMED}
    for row in NodeCell.objects.filter(node__in=nodes).values("node_id", "doi", "governable").annotate(**sums):
        cells[row["node_id"]].append(NodeCell(**{name.removeprefix("sum_"): value for name, value in row.items()}))
    return {pk: NodeRowFigures(of_node) for pk, of_node in cells.items()}


def _overdue(tops: Sequence[Node], nodes: Sequence[Node], today: date) -> dict[UUID, int]:
    """Overdue milestones of measures in work below each shown node."""
    late = late_milestones(today).filter(
        measure__lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
        measure__package__path__overlap=[node.pk for node in tops],
    )
    found: dict[UUID, int] = defaultdict(int)
    shown = {node.pk for node in nodes}
    for path, count in late.order_by().values_list("measure__package__path").annotate(Count("pk")):
        for pk in shown.intersection(path):
            found[pk] += count
    return found
