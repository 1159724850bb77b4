"""Keeping the tree as it is at a lock (domain section 12)."""

import json
from datetime import date
from hashlib import sha256

from hierarchy.models import LockedNode, Node
from hierarchy.nodes.selectors.node_page import targets_by_node

_BATCH = 1000


def keep_tree(month: date) -> str:
    """Keep every node with its targets; returns the SHA-256 of what was kept.

    Part of the lock: the caller holds the transaction and has checked that the month was not locked before.
    """
    targets = targets_by_node()
    rows = [
        LockedNode(
            node=node,
            month=month,
            level=node.level,
            above=node.parent_id,
            path=node.path,
            name=node.name,
            lead_name=node.lead.name if node.lead else "",
            position=node.position,
            is_retired=node.is_retired,
            targets=[
                [
                    row.fiscal_year,
                    row.effect,
                    row.kind,
                    None if row.amount is None else str(row.amount),
                    str(row.allocated),
                ]
                for row in targets[node.pk]
            ],
        )
        for node in Node.objects.select_related("lead")
    ]
    LockedNode.objects.bulk_create(rows, batch_size=_BATCH)
    return tree_digest(month)


def tree_digest(month: date) -> str:
    """SHA-256 over the nodes kept at a lock, as they are now."""
    return sha256(kept_tree(month).encode()).hexdigest()


def kept_tree(month: date) -> str:
    """The nodes kept at a lock as JSON, exactly as it is hashed."""
    rows = LockedNode.objects.filter(month=month).order_by("node_id")
    columns = ("node_id", "level", "above", "path", "name", "lead_name", "position", "is_retired", "targets")
    content = [
        [str(pk), level, str(above), [str(node_id) for node_id in path], *rest]
        for pk, level, above, path, *rest in rows.values_list(*columns)
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
