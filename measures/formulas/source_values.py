"""What a source wrote beside the fields, and how a change of it reads in the history."""

from collections.abc import Mapping
from typing import Any

_SHORT = 60


def kept_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The kept values that differ, by label, as [old, new]; None where the source has none. None and "" are alike."""
    old, new = before.get("kept") or {}, after.get("kept") or {}
    labels = [*new, *(label for label in old if label not in new)]
    pairs = {label: [old.get(label), new.get(label)] for label in labels}
    return {label: pair for label, pair in pairs.items() if (pair[0] or None) != (pair[1] or None)}


def kept_in_words(changes: Mapping[str, list[Any]]) -> list[str]:
    """`Rating from Amber to Red`; a long text only by its label."""
    return [f"{label} from {_shown(old)} to {_shown(new)}" if _is_short(old, new) else label
            for label, (old, new) in changes.items()]  # fmt: skip


def _is_short(*values: Any) -> bool:
    return all(len(str(value or "")) <= _SHORT for value in values)


def _shown(value: Any) -> str:
    return str(value) if value not in (None, "") else "nothing"
