"""What a lock keeps: every measure, every node, and the settings that their figures rest on (domain section 12)."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.fiscal import fiscal_year
from cat4.tenancy.context import current_organization_id
from cat4.wording import month_name
from governance.constants import Verb
from hierarchy.models import LockedNode, OrganizationSettings
from hierarchy.snapshots.actions import keep_tree, tree_digest
from measures.status.actions.standings import keep_standings, standings_digest

from ..models import Snapshot


def keep_snapshot(month: date, settings: OrganizationSettings, locked_before: date | None) -> Snapshot:
    """Keep everything as it stands at this moment, just before `month` counts as locked.

    Part of the lock, in its transaction.
    """
    home = settings.organization
    today = clock.today(home.time_zone)
    measures = keep_standings(month, today)
    tree = keep_tree(month)
    head: dict[str, Any] = {
        "month": month,
        "at": clock.now(),
        "as_of": today,
        "locked_before": locked_before,
        "fiscal_year": fiscal_year(today, home.fiscal_year_start),
        "fiscal_year_start": home.fiscal_year_start,
        "currency": home.currency,
        "thresholds": settings.thresholds.as_stored(),
        "measures": measures,
        "nodes": LockedNode.objects.filter(month=month).count(),
    }
    return Snapshot.objects.create(**head, digest=_digest(head, standings_digest(month)[0], tree))


def snapshot_digest(snapshot: Snapshot, measures: str, tree: str) -> str:
    """The digest that a snapshot's rows make, given those of its measures and of its tree."""
    return sha256(snapshot_content(snapshot, measures, tree).encode()).hexdigest()


def snapshot_content(snapshot: Snapshot, measures: str, tree: str) -> str:
    """The head of a snapshot as JSON, exactly as it is hashed."""
    names = [
        field.name for field in Snapshot._meta.concrete_fields if field.name not in {"id", "organization", "digest"}
    ]
    return _content({name: getattr(snapshot, name) for name in names}, measures, tree)


def _digest(head: Mapping[str, object], measures: str, tree: str) -> str:
    return sha256(_content(head, measures, tree).encode()).hexdigest()


def _content(head: Mapping[str, object], measures: str, tree: str) -> str:
    content = {**head, "organization": current_organization_id(), "measures_digest": measures, "tree_digest": tree}
    return json.dumps(content, sort_keys=True, default=str)


def broken_snapshot() -> str:
    """What is wrong with the first snapshot that doesn't hold; empty when all do.

    The rows are hashed as they are now and compared with the ledger, whose own chain is verified apart.
    """
    entries = AuditEntry.objects.filter(verb=Verb.PERIOD_LOCKED, ledger__isnull=False)
    chained = {entry.change["month"]: entry.change.get("snapshot", {}).get("digest", "") for entry in entries}
    for snapshot in Snapshot.objects.order_by("month"):
        digest, code = standings_digest(snapshot.month)
        found = snapshot_digest(snapshot, digest, tree_digest(snapshot.month))
        if found != chained.get(f"{snapshot.month:%Y-%m}"):
            where = f", first at {code}" if code else ""
            return f"what was kept of {month_name(snapshot.month)} isn't what its ledger entry says{where}"
    return ""
