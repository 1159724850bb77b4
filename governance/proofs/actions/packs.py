"""Proof packs for auditors: asked for by a person, built by a worker, handed out on record (domain section 13)."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.audit.ledger import take_turn
from cat4.audit.models import LedgerEntry
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid, require
from cat4.outbox.actions import publish
from cat4.tenancy.context import organization_context
from cat4.tenancy.ids import new_id
from cat4.wording import month_name
from governance.constants import Topic, Verb
from hierarchy.models import Node
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.organization.actions import rule_actor
from measures.evidence.storage import discarded_on_failure, open_stored
from measures.facts import checks as measure_checks
from measures.facts.calendar import calendar

from ..archive import ProofArchive
from ..constants import PackState
from ..models import ProofPack
from ..policies import may_have_proof
from ..selectors import rows as proof_rows
from ..selectors.held import HeldRows
from ..selectors.packs import proof_pack
from ..verify_pages import index_page, read_me
from .snapshots import snapshots_of, write_snapshot

# A pack whose worker has given no sign of life for so long was given up.
SILENCE = timedelta(minutes=15)
# The evidence that one archive may hold, in bytes; more is asked for by node or by year.
MOST_BYTES = 4 * 1024**3
_BATCH = 1000
_SCRIPTS = [Path(__file__).parent.parent / name for name in ("verify.py", "verify_pages.py")]
_FILES = {
    "decisions": "Decisions",
    "approvals": "Confirmations",
    "closures": "Signatures",
    "sustain": "Sustain checks",
    "evidence": "Evidence",
}
_UNDER_WAY = [PackState.QUEUED, PackState.RUNNING]


@transaction.atomic
def ask_for_proof(
    actor: Actor,
    *,
    node_id: UUID | None = None,
    first_month: date | None = None,
    last_month: date | None = None,
    with_files: bool = False,
) -> ProofPack:
    """Have a worker build the proof of a node, or of the whole organization, for some months or from the beginning.

    The chain is always whole: it verifies only from its first entry on.

    Raises:
        NotAllowed.
        Invalid: by field; on `with_files` when the evidence is too large for one archive.
        Conflict: another one is being built.
    """
    root = root_node()
    require(may_have_proof(actor, root.pk))
    node = _checked(node_id or root.pk, first_month, last_month)
    # Of several who ask at once, one is first; the others see what it asked for.
    take_turn(actor.organization_id)
    now = clock.now()
    if with_files and proof_rows.size_of(node.pk, first_month, last_month, now) > MOST_BYTES:
        raise Invalid({"with_files": "The evidence is too large for one archive. Ask by node, or by fewer months."})
    running = ProofPack.objects.filter(state__in=_UNDER_WAY, seen_at__gt=now - SILENCE).first()
    if running is not None:
        raise Conflict("Another proof pack is being built. Wait for it.", current={"id": str(running.pk)})
    pack = ProofPack(
        node=node, first_month=first_month, last_month=last_month, with_files=with_files,
        requested_by_id=actor.user_id, requested_at=now, seen_at=now,
    )  # fmt: skip
    scope = scope_of(pack)
    entry = record(
        actor, Verb.PROOF_PACK_ASKED, pack, summary=f"asked for a proof pack of {scope}",
        change={"covers": proof_rows.covers_now(pack, scope)}, ledger=True,
    )  # fmt: skip
    # The pack ends with the entry of its asking, which says what it covers: nobody narrows it unseen.
    head = LedgerEntry.objects.get(entry=entry)
    pack.head_sequence, pack.head_hash = head.sequence, head.hash
    pack.save(force_insert=True)
    publish(Topic.PROOF_PACK_ASKED, pack.pk)
    return pack


def _checked(node_id: UUID, first: date | None, last: date | None) -> Node:
    problems, window = Problems(), calendar()
    node = Node.objects.filter(pk=node_id).first()
    if node is None:
        problems.add("node_id", "Unknown node.")
    for field, month in (("first_month", first), ("last_month", last)):
        if month is not None:
            measure_checks.month(problems, field, month, window)
    if first and last and last < first:
        problems.add("last_month", "The last month lies before the first.")
    problems.stop_if_any()
    if node is None:
        raise Http404("There is no such node.")
    return node


def scope_of(pack: ProofPack) -> str:
    """`Alderbrook Group, Jan 2026 to Aug 2026`."""
    first = month_name(pack.first_month) if pack.first_month else "the beginning"
    last = month_name(pack.last_month) if pack.last_month else "the day it was asked for"
    whole = pack.first_month is None and pack.last_month is None
    return pack.node.name if whole else f"{pack.node.name}, {first} to {last}"


def ask_again() -> int:
    """Packs that wait although nobody builds them are published once more; returns how many."""
    now = clock.now()
    lost = ProofPack.objects.filter(Q(state__in=_UNDER_WAY) & Q(seen_at__lt=now - SILENCE))
    ids = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    ProofPack.objects.filter(pk__in=ids).update(state=PackState.QUEUED, seen_at=now)
    for pack_id in ids:
        publish(Topic.PROOF_PACK_ASKED, pack_id)
    return len(ids)


@transaction.atomic
def download_proof(actor: Actor, pack_id: UUID) -> tuple[ProofPack, IO[bytes]]:
    """Hand the archive out; who took it is in the ledger.

    Raises:
        Http404, NotAllowed; Conflict while it isn't ready.
    """
    pack = proof_pack(actor, pack_id)
    require(may_have_proof(actor, root_node().pk))
    if pack.state != PackState.READY:
        raise Conflict(
            f"The proof pack is not ready: {pack.get_state_display().lower()}.", current={"state": pack.state}
        )
    try:
        content = open_stored(pack.storage_key)
    except FileNotFoundError as error:
        raise Http404("The archive is not in the storage. Ask for a new one.") from error
    record(
        actor, Verb.PROOF_PACK_DOWNLOADED, pack, summary=f"downloaded the proof pack of {scope_of(pack)}",
        change={"sha256": pack.sha256}, ledger=True,
    )  # fmt: skip
    return pack, content


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a build: a file of the archive, or a piece of the chain."""

    words: str
    write: Callable[[ProofArchive, ProofPack], None]


def build_proof(organization_id: UUID, pack_id: UUID) -> bool:
    """Write the archive, part by part, each in a transaction of its own that also says how far it is.

    Safe to run twice: a pack that somebody has taken up is left alone. Memory stays bounded by a batch of rows.
    """
    with organization_context(organization_id):
        taken = ProofPack.objects.filter(pk=pack_id, state=PackState.QUEUED)
        if not taken.update(state=PackState.RUNNING, seen_at=clock.now()):
            return False
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "proof.zip"
            _write(organization_id, pack_id, path)
            _keep(organization_id, pack_id, path)
    except Exception as error:
        with organization_context(organization_id):
            said = f"{type(error).__name__}: {error}"[:2000]
            _tell(pack_id, state=PackState.FAILED, finished_at=clock.now(), error=said)
        raise
    return True


def _write(organization_id: UUID, pack_id: UUID, path: Path) -> None:
    archive = ProofArchive(path)
    with organization_context(organization_id):
        pack = ProofPack.objects.select_related("node").get(pk=pack_id)
        manifest, held = _manifest(pack), HeldRows(pack.head_sequence)
        parts = list(_parts(pack, held, manifest))
        _tell(pack_id, total=len(parts) + 1)
    _write_chain(archive, organization_id, pack, held)
    for number, part in enumerate(parts, start=1):
        with organization_context(organization_id):
            part.write(archive, pack)
            _tell(pack_id, step=part.words, done=number)
    archive.finish(manifest)


def _write_chain(archive: ProofArchive, organization_id: UUID, pack: ProofPack, held: HeldRows) -> None:
    """The longest file, read in batches so that no transaction lasts."""
    with archive.member("ledger.jsonl") as member:
        for first in range(1, pack.head_sequence + 1, _BATCH):
            with organization_context(organization_id):
                last = min(first + _BATCH - 1, pack.head_sequence)
                member.lines(proof_rows.chain_rows(first, last, held))
                _tell(pack.pk, step=f"Ledger, from entry {first}")
    with organization_context(organization_id):
        proof_rows.read_later(held)


def _parts(pack: ProofPack, held: HeldRows, manifest: dict[str, Any]) -> Iterator[Part]:
    for name, words in _FILES.items():
        yield Part(words, partial(_write_rows, name=name, held=held))
    for pk, month in snapshots_of(pack).values_list("pk", "month"):
        yield Part(f"Snapshot of {month_name(month)}", partial(write_snapshot, snapshot_id=pk))
    if pack.with_files:
        yield Part("Files", partial(_write_files, held=held))
    yield Part("Index", partial(_write_index, held=held, manifest=manifest))
    yield Part("Script", partial(_write_texts, manifest=manifest))


def _write_rows(archive: ProofArchive, pack: ProofPack, *, name: str, held: HeldRows) -> None:
    with archive.member(f"{name}.jsonl") as member:
        member.lines(proof_rows.rows_of(pack, name, held))


def _write_files(archive: ProofArchive, pack: ProofPack, *, held: HeldRows) -> None:
    for name, digest, key in proof_rows.files_of(pack, held):
        with open_stored(key) as content:
            if archive.copy(name, content) != digest:
                raise ValueError(f"The stored file {digest} has changed since it was uploaded.")


def _write_index(archive: ProofArchive, pack: ProofPack, *, held: HeldRows, manifest: dict[str, Any]) -> None:
    rows = [proof_rows.rows_of(pack, name, held) for name in ("decisions", "closures", "sustain", "evidence")]
    with archive.member("index.html") as member:
        for piece in index_page(manifest, *rows):
            member.write(piece.encode())


def _write_texts(archive: ProofArchive, pack: ProofPack, *, manifest: dict[str, Any]) -> None:
    for script in _SCRIPTS:
        archive.text(script.name, script.read_text())
    archive.text("README.txt", read_me(manifest))


def _manifest(pack: ProofPack) -> dict[str, Any]:
    """What the pack covers, as the ledger has it, and where its chain ends."""
    return {
        **proof_rows.covers_of(pack),
        "format": "cat4 proof pack 2",
        "ledger": {"entries": pack.head_sequence, "hash": pack.head_hash},
        "snapshots": {f"{snapshot.month:%Y-%m}": snapshot.digest for snapshot in snapshots_of(pack)},
    }


def _keep(organization_id: UUID, pack_id: UUID, path: Path) -> None:
    digest = _digest(path)
    with path.open("rb") as content:
        key = default_storage.save(f"{organization_id}/{new_id()}", File(content))
    with discarded_on_failure(key), organization_context(organization_id):
        pack = ProofPack.objects.select_related("node").get(pk=pack_id)
        facts = {"storage_key": key, "size": path.stat().st_size, "sha256": digest}
        _tell(pack_id, state=PackState.READY, finished_at=clock.now(), done=pack.total, step="", **facts)
        record(
            rule_actor(), Verb.PROOF_PACK_BUILT, pack, summary=f"built the proof pack of {scope_of(pack)}",
            change={"sha256": digest, "size": facts["size"]}, ledger=True,
        )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _tell(pack_id: UUID, **facts: object) -> None:
    ProofPack.objects.filter(pk=pack_id).update(seen_at=clock.now(), **facts)
