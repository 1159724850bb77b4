"""The snapshots of a proof pack: what each lock kept, as it was hashed, so that the ledger's hash proves it."""

from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from governance.months.actions.snapshots import snapshot_content
from governance.months.models import Snapshot
from hierarchy.snapshots.actions import kept_tree
from measures.status.actions.standings import kept_texts

from ..archive import ProofArchive
from ..models import ProofPack


def snapshots_of(pack: ProofPack) -> QuerySet[Snapshot]:
    """Those of the months of the pack, locked before it was asked for."""
    found = Snapshot.objects.filter(at__lte=pack.requested_at).order_by("month")
    if pack.first_month:
        found = found.filter(month__gte=pack.first_month)
    return found.filter(month__lte=pack.last_month) if pack.last_month else found


def write_snapshot(archive: ProofArchive, pack: ProofPack, snapshot_id: UUID) -> None:
    """A folder by month: measures, tree, and the head that holds the hashes of both.

    Of measures elsewhere than below the pack's node only the hash is told: it is part of the whole's.
    """
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    folder, every = f"snapshots/{snapshot.month:%Y-%m}", sha256()
    with archive.member(f"{folder}/measures.jsonl") as member:
        for number, kept in enumerate(kept_texts(snapshot.month)):
            every.update(f"{chr(10) if number else ''}{kept.digest}".encode())
            content = kept.content if pack.node_id in kept.path else None
            member.lines([{"measure_id": kept.measure_id, "sha256": kept.digest, "content": content}])
    tree = kept_tree(snapshot.month)
    archive.text(f"{folder}/tree.json", tree)
    head = snapshot_content(snapshot, every.hexdigest(), sha256(tree.encode()).hexdigest())
    archive.text(f"{folder}/head.json", head)
