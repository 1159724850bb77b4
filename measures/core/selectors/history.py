"""The history of a measure: its audit entries, newest first, with their place in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cat4.audit.ledger import content_of, link_hash
from cat4.audit.models import AuditEntry, LedgerEntry
from measures.constants import Verb
from measures.models import Measure

PAGE = 50


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry, with number and hash where the ledger has it; `status`: kind and new value of a computed one."""

    at: datetime
    who: str
    what: str
    reason: str
    number: int | None
    hash: str
    status: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A page of entries; `broken` is the first ledger number on it whose hash doesn't hold."""

    lines: list[HistoryLine]
    chained: int
    broken: int | None
    next_before: UUID | None
    is_first: bool


def history_of(measure: Measure, before: UUID | None = None) -> History:
    """Fifty entries, older than the entry `before` where one is given; their ledger links are computed anew."""
    entries = AuditEntry.objects.filter(measure_id=measure.pk).select_related("ledger").order_by("-id")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    page = list(entries[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    links = [(entry, entry.ledger) for entry in page if hasattr(entry, "ledger")]
    broken = [link.sequence for entry, link in links if not _holds(entry, link)]
    return History(
        lines=[_line(entry) for entry in page],
        chained=len(links),
        broken=min(broken, default=None),
        next_before=page[-1].pk if more else None,
        is_first=before is None,
    )


def _holds(entry: AuditEntry, link: LedgerEntry) -> bool:
    """Whether the link still covers the entry as it stands."""
    is_same = link.content == content_of(entry)
    return is_same and link.hash == link_hash(link.previous_hash, link.sequence, link.content)


def _line(entry: AuditEntry) -> HistoryLine:
    link: LedgerEntry | None = getattr(entry, "ledger", None)
    return HistoryLine(
        at=entry.at,
        who=entry.who,
        what=entry.summary,
        reason=entry.reason,
        number=link.sequence if link else None,
        hash=link.hash if link else "",
        status=_status(entry),
    )


def _status(entry: AuditEntry) -> tuple[str, str] | None:
    if entry.verb != Verb.STATUS_CHANGED:
        return None
    return next(((kind, after) for kind, (_, after) in entry.change.items()), None)
