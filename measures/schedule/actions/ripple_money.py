"""The money of a stored ripple, computed after the fact (domain section 8)."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.db import transaction

from measures.facts.measures import facts_of
from measures.formulas.facts import RateMissing
from measures.formulas.ripple import quarters_moved
from measures.models import Ripple, RippleMoney

_CHUNK = 500


@transaction.atomic
def store_ripple_money(ripple_id: UUID) -> int:
    """Write what a ripple moves between quarters; returns the rows. Run twice, the second time writes nothing.

    Locks the ripple, so that two workers take turns. A measure whose plan rate is missing brings no row: its own
    status says which rate. A ripple that a newer one took the place of needs no money any more.
    """
    ripple = Ripple.objects.select_for_update(of=("self",)).filter(pk=ripple_id, superseded_at__isnull=True).first()
    if ripple is None or RippleMoney.objects.filter(ripple=ripple).exists():
        return 0
    before: dict[UUID, dict[UUID, date]] = defaultdict(dict)
    after: dict[UUID, dict[UUID, date]] = defaultdict(dict)
    moves = [(ripple.measure_id, ripple.trigger_id, ripple.before_on, ripple.after_on)]
    moves += ripple.hops.exclude(days=0).values_list("measure_id", "milestone_id", "before_on", "after_on")
    for measure_id, milestone_id, was, now in moves:
        before[measure_id][milestone_id], after[measure_id][milestone_id] = was, now
    rows: list[RippleMoney] = []
    measure_ids = sorted(before)
    for first in range(0, len(measure_ids), _CHUNK):
        for measure_id, facts in facts_of(measure_ids[first : first + _CHUNK]).items():
            try:
                quarters = quarters_moved(facts, before[measure_id], after[measure_id])
            except RateMissing:
                continue
            rows += [
                RippleMoney(
                    ripple=ripple,
                    measure_id=measure_id,
                    fiscal_year=quarter.fiscal_year,
                    quarter=quarter.quarter,
                    amount=quarter.amount,
                    exit_run_rate=quarter.exit_run_rate,
                )
                for quarter in quarters
            ]
    return len(RippleMoney.objects.bulk_create(rows))
