"""Keeping how measures stand at a lock, for trends to compare with (domain 7)."""

from datetime import date

from cat4 import clock
from cat4.tenancy.context import current_organization_id

from ..constants import Status, StatusKind
from ..models import LockedStanding, MeasureStatus, MeasureTotals

_SUMS = ("plan_in_year", "fac_in_year", "plan_run_rate", "forecast_run_rate")
_BATCH = 2000


def keep_standings(month: date) -> int:
    """Keep status and money of every measure that was ever computed, as stored at this moment; returns how many.

    Two reads and one insert per 2,000 measures. Part of the lock: the caller holds the transaction and has
    checked that the month was not locked before.
    """
    statuses = MeasureStatus.objects.filter(organization_id=current_organization_id()).order_by()
    values = {(measure, kind): value for measure, kind, value in statuses.values_list("measure_id", "kind", "value")}
    sums = MeasureTotals.objects.filter(organization_id=current_organization_id()).order_by()
    at = clock.now()
    rows = [
        LockedStanding(
            measure_id=one["measure_id"],
            month=month,
            at=at,
            **{kind.value: values.get((one["measure_id"], kind.value), Status.GREY) for kind in StatusKind},
            **{name: one[name] for name in _SUMS},
        )
        for one in sums.values("measure_id", *_SUMS)
    ]
    LockedStanding.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)
