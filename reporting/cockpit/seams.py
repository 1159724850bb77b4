"""What the cockpit tells committees: where their node stands, by the figures that it shows itself."""

from decimal import Decimal

from governance.committees.supply import Cover, CurvePoint, Standing, gives_standing
from hierarchy.models import Node
from reporting.figures.cover import Covered
from reporting.figures.selectors.nodes import Figures, node_covers, node_figures
from reporting.past.selectors.locks import last_snapshot
from reporting.past.selectors.past import node_kept

from .selectors.past_nodes import figures_at


@gives_standing
def standing_of(node: Node) -> Standing:
    """Targets with what covers them, and the curve's ends now and at the last lock."""
    snapshot = last_snapshot()
    past = node_kept(snapshot, node.pk) if snapshot else None
    now = _ends(node_figures(node))
    then = _ends(figures_at(past)) if past else {}
    return Standing(
        tuple(_cover(covered) for covered in node_covers(node) if covered.target.amount is not None),
        tuple(CurvePoint(name, amount, then.get(name)) for name, amount in now.items()),
        snapshot.month if snapshot and past else None,
    )


def _cover(covered: Covered) -> Cover:
    target = covered.target
    decided = covered.hard
    share = covered.share(covered.expected if decided is None else decided)
    return Cover(
        target.fiscal_year, str(target.effect), str(target.kind), covered.amount, decided, covered.expected, share
    )


def _ends(figures: Figures) -> dict[str, Decimal]:
    year = figures.year
    return {
        "plan_in_year": year.plan,
        "fac_in_year": year.fac.total,
        "validated_in_year": year.fac.validated,
        "plan_exit_run_rate": year.plan_exit_run_rate,
        "exit_run_rate": year.exit_run_rate,
    }
