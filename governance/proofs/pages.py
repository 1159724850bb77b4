"""The ledger and the scopes of proof packs as their pages show them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cat4.audit.models import LedgerEntry
from cat4.web.formats import short_hash

from .selectors.ledger import LedgerRow
from .selectors.scopes import Scope


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry as a sentence, with a hash to compare by eye."""

    number: int
    at: datetime
    who: str
    what: str
    reason: str
    hash: str
    measure_id: UUID | None
    measure: str


def ledger_lines(rows: Iterable[LedgerRow]) -> list[LedgerLine]:
    """A line per entry, in the same order."""
    return [
        LedgerLine(
            number=row.link.sequence,
            at=row.link.entry.at,
            who=row.link.entry.who,
            what=f"{row.link.entry.summary}.",
            reason=row.link.entry.reason,
            hash=short_hash(row.link.hash),
            measure_id=row.link.entry.measure_id,
            measure=row.measure,
        )
        for row in rows
    ]


def content_lines(link: LedgerEntry) -> str:
    """The canonical content, indented to be read; what is hashed is the line itself."""
    return json.dumps(json.loads(link.content), indent=2, ensure_ascii=False)


def scope_choices(scopes: Iterable[Scope]) -> list[tuple[UUID, str]]:
    """What a pack may be about: `Portfolio / Program / Project`."""
    return sorted(((scope.node_id, " / ".join(scope.names)) for scope in scopes), key=lambda choice: choice[1])
