"""The cockpit of a node as it was when a month was locked: the same page, fed from what the lock kept."""

from reporting.figures.cover import covers
from reporting.figures.outlook import outlook_of
from reporting.figures.sums import NodeSums
from reporting.past.selectors.lists import furthest_below_plan_at, stale_at, trap_since_at, waiting_at
from reporting.past.selectors.locks import locks
from reporting.past.selectors.past import PastNode, nodes_below_at

from .cockpit import Cockpit, run_rate_target
from .curve import quarters_of


def cockpit_at(past: PastNode) -> Cockpit:
    """Everything that `cockpit` showed of the node just before the month counted as locked."""
    snapshot, node = past.snapshot, past.node
    limits, start = snapshot.limits, snapshot.fiscal_year_start
    sums = NodeSums(past.cells)
    target = run_rate_target(past.targets, start)
    since = trap_since_at(snapshot, node.pk) if sums.trap.measures else None
    stale, stale_count = stale_at(snapshot, node.pk)
    waiting, waiting_count = waiting_at(snapshot, node.pk)
    return Cockpit(
        node=node,
        today=snapshot.as_of,
        currency=snapshot.currency,
        thresholds=limits,
        fiscal_year=snapshot.fiscal_year,
        fiscal_year_start=start,
        sums=sums,
        target=target,
        status=past.status,
        below=nodes_below_at(snapshot, node),
        curve=quarters_of(past.months, fiscal_year_start=start, locked_until=snapshot.locked_before, years=past.years),
        outlook=outlook_of(past.cells),
        covers=covers(past.targets, past.cells, past.years, thresholds=limits, fiscal_year=snapshot.fiscal_year),
        leakage=past.leakage,
        may_set_targets=False,
        locked_until=snapshot.locked_before,
        trap_days=(snapshot.as_of - since).days if since else None,
        below_plan=furthest_below_plan_at(snapshot, node.pk),
        # A deviation goes on changing; of the past the distances to plan are shown.
        deviations=[],
        deviation_count=0,
        escalated=[],
        stale=stale,
        stale_count=stale_count,
        waiting=waiting,
        waiting_count=waiting_count,
        is_recomputing=False,
        incomplete=None,
        locks=locks(),
        as_of=snapshot,
    )
