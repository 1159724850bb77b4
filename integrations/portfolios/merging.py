"""Three-way comparison of a re-imported value: what the file said before, what it says now, what stands here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Merge:
    """`changes` go in; `conflicts` were changed on both sides and are left for a person."""

    changes: dict[str, Any] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def merge(before: Mapping[str, Any], now: Mapping[str, Any], here: Mapping[str, Any]) -> Merge:
    """Take what the file changed since it was last read, unless somebody changed the same value here."""
    result = Merge()
    for name, value in now.items():
        if value == before.get(name) or value == here.get(name):
            continue
        if here.get(name) == before.get(name):
            result.changes[name] = value
        else:
            result.conflicts.append(
                f"{name}: the file says {value!r}, here stands {here.get(name)!r}; nothing was changed."
            )
    return result
