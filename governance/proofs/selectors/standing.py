"""Whether rows and ledger say the same, both ways, and whether the ledger is the one that was seen before.

The chain alone can't tell that its end was cut off, that an act was written without an entry, or that a row was
altered behind its entry. Heads that were kept elsewhere, and the rows that entries hold, do.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from cat4.audit.facts import Row, first_difference
from cat4.audit.models import AuditEntry, LedgerEntry
from governance.closures.models import ClosureSignature, SustainResult
from governance.closures.selectors.proof_rows import signature_rows, sustain_rows
from governance.constants import Verb
from governance.gates.models import GateApproval, GateDecision
from governance.gates.selectors.proof_rows import approval_rows, decision_rows
from hierarchy.constants import PeriodState
from hierarchy.constants import Verb as HierarchyVerb
from hierarchy.models import Deputy, ReportingPeriod
from measures.evidence.selectors import PROVING, document_rows
from measures.models import Document

from ..models import LedgerVerification, ProofPack
from .held import HeldRows

# Enough to see what happened; whoever rewrote a thousand rows is found by the first.
MOST = 50
_CHUNK = 500
# By the file of a pack: every row of the database, how one is told, and whether a row exists.
_ROWS: Mapping[str, tuple[Callable[[], Iterator[Row]], str, type[Any]]] = {
    "decisions": (
        lambda: decision_rows(GateDecision.objects.all()),
        "decision {number} on {measure_code}",
        GateDecision,
    ),
    "approvals": (
        lambda: approval_rows(GateApproval.objects.all()),
        "confirmation {kind} of {measure_code} by {person_name}",
        GateApproval,
    ),
    "closures": (
        lambda: signature_rows(ClosureSignature.objects.all()),
        "signature {number} under the closure of {measure_code}",
        ClosureSignature,
    ),
    "sustain": (
        lambda: sustain_rows(SustainResult.objects.all()),
        "sustain check of {measure_code} after {months_after} months",
        SustainResult,
    ),
    "evidence": (
        lambda: document_rows(Document.objects.filter(PROVING)),
        "document “{title}” of {measure_code}",
        Document,
    ),
}


def contradictions() -> list[str]:
    """What doesn't hold in the current organization beside the chain itself, in sentences; MOST at most."""
    return list(islice(_contradictions(), MOST))


def _contradictions() -> Iterator[str]:
    yield from _lost_heads()
    held = _held()
    for name, (rows, words, model) in _ROWS.items():
        yield from _of_kind(held, name, rows(), words)
        yield from _gone(held, name, model)
    yield from _without_entry(
        Deputy.objects.all(), HierarchyVerb.DEPUTY_NAMED, "the deputy named on {named_at:%Y-%m-%d}"
    )
    yield from _without_row(Deputy.objects.all(), HierarchyVerb.DEPUTY_NAMED, "the deputy")
    yield from _without_row(ReportingPeriod.objects.filter(state=PeriodState.LOCKED), Verb.PERIOD_LOCKED, "the lock")
    yield from _locks()


def _locks() -> Iterator[str]:
    """A lock closes every month before it: what lies after the newest one that has an entry was locked without."""
    locked = ReportingPeriod.objects.filter(state=PeriodState.LOCKED)
    entry = AuditEntry.objects.filter(object_id=OuterRef("pk"), verb=Verb.PERIOD_LOCKED, ledger__isnull=False)
    newest = locked.filter(Exists(entry)).order_by("-month").values_list("month", flat=True).first()
    for period in locked.filter(month__gt=newest).order_by("month") if newest else ():
        yield f"the lock of {period.month:%b %Y} is in no entry"


def _lost_heads() -> Iterator[str]:
    """A head that was kept when the ledger was verified, or a pack asked for, is still an entry of this chain."""
    intact = LedgerVerification.objects.filter(broken_sequence__isnull=True, entries__gt=0).order_by("at")
    kept = [(row.entries, row.head_hash, f"the verification of {row.at:%Y-%m-%d %H:%M}") for row in intact]
    kept += [
        (pack.head_sequence, pack.head_hash, f"the proof pack of {pack.requested_at:%Y-%m-%d %H:%M}")
        for pack in ProofPack.objects.order_by("requested_at")
    ]
    hashes = dict(LedgerEntry.objects.filter(sequence__in=[one for one, *_ in kept]).values_list("sequence", "hash"))
    for sequence, head, where in kept:
        if sequence not in hashes:
            yield f"entry {sequence}, which {where} ended with, is gone: the end was cut off"
        elif hashes[sequence] != head:
            yield f"entry {sequence} is not the one that {where} ended with: the ledger was written anew"


def _held() -> HeldRows:
    links = LedgerEntry.objects.order_by("sequence")
    newest = links.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    held = HeldRows(newest)
    holding = links.filter(content__contains='"rows":').values_list("sequence", "content")
    for sequence, content in holding.iterator(chunk_size=_CHUNK):
        held.read(sequence, content)
    return held


def _of_kind(held: HeldRows, name: str, rows: Iterator[Row], words: str) -> Iterator[str]:
    entries = held.entries_of(name)
    for now, then in held.compared(name, rows):
        which = words.format(**now)
        if then is None:
            yield f"{which} is in no entry"
        elif field := first_difference(now, then):
            yield f"{which} differs from entry {entries[now['id']]}: {field}"


def _gone(held: HeldRows, name: str, model: type[Any]) -> Iterator[str]:
    """What an entry holds and no row shows any more."""
    entries = held.entries_of(name)
    there = model.objects.filter(pk__in=[UUID(pk) for pk in entries])
    missing = entries.keys() - {str(pk) for pk in there.values_list("pk", flat=True)}
    for pk in sorted(missing, key=entries.__getitem__):
        yield f"a row of {name} that entry {entries[pk]} holds is gone"


def _without_entry(rows: QuerySet[Any], verb: str, words: str) -> Iterator[str]:
    """Rows whose act has no entry in the ledger."""
    entry = AuditEntry.objects.filter(object_id=OuterRef("pk"), verb=verb, ledger__isnull=False)
    for row in rows.exclude(Exists(entry)).order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"{words.format(**vars(row))} is in no entry"


def _without_row(rows: QuerySet[Any], verb: str, what: str) -> Iterator[str]:
    """Entries of an act whose row is gone, or undone."""
    links = LedgerEntry.objects.filter(entry__verb=verb).exclude(entry__object_id__in=rows.values("pk"))
    for sequence in links.order_by("sequence").values_list("sequence", flat=True):
        yield f"{what} that entry {sequence} tells of is gone"
