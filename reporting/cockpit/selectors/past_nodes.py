"""The figures of a node for other programs, as they were when a month was locked."""

from measures.constants import Status
from reporting.figures.cover import Covered, covers
from reporting.figures.outlook import outlook_of
from reporting.figures.selectors.nodes import Figures, Pair, pairs_of, variance_of, year_outlook
from reporting.figures.sums import NodeSums
from reporting.past.selectors.lists import trap_since_at
from reporting.past.selectors.past import PastNode


def figures_at(past: PastNode) -> Figures:
    """As `node_figures`."""
    snapshot, sums, outlook = past.snapshot, NodeSums(past.cells), outlook_of(past.cells)
    since = trap_since_at(snapshot, past.node.pk) if sums.trap.measures else None
    return Figures(
        node=past.node,
        as_of=snapshot.as_of,
        currency=snapshot.currency,
        locked_until=snapshot.locked_before,
        measures=sums.measures,
        not_governable=sums.not_governable,
        status=past.status,
        run_rates=sums.everything,
        pipeline=sums.pipeline(snapshot.limits),
        year=year_outlook(outlook, snapshot.fiscal_year_start, snapshot.as_of),
        variance=variance_of(outlook),
        leakage=[{"cause": cause, "amount": amount} for cause, amount in past.leakage.items()],
        green_trap=sums.trap,
        green_trap_days=(snapshot.as_of - since).days if since else None,
        attribution_doubtful=sums.pair(Status.RED, Status.GREEN),
        recomputing=False,
        incomplete=None,
    )


def covers_at(past: PastNode) -> list[Covered]:
    """As `node_covers`."""
    limits, year = past.snapshot.limits, past.snapshot.fiscal_year
    return covers(past.targets, past.cells, past.years, thresholds=limits, fiscal_year=year)


def matrix_at(past: PastNode) -> list[Pair]:
    """As `node_matrix`."""
    return pairs_of(NodeSums(past.cells))
