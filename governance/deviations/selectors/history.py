"""What was written about a deviation, newest first, with its place in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from cat4.audit.models import AuditEntry, LedgerEntry

from ..models import Deviation

MOST = 100
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A line for the component `ledger`."""

    at: datetime
    who: str
    what: str
    reason: str
    number: int | None
    hash: str


def history_of(deviation: Deviation) -> list[Written]:
    """The newest hundred entries of a deviation."""
    entries = AuditEntry.objects.filter(measure_id=deviation.measure_id, object_id=deviation.pk)
    return [_line(entry) for entry in entries.select_related("ledger").order_by("-id")[:MOST]]


def _line(entry: AuditEntry) -> Written:
    link: LedgerEntry | None = getattr(entry, "ledger", None)
    said = f"{entry.summary}. “{entry.reason}”" if entry.reason else f"{entry.summary}."
    return Written(
        at=entry.at,
        who=entry.actor_name,
        what=said,
        reason=entry.reason,
        number=link.sequence if link else None,
        hash=f"{link.hash[:_SHOWN]}…{link.hash[-_SHOWN:]}" if link else "",
    )
