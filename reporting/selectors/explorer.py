"""The rows of the explorer: nodes with their roll-ups and measures, as a tree or as a flat list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum, Window
from django.db.models.functions import RowNumber

from cat4.accounts.actor import Actor
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.selectors.nodes import visible_nodes
from measures.constants import Lifecycle
from measures.models import Measure
from measures.selectors.measures import visible_measures

from ..constants import FIRST_VALUED_DOI
from ..models import NodeCell, NodeStatus
from ..outlook import COLUMNS, outlook_of
from ..sums import NodeSums
from .rows import NEVER, late_milestones, with_figures, with_overdue, with_year_figures

# More measures of one package than this are shown as a list, not inside the tree.
MOST_IN_TREE = 100
_SUMMED = ("measures", "plan_run_rate", "forecast_run_rate", "validated_run_rate", *COLUMNS)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What the present fiscal year brings, hands on and loses; losses are plan minus expectation.

    `unconfirmed` is a share, None where nothing is expected; `payback` is a measure's, None when it never is.
    """

    plan: Decimal
    fac: Decimal
    unconfirmed: Decimal | None
    exit: Decimal
    carry_over: Decimal
    timing: Decimal
    size: Decimal
    cancelled: Decimal
    on_hold: Decimal
    fx: Decimal
    payback: date | None = None

    @property
    def gap(self) -> Decimal:
        return self.fac - self.plan


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a node with what lies below it, or a measure with what it brings into totals."""

    id: UUID
    is_node: bool
    depth: int
    name: str
    sub: str
    implementation: str
    potential: str
    plan: Decimal | None
    forecast: Decimal | None
    actual: Decimal | None
    overdue: int
    owner: str = ""
    doi: int | None = None
    by_doi: tuple[Decimal, ...] = ()
    tag: str = ""
    is_open: bool = False
    has_children: bool = False
    measures: int = 0
    hidden: int = 0
    above: str = ""
    lifecycle: str = ""
    governable: bool = True
    year: YearFigures | None = None

    @property
    def gap(self) -> Decimal | None:
        return None if self.plan is None or self.forecast is None else self.forecast - self.plan


def measure_row(measure: Any, depth: int = 0) -> Row:
    """A measure that was loaded with its figures, overdue milestones, owner and package."""
    is_valued = measure.governable and measure.doi >= FIRST_VALUED_DOI
    return Row(
        id=measure.pk,
        is_node=False,
        depth=depth,
        name=measure.name,
        sub=measure.code,
        implementation=measure.implementation,
        potential=measure.potential,
        plan=measure.plan if is_valued else None,
        forecast=measure.forecast if is_valued else None,
        actual=measure.actual if is_valued else None,
        overdue=measure.overdue,
        owner=measure.owner.name if measure.owner else "",
        doi=measure.doi,
        tag=_tag(measure),
        above=measure.package.name,
        lifecycle=Lifecycle(measure.lifecycle).label,
        governable=measure.governable,
        year=_year_of_measure(measure) if is_valued else None,
    )


def _year_of_measure(measure: Any) -> YearFigures:
    return YearFigures(
        plan=measure.plan_year,
        fac=measure.fac,
        unconfirmed=measure.unconfirmed,
        exit=measure.exit_rate,
        carry_over=measure.carried,
        timing=measure.timing,
        size=measure.size,
        cancelled=measure.cancelled_part,
        on_hold=measure.held_part,
        fx=measure.fx,
        payback=None if measure.payback == NEVER else measure.payback,
    )


def _year_of_node(cells: Iterable[NodeCell]) -> YearFigures:
    outlook = outlook_of(cells)
    return YearFigures(
        plan=outlook.plan,
        fac=outlook.fac.total,
        unconfirmed=outlook.unconfirmed,
        exit=outlook.exit,
        carry_over=outlook.carry_over,
        timing=outlook.timing,
        size=outlook.magnitude,
        cancelled=outlook.cancelled,
        on_hold=outlook.on_hold,
        fx=outlook.fx,
    )


def _tag(measure: Measure) -> str:
    """What keeps a measure from its money, in words."""
    if not measure.governable:
        missing = [name.replace("_", " ") for name in measure.missing_fields]
        return f"Not governable: {', '.join(missing)}" if missing else "Not governable"
    if measure.lifecycle in {Lifecycle.ON_HOLD, Lifecycle.CANCELLED}:
        return str(Lifecycle(measure.lifecycle).label)
    return ""


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
        below: dict[UUID, list[Node]] = defaultdict(list)
        for node in self._nodes().filter(parent_id__in=self.opened):
            below[node.parent_id].append(node)
        shown = self._walk(tops, below, depth)
        self.nodes = [node for node, _ in shown]
        self.figures = _figures(self.nodes)
        self.statuses = {status.node_id: status for status in NodeStatus.objects.filter(node__in=self.nodes)}
        self.overdue = _overdue(tops, self.nodes, self.today)
        self.parents = set(self._nodes().filter(parent__in=self.nodes).values_list("parent_id", flat=True))
        self.measures = self._measures()
        return [row for node, at in shown for row in self._rows_of(node, at)]

    def _nodes(self) -> Any:
        return visible_nodes(self.actor).filter(retired_at__isnull=True)

    def _walk(self, tops: Iterable[Node], below: dict[UUID, list[Node]], depth: int) -> list[tuple[Node, int]]:
        shown = []
        for node in tops:
            shown.append((node, depth))
            if node.pk in self.opened:
                shown += self._walk(below[node.pk], below, depth + 1)
        return shown

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
        row = Row(
            id=node.pk,
            is_node=True,
            depth=depth,
            name=node.name,
            sub=node.kind,
            implementation=status.implementation if status else "n",
            potential=status.potential if status else "n",
            plan=figures.plan,
            forecast=figures.forecast,
            actual=figures.actual,
            overdue=self.overdue.get(node.pk, 0),
            by_doi=figures.by_doi,
            year=figures.year,
            is_open=node.pk in self.opened,
            has_children=node.pk in self.parents or (node.level == Level.PACKAGE and figures.measures > 0),
            measures=figures.measures,
            hidden=max(0, figures.measures - len(measures)) if measures else 0,
        )
        return [row, *(measure_row(measure, depth + 1) for measure in measures)]


class NodeRowFigures:
    """A node's sums as the table shows them."""

    def __init__(self, cells: Sequence[NodeCell] = ()) -> None:
        sums = NodeSums(cells)
        everything = sums.everything
        self.measures = sums.measures
        self.plan, self.forecast, self.actual = everything.plan, everything.forecast, everything.validated
        self.by_doi = sums.plan_by_doi
        self.year = _year_of_node(cells)


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
