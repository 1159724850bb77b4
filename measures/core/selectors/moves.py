"""What moving a measure does to the target gaps of both places."""

from collections import defaultdict
from decimal import Decimal

from hierarchy.constants import TargetKind
from hierarchy.models import Node
from hierarchy.nodes.selectors.gaps import Gaps, gaps_of_move
from measures.constants import EBITDA_KINDS, Certainty, Doi
from measures.models import Measure


def gaps_of_moved(measure: Measure, package: Node) -> Gaps:
    """By what totals count of it: hard EBITDA of a governable measure from DoI 1 on."""
    if not measure.governable or measure.doi < Doi.IDENTIFIED:
        return ()
    brought: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    rows = measure.years.filter(kind__in=EBITDA_KINDS, certainty=Certainty.HARD)
    for year, fac, exit_run_rate in rows.values_list("fiscal_year", "fac", "exit_run_rate"):
        brought[TargetKind.IN_YEAR.value, year] += fac
        brought[TargetKind.RUN_RATE.value, year] += exit_run_rate
    return gaps_of_move(measure.package.path, package.path, brought)
