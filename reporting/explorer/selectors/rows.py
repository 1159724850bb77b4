"""The lines of the explorer's table, whether they come from now or from a lock: nodes, and measures below them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from hierarchy.constants import Level
from reporting.constants import FIRST_VALUED_DOI
from reporting.figures.outlook import outlook_of
from reporting.figures.selectors.incomplete import rates_in_words
from reporting.figures.selectors.measures import NEVER
from reporting.figures.selectors.trends import UNMOVED, Moved
from reporting.figures.sums import NodeSums
from reporting.models import NodeCell

# More measures of one package than this are shown as a list, not inside the tree.
MOST_IN_TREE = 100
NodeT = TypeVar("NodeT")


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
    def against_plan(self) -> Decimal:
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
    missing_fields: tuple[str, ...] = ()
    is_open: bool = False
    has_children: bool = False
    measures: int = 0
    hidden: int = 0
    above: str = ""
    lifecycle: str = ""
    governable: bool = True
    year: YearFigures | None = None
    moved: Moved = UNMOVED
    incomplete: str = ""

    @property
    def against_plan(self) -> Decimal | None:
        return None if self.plan is None or self.forecast is None else self.forecast - self.plan


def measure_line(
    found: Any, *, measure_id: UUID, owner: str, above: str, missing_fields: Iterable[str], depth: int
) -> Row:
    """A measure, or its standing at a lock, that was loaded with its figures; a standing keeps no missing fields."""
    is_valued = found.governable and found.doi >= FIRST_VALUED_DOI
    return Row(
        id=measure_id,
        is_node=False,
        depth=depth,
        name=found.name,
        sub=found.code,
        implementation=found.implementation,
        potential=found.potential,
        plan=found.plan if is_valued else None,
        forecast=found.forecast if is_valued else None,
        actual=found.actual if is_valued else None,
        overdue=found.overdue,
        owner=owner,
        doi=found.doi,
        above=above,
        missing_fields=tuple(missing_fields),
        lifecycle=found.lifecycle,
        governable=found.governable,
        year=_year_of_measure(found) if is_valued else None,
        incomplete=rates_in_words(getattr(found, "missing_rates", None) or ()) if is_valued else "",
    )


def _year_of_measure(found: Any) -> YearFigures:
    return YearFigures(
        plan=found.plan_year,
        fac=found.fac,
        unconfirmed=found.unconfirmed,
        exit=found.exit_rate,
        carry_over=found.carried,
        timing=found.timing,
        size=found.size,
        cancelled=found.cancelled_part,
        on_hold=found.held_part,
        fx=found.fx,
        payback=None if found.payback == NEVER else found.payback,
    )


class NodeRowFigures:
    """A node's sums as the table shows them."""

    def __init__(self, cells: Sequence[NodeCell] = ()) -> None:
        sums = NodeSums(cells)
        everything = sums.everything
        self.measures = sums.measures
        self.plan, self.forecast, self.actual = everything.plan, everything.forecast, everything.validated
        self.by_doi = sums.plan_by_doi
        self.year = _year_of_node(cells)


@dataclass(frozen=True, slots=True)
class Branch:
    """What is known of a node that is shown: statuses as (implementation, potential), and what lies right below it."""

    id: UUID
    node: Any
    statuses: tuple[str, str]
    overdue: int
    is_open: bool
    has_nodes: bool
    moved: Moved = UNMOVED
    incomplete: str = ""


def branch_lines(branch: Branch, figures: NodeRowFigures, measures: Sequence[Row], depth: int) -> list[Row]:
    """A node with its figures, and the lines of the measures that lie right below it."""
    node, (implementation, potential) = branch.node, branch.statuses
    line = Row(
        id=branch.id,
        is_node=True,
        depth=depth,
        name=node.name,
        sub=node.kind,
        implementation=implementation,
        potential=potential,
        plan=figures.plan,
        forecast=figures.forecast,
        actual=figures.actual,
        overdue=branch.overdue,
        by_doi=figures.by_doi,
        year=figures.year,
        is_open=branch.is_open,
        has_children=branch.has_nodes or (node.level == Level.PACKAGE and figures.measures > 0),
        measures=figures.measures,
        hidden=max(0, figures.measures - len(measures)) if measures else 0,
        moved=branch.moved,
        incomplete=branch.incomplete,
    )
    return [line, *measures]


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


def walk(
    tops: Iterable[NodeT],
    below: Mapping[UUID | None, Sequence[NodeT]],
    opened: Collection[UUID],
    *,
    key: Callable[[NodeT], UUID],
    depth: int,
) -> Iterator[tuple[NodeT, int]]:
    """The nodes that are shown, each with its depth: the tops, and what lies below those that are open."""
    for node in tops:
        yield node, depth
        if key(node) in opened:
            yield from walk(below.get(key(node), ()), below, opened, key=key, depth=depth + 1)
