"""From its closing on a measure is forecast at what was signed, until that no longer holds (domain section 4)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from measures.constants import Recurrence
from measures.models import EffectLine, Measure


def forecast_as_signed(measure: Measure, confirmed: Mapping[UUID, Decimal]) -> None:
    """Each recurring line is expected at the run-rate that was confirmed, in its currency; the owner's forecast rests.

    One-off lines stay as they are. The caller holds the measure's lock and publishes that it changed.
    """
    lines = measure.lines.filter(recurrence=Recurrence.RECURRING, pk__in=list(confirmed))
    for line in lines:
        line.closed_run_rate = confirmed[line.pk]
    EffectLine.objects.bulk_update(lines, ["closed_run_rate"])


def forecast_as_stated(measure: Measure) -> None:
    """The owner's forecast counts again: the measure was reopened, or its money didn't last.

    The caller holds the measure's lock and publishes that it changed.
    """
    measure.lines.filter(closed_run_rate__isnull=False).update(closed_run_rate=None)
