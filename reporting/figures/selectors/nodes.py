"""The figures of a node for other programs: what its cockpit shows, unrounded and without lists."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cat4 import clock
from cat4.fiscal import fiscal_year, fiscal_year_bounds
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.models import Node
from hierarchy.nodes.selectors.node_page import targets_of
from hierarchy.organization.selectors import organization_settings
from measures.constants import Status
from measures.formulas.money import Fac
from measures.formulas.pipeline import Pipeline
from reporting.constants import OFF_PLAN, RATED
from reporting.models import NodeCell, NodeStatus

from ..cover import Covered, covers
from ..outlook import Outlook, outlook_of
from ..sums import NodeSums, Sum
from .freshness import is_recomputing
from .incomplete import Incomplete, incomplete_at
from .lists import trap_since
from .trends import UNMOVED, Moved, moved_of, statuses_with_trend
from .years import node_leakage, node_years


@dataclass(frozen=True, slots=True)
class YearOutlook:
    """Hard EBITDA of the present fiscal year, and what it hands on."""

    fiscal_year: int
    first_month: date
    last_month: date
    plan: Decimal
    fac: Fac
    plan_exit_run_rate: Decimal
    exit_run_rate: Decimal
    plan_carry_over: Decimal
    carry_over: Decimal


@dataclass(frozen=True, slots=True)
class Variance:
    """Plan minus FAC by cause, and beside it the effect of exchange rates."""

    total: Decimal
    timing: Decimal
    magnitude: Decimal
    cancelled: Decimal
    on_hold: Decimal
    unsplit: Decimal
    fx_effect: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a node's cells say of it."""

    node: Node
    as_of: date
    currency: str
    locked_until: date | None
    measures: int
    not_governable: int
    status: NodeStatus | None
    run_rates: Sum
    pipeline: Pipeline
    year: YearOutlook
    variance: Variance
    leakage: list[dict[str, object]]
    green_trap: Sum
    green_trap_days: int | None
    attribution_doubtful: Sum
    recomputing: bool
    incomplete: Incomplete | None
    trend: Moved = UNMOVED


@dataclass(frozen=True, slots=True)
class Pair:
    """A cell of the matrix of both statuses."""

    implementation: str
    potential: str
    measures: int
    plan: Decimal
    forecast: Decimal
    against_plan: Decimal
    is_green_trap: bool
    is_attribution_doubtful: bool


def node_figures(node: Node) -> Figures:
    """Read them for a node that the actor may see."""
    settings = organization_settings()
    home = settings.organization
    today, cells = clock.today(home.time_zone), _cells(node)
    sums, outlook = NodeSums(cells), outlook_of(cells)
    since = trap_since(node) if sums.trap.measures else None
    status = statuses_with_trend([node.pk]).first()
    return Figures(
        node=node,
        as_of=today,
        currency=home.currency,
        locked_until=last_locked_month(),
        measures=sums.measures,
        not_governable=sums.not_governable,
        status=status,
        trend=moved_of(status) if status else UNMOVED,
        run_rates=sums.everything,
        pipeline=sums.pipeline(settings.thresholds),
        year=year_outlook(outlook, home.fiscal_year_start, today),
        variance=variance_of(outlook),
        leakage=[{"cause": cause, "amount": amount} for cause, amount in node_leakage(node.pk).items()],
        green_trap=sums.trap,
        green_trap_days=(today - since).days if since else None,
        attribution_doubtful=sums.pair(Status.RED, Status.GREEN),
        recomputing=is_recomputing(),
        incomplete=incomplete_at(node.pk),
    )


def node_covers(node: Node) -> list[Covered]:
    """The targets of a node with what stands against them."""
    settings, cells = organization_settings(), _cells(node)
    home = settings.organization
    return covers(
        targets_of(node),
        cells,
        node_years(node.pk),
        thresholds=settings.thresholds,
        fiscal_year=fiscal_year(clock.today(home.time_zone), home.fiscal_year_start),
    )


def node_matrix(node: Node) -> list[Pair]:
    """Governable measures in work by both statuses, the nine pairs of those that are rated."""
    return pairs_of(NodeSums(_cells(node)))


def pairs_of(sums: NodeSums) -> list[Pair]:
    """The nine pairs of a node's sums."""
    return [_pair(sums, implementation, potential) for implementation in RATED for potential in RATED]


def _pair(sums: NodeSums, implementation: Status, potential: Status) -> Pair:
    total = sums.pair(implementation, potential)
    return Pair(
        implementation=implementation.value,
        potential=potential.value,
        measures=total.measures,
        plan=total.plan,
        forecast=total.forecast,
        against_plan=total.against_plan,
        is_green_trap=implementation == Status.GREEN and potential in OFF_PLAN,
        is_attribution_doubtful=implementation == Status.RED and potential == Status.GREEN,
    )


def _cells(node: Node) -> list[NodeCell]:
    return list(NodeCell.objects.filter(organization=node.organization_id, node_id=node.pk))


def year_outlook(outlook: Outlook, start: int, today: date) -> YearOutlook:
    """The fiscal year of a day; years start with calendar month `start`."""
    year = fiscal_year(today, start)
    first, last = fiscal_year_bounds(year, start)
    return YearOutlook(
        fiscal_year=year,
        first_month=first,
        last_month=last,
        plan=outlook.plan,
        fac=outlook.fac,
        plan_exit_run_rate=outlook.plan_exit,
        exit_run_rate=outlook.exit,
        plan_carry_over=outlook.plan_carry_over,
        carry_over=outlook.carry_over,
    )


def variance_of(outlook: Outlook) -> Variance:
    """Plan minus FAC by cause."""
    return Variance(
        total=outlook.plan - outlook.fac.total,
        timing=outlook.timing,
        magnitude=outlook.magnitude,
        cancelled=outlook.cancelled,
        on_hold=outlook.on_hold,
        unsplit=outlook.unsplit,
        fx_effect=outlook.fx,
    )
