"""Figures that the controller sent back and nobody has entered again, with the reason, where they are repaired."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cat4.audit.models import AuditEntry
from hierarchy.calendar.selectors.periods import last_locked_month
from measures.constants import Doi, Verb
from measures.models import EffectMonth, Measure


@dataclass(frozen=True, slots=True)
class ReturnedMonth:
    """A month of a line that was returned: by whom, in words, and why."""

    line_id: UUID
    line: str
    month: date
    by: str
    reason: str


def returned_months(measure: Measure) -> list[ReturnedMonth]:
    """By line and month. What was entered again is no longer returned; in a locked month nobody can enter it again."""
    if measure.doi < Doi.DECIDED:
        return []
    entries = AuditEntry.objects.filter(measure_id=measure.pk, verb=Verb.ACTUALS_RETURNED).order_by("id")
    latest = {(entry.object_id, month): entry for entry in entries for month in entry.change}
    if not latest:
        return []
    open_months = EffectMonth.objects.filter(
        measure_id=measure.pk, reported__isnull=True, line_id__in={line_id for line_id, _ in latest}
    )
    locked = last_locked_month()
    if locked is not None:
        open_months = open_months.filter(month__gt=locked)
    rows = open_months.select_related("line").order_by("line__position", "line_id", "month")
    found = ((row, latest.get((row.line_id, f"{row.month:%Y-%m}"))) for row in rows)
    return [
        ReturnedMonth(row.line_id, row.line.name, row.month, entry.who, entry.reason) for row, entry in found if entry
    ]
