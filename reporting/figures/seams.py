"""What figures supply to the apps below: what is expected of nodes."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from hierarchy.constants import TargetKind
from hierarchy.nodes.supply import Expected, reads_forecasts
from measures.constants import EBITDA_KINDS, Certainty
from reporting.models import NodeYear


@reads_forecasts
def forecasts(node_ids: Collection[UUID]) -> Expected:
    """Hard EBITDA by fiscal year: at completion, and as the run-rate at the year's end."""
    found: dict[tuple[UUID, str, int], Decimal] = defaultdict(Decimal)
    rows = NodeYear.objects.filter(node__in=node_ids, kind__in=EBITDA_KINDS, certainty=Certainty.HARD)
    for node_id, year, fac, exit_run_rate in rows.values_list("node_id", "fiscal_year", "fac", "exit_run_rate"):
        found[node_id, TargetKind.IN_YEAR.value, year] += fac
        found[node_id, TargetKind.RUN_RATE.value, year] += exit_run_rate
    return found
