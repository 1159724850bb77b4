"""What was written about a deviation, newest first, with its place in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from cat4.audit.models import AuditEntry, LedgerEntry

from ..models import Deviation

MOST = 100


@dataclass(frozen=True, slots=True)
class Written:
    """An entry: what somebody did, and why where they said so; number and hash where it stands in the ledger."""

    at: datetime
    who: str
    what: str
    reason: str
    number: int | None
    hash: str


def history_of(deviation: Deviation) -> list[Written]:
    """The newest hundred entries of a deviation."""
    entries = AuditEntry.objects.filter(measure_id=deviation.measure_id, object_id=deviation.pk)
    return [_written(entry) for entry in entries.select_related("ledger").order_by("-id")[:MOST]]


def _written(entry: AuditEntry) -> Written:
    link: LedgerEntry | None = getattr(entry, "ledger", None)
    return Written(
        at=entry.at,
        who=entry.who,
        what=entry.summary,
        reason=entry.reason,
        number=link.sequence if link else None,
        hash=link.hash if link else "",
    )
