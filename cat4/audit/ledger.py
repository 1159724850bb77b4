"""The hash chain: each link covers its content and the link before, so that no entry can change unseen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from cat4.tenancy.context import current_organization_id

from .models import AuditEntry, LedgerEntry

GENESIS = "0" * 64
# How far an entry's time may lie before that of an entry before it.
MOST_BACK = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification found: how many entries hold, and the first that doesn't (None: all hold)."""

    entries: int
    broken_sequence: int | None = None
    problem: str = ""
    head_hash: str = field(default="", compare=False)

    @property
    def intact(self) -> bool:
        return self.broken_sequence is None


def content_of(entry: AuditEntry) -> str:
    """The canonical JSON of an audit entry: sorted keys, no spaces, UTC instants to the microsecond.

    A key that came later stands in it only where it is set, so that older entries keep their hash.
    """
    fields: dict[str, Any] = {
        "actor_id": entry.actor_id and str(entry.actor_id),
        "actor_name": entry.actor_name,
        "at": entry.at.isoformat(timespec="microseconds"),
        "cause": entry.cause,
        "change": entry.change,
        "id": str(entry.id),
        "measure_id": entry.measure_id and str(entry.measure_id),
        "object_id": str(entry.object_id),
        "object_type": entry.object_type,
        "on_behalf_of_id": entry.on_behalf_of_id and str(entry.on_behalf_of_id),
        "organization_id": str(entry.organization_id),
        "reason": entry.reason,
        "summary": entry.summary,
        "verb": entry.verb,
    }
    if entry.on_behalf_of_name:
        fields["on_behalf_of_name"] = entry.on_behalf_of_name
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_hash(previous_hash: str, sequence: int, content: str) -> str:
    """SHA-256 over the previous hash, the sequence and the content, separated by line feeds."""
    return sha256(f"{previous_hash}\n{sequence}\n{content}".encode()).hexdigest()


def append_link(entry: AuditEntry) -> LedgerEntry:
    """Chain an audit entry. Writers of one organization take turns, until the end of the transaction."""
    take_turn(current_organization_id())
    last = LedgerEntry.objects.order_by("-sequence").only("sequence", "hash").first()
    sequence, previous_hash = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    content = content_of(entry)
    return LedgerEntry.objects.create(
        sequence=sequence,
        entry=entry,
        content=content,
        previous_hash=previous_hash,
        hash=link_hash(previous_hash, sequence, content),
    )


def take_turn(organization_id: UUID) -> None:
    """Wait until nobody else writes this organization's chain; it is kept until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ledger:{organization_id}"])


def verify_chain() -> ChainReport:
    """Walk the current organization's chain from its first entry; stop at the first that doesn't hold."""
    previous_hash, count, latest = GENESIS, 0, None
    for link in LedgerEntry.objects.select_related("entry").order_by("sequence").iterator(chunk_size=500):
        problem = next(_problems(link, count + 1, previous_hash), None)
        if problem:
            return ChainReport(count, link.sequence, problem, previous_hash if count else "")
        problem = _backdated(link.entry, latest)
        if problem:
            return ChainReport(count, link.sequence, problem, previous_hash if count else "")
        previous_hash, count, latest = link.hash, count + 1, max(latest or link.entry.at, link.entry.at)
    return ChainReport(count, head_hash=previous_hash if count else "")


def _backdated(entry: AuditEntry, latest: datetime | None) -> str:
    """An act is written when it happens; machines, and a pinned calendar, are a few hours apart at most."""
    if latest is None or entry.at >= latest - MOST_BACK:
        return ""
    return f"it says {entry.at:%Y-%m-%d %H:%M}, after an entry of {latest:%Y-%m-%d %H:%M}"


def _problems(link: LedgerEntry, expected: int, previous_hash: str) -> Iterator[str]:
    if link.sequence != expected:
        yield f"entry {expected} is missing"
    if link.previous_hash != previous_hash:
        yield "it doesn't carry the hash of the entry before"
    if link.hash != link_hash(link.previous_hash, link.sequence, link.content):
        yield "its content doesn't match its hash"
    if link.content != content_of(link.entry):
        yield "the audit entry it stands for was changed"
