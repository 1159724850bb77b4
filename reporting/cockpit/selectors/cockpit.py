"""Everything the cockpit of a node shows, read from cells and node months; no effect month is touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import add_months, fiscal_year, fiscal_year_bounds
from governance.months.models import Snapshot
from hierarchy.constants import Level
from hierarchy.models import Node
from hierarchy.nodes.selectors.node_page import TargetRow, targets_of
from hierarchy.nodes.selectors.nodes import visible_nodes
from hierarchy.organization.selectors import organization_settings
from hierarchy.thresholds import Thresholds
from reporting.figures.cover import Covered, ambition_of, covers
from reporting.figures.outlook import Outlook, outlook_of
from reporting.figures.selectors.freshness import is_recomputing
from reporting.figures.selectors.incomplete import Incomplete, incomplete_at
from reporting.figures.selectors.lists import (
    Short,
    Stale,
    Waiting,
    furthest_below_plan,
    stale_forecasts,
    trap_since,
    waiting_decisions,
)
from reporting.figures.selectors.trends import UNMOVED, Moved, moved_of, statuses_with_trend
from reporting.figures.selectors.years import node_leakage, node_years
from reporting.figures.sums import NodeSums
from reporting.models import NodeCell, NodeStatus
from reporting.past.selectors.locks import Lock, locked

from .curve import Quarter, quarters
from .deviations import Off, escalated, top_deviations


@dataclass(frozen=True, slots=True)
class RunRateTarget:
    """The last run-rate target that was set for a node: the ambition that everything is measured against."""

    amount: Decimal
    by: date


@dataclass(frozen=True, slots=True)
class Cockpit:
    """One node's figures, lists and curve on one day, in the reporting `currency` of then."""

    node: Node
    today: date
    currency: str
    thresholds: Thresholds
    fiscal_year: int
    fiscal_year_start: int
    sums: NodeSums
    target: RunRateTarget | None
    status: NodeStatus | None
    below: dict[int, int]
    curve: list[Quarter]
    outlook: Outlook
    covers: list[Covered]
    leakage: dict[str, Decimal]
    may_set_targets: bool
    locked_until: date | None
    trap_days: int | None
    below_plan: list[Short]
    stale: list[Stale]
    stale_count: int
    waiting: list[Waiting]
    waiting_count: int
    deviations: list[Off]
    deviation_count: int
    escalated: list[Off]
    is_recomputing: bool
    incomplete: Incomplete | None
    locks: list[Lock]
    as_of: Snapshot | None = None
    moved: Moved = UNMOVED

    @property
    def has_children(self) -> bool:
        """Whether targets can be given on."""
        return any(self.below.values())


def cockpit(node: Node, *, may_set_targets: bool = False) -> Cockpit:
    """Read it for a node that the actor may see."""
    settings = organization_settings()
    home = settings.organization
    today = clock.today(home.time_zone)
    year = fiscal_year(today, home.fiscal_year_start)
    cells = list(NodeCell.objects.filter(organization_id=home.pk, node_id=node.pk))
    sums, years = NodeSums(cells), node_years(node.pk)
    targets = targets_of(node)
    target = run_rate_target(targets, home.fiscal_year_start)
    locked_months = locked()
    locked_until = locked_months[0].month if locked_months else None
    since = trap_since(node) if sums.trap.measures else None
    stale, stale_count = stale_forecasts(node, settings)
    waiting, waiting_count = waiting_decisions(node)
    deviations, deviation_count = top_deviations(node, today)
    status = statuses_with_trend([node.pk]).first()
    return Cockpit(
        node=node,
        today=today,
        currency=home.currency,
        thresholds=settings.thresholds,
        fiscal_year=year,
        fiscal_year_start=home.fiscal_year_start,
        sums=sums,
        target=target,
        status=status,
        moved=moved_of(status) if status else UNMOVED,
        below=_nodes_below(node),
        curve=quarters(node.pk, fiscal_year_start=home.fiscal_year_start, locked_until=locked_until, years=years),
        outlook=outlook_of(cells),
        covers=covers(targets, cells, years, thresholds=settings.thresholds, fiscal_year=year),
        leakage=node_leakage(node.pk),
        may_set_targets=may_set_targets,
        locked_until=locked_until,
        trap_days=(today - since).days if since else None,
        below_plan=[] if deviations else furthest_below_plan(node),
        stale=stale,
        stale_count=stale_count,
        waiting=waiting,
        waiting_count=waiting_count,
        deviations=deviations,
        deviation_count=deviation_count,
        escalated=escalated(node, today) if deviations else [],
        is_recomputing=is_recomputing(),
        incomplete=incomplete_at(node.pk),
        locks=[lock for lock in locked_months if lock.as_of],
    )


def default_node(actor: Actor) -> Node | None:
    """Where the cockpit begins: the portfolio if just one is visible, else the highest node that is; None if none."""
    highest = list(visible_nodes(actor).filter(retired_at__isnull=True).order_by("level", "position", "name")[:3])
    portfolios = [node for node in highest if node.level == Level.PORTFOLIO]
    if len(portfolios) == 1:
        return portfolios[0]
    return highest[0] if highest else None


def run_rate_target(targets: Iterable[TargetRow], fiscal_year_start: int) -> RunRateTarget | None:
    """The EBITDA run-rate target of the latest fiscal year; it is due on the last day of that year."""
    ambition = ambition_of(targets)
    if ambition is None or ambition.amount is None:
        return None
    last_month = fiscal_year_bounds(ambition.fiscal_year, fiscal_year_start)[1]
    return RunRateTarget(ambition.amount, by=add_months(last_month, 1) - timedelta(days=1))


def _nodes_below(node: Node) -> dict[int, int]:
    """How many nodes in use lie below, by level."""
    if node.level == Level.PACKAGE:
        return {}
    below = Node.objects.filter(
        organization=node.organization_id, path__contains=[node.pk], retired_at__isnull=True, level__gt=node.level
    )
    return dict(below.order_by().values_list("level").annotate(Count("pk")))
