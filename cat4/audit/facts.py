"""The facts of an act as its entry of the ledger holds them: rows that a proof pack shows and a verifier rebuilds.

An entry's `change` holds them under `rows`, by the name of the file of the pack that shows them:
`{"rows": {"approvals": [{...}]}}`. What isn't in an entry can't be proved, so each act puts its own rows there.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypedDict

Row = dict[str, Any]


class Held(TypedDict):
    """The part of an entry's change that holds rows."""

    rows: dict[str, list[Row]]


def rows_held(**rows: Iterable[Row]) -> Held:
    """The rows of an act, by the name of their file; for `record(change=...)`."""
    return {"rows": {name: list(found) for name, found in rows.items()}}


def rows_merged(*parts: Mapping[str, list[Row]]) -> Held:
    """The rows of several parts of one act together."""
    rows: dict[str, list[Row]] = {}
    for part in parts:
        for name, found in part.items():
            rows.setdefault(name, []).extend(found)
    return {"rows": rows}


def first_difference(now: Any, then: Any, at: str = "") -> str:
    """The first field in which a row differs from what an entry holds, such as `lines.0.confirmed`; empty for none."""
    if isinstance(now, dict) and isinstance(then, dict):
        if now.keys() != then.keys():
            return ".".join(filter(None, [at, min(now.keys() ^ then.keys())]))
        pairs = [(f"{at}.{key}" if at else key, now[key], then[key]) for key in sorted(now)]
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        pairs = [(f"{at}.{number}", one, other) for number, (one, other) in enumerate(zip(now, then, strict=True))]
    else:
        return "" if now == then else at or "the row"
    return next(filter(None, (first_difference(one, other, place) for place, one, other in pairs)), "")


def instant(at: datetime | None) -> str | None:
    """An instant in UTC to the microsecond: as text in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None


def day(on: date | None) -> str | None:
    """A day, as 2026-11-30."""
    return on.isoformat() if on else None


def amount(value: Decimal | None) -> str | None:
    """An amount with its cents, as the database keeps it."""
    return None if value is None else f"{value:.2f}"
