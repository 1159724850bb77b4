"""Everything the cockpit of a node shows, read from cells and node months; no effect month is touched."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.web.charts import Period
from hierarchy.constants import Level, TargetEffect, TargetKind
from hierarchy.fiscal import add_months, fiscal_year, fiscal_year_bounds
from hierarchy.models import Node, Target
from hierarchy.selectors.nodes import visible_nodes
from hierarchy.selectors.periods import last_locked_month
from hierarchy.selectors.settings import organization_settings
from hierarchy.thresholds import Thresholds

from ..models import NodeCell, NodeStatus
from ..sums import NodeSums
from ..units import PageUnit, unit_for
from .curve import quarters
from .lists import Gap, Stale, Waiting, largest_gaps, stale_forecasts, trap_since, waiting_decisions


@dataclass(frozen=True, slots=True)
class RunRateTarget:
    """The last run-rate target that was set for a node: the ambition that everything is measured against."""

    amount: Decimal
    by: date


@dataclass(frozen=True, slots=True)
class Cockpit:
    """One node's figures, lists and curve on one day."""

    node: Node
    today: date
    unit: PageUnit
    thresholds: Thresholds
    fiscal_year: int
    sums: NodeSums
    target: RunRateTarget | None
    status: NodeStatus | None
    below: dict[int, int]
    curve: list[Period]
    locked_until: date | None
    trap_days: int | None
    gaps: list[Gap]
    stale: list[Stale]
    stale_count: int
    waiting: list[Waiting]
    waiting_count: int


def cockpit(node: Node) -> Cockpit:
    """Read it for a node that the actor may see."""
    settings = organization_settings()
    home = settings.organization
    today = clock.today(home.time_zone)
    sums = NodeSums(list(NodeCell.objects.filter(organization_id=home.pk, node_id=node.pk)))
    target = run_rate_target(node, home.fiscal_year_start)
    locked_until = last_locked_month()
    since = trap_since(node) if sums.trap.measures else None
    stale, stale_count = stale_forecasts(node, settings.thresholds.stale_after_days)
    waiting, waiting_count = waiting_decisions(node)
    return Cockpit(
        node=node,
        today=today,
        unit=unit_for(home.currency, target.amount if target else None, sums.everything.plan, sums.everything.forecast),
        thresholds=settings.thresholds,
        fiscal_year=fiscal_year(today, home.fiscal_year_start),
        sums=sums,
        target=target,
        status=NodeStatus.objects.filter(node=node).first(),
        below=_nodes_below(node),
        curve=quarters(node.pk, fiscal_year_start=home.fiscal_year_start, locked_until=locked_until),
        locked_until=locked_until,
        trap_days=(today - since).days if since else None,
        gaps=largest_gaps(node),
        stale=stale,
        stale_count=stale_count,
        waiting=waiting,
        waiting_count=waiting_count,
    )


def default_node(actor: Actor) -> Node | None:
    """Where the cockpit begins: the portfolio if just one is visible, else the highest node that is; None if none."""
    highest = list(visible_nodes(actor).filter(retired_at__isnull=True).order_by("level", "position", "name")[:3])
    portfolios = [node for node in highest if node.level == Level.PORTFOLIO]
    if len(portfolios) == 1:
        return portfolios[0]
    return highest[0] if highest else None


def run_rate_target(node: Node, fiscal_year_start: int) -> RunRateTarget | None:
    """The run-rate target of the latest fiscal year; it is due on the last day of that year."""
    targets = Target.objects.filter(node=node, kind=TargetKind.RUN_RATE, effect=TargetEffect.EBITDA)
    target = targets.order_by("-fiscal_year").first()
    if target is None:
        return None
    last_month = fiscal_year_bounds(target.fiscal_year, fiscal_year_start)[1]
    return RunRateTarget(target.amount, by=add_months(last_month, 1) - timedelta(days=1))


def _nodes_below(node: Node) -> dict[int, int]:
    """How many nodes in use lie below, by level."""
    below = Node.objects.filter(
        organization=node.organization_id, path__contains=[node.pk], retired_at__isnull=True, level__gt=node.level
    )
    return dict(below.order_by().values_list("level").annotate(Count("pk")))
