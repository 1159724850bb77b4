"""The moments that an address names: a lock by its month, or two of them to compare."""

import re
from datetime import date

from cat4.errors import Conflict, Invalid
from cat4.web.formats import month as month_name
from governance.months.models import Snapshot

from .selectors.locks import has_figures, last_snapshot, months_kept, snapshot_of

_MONTH = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])", re.ASCII)


def lock_named(text: str, field: str = "asof") -> Snapshot | None:
    """The lock of a month such as 2026-08; None when nothing is asked for.

    Raises:
        Invalid: on `field`, when it is no month, or no lock of it kept a snapshot.
        Conflict: its figures are being written.
    """
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if match is None:
        raise Invalid({field: "Name a month such as 2026-08."})
    month = date(int(match[1]), int(match[2]), 1)
    snapshot = snapshot_of(month)
    if snapshot is None:
        known = [month_name(kept_month) for kept_month in months_kept()]
        said = f"There is one of {', '.join(known)}." if known else "A lock of a month keeps one."
        raise Invalid({field: f"No snapshot was kept of {month_name(month)}. {said}"})
    if not has_figures(snapshot):
        sentence = f"The figures of {month_name(month)} are being written. Load the page again in a moment."
        raise Conflict(sentence, current={"measures": snapshot.measures})
    return snapshot


def two_moments(first: str, second: str) -> tuple[Snapshot, Snapshot | None]:
    """Two locks to compare, or a lock and now (None). Without names: the last lock, and now.

    Raises:
        Invalid: on `from` or `to`, also when they are in the wrong order or no month is locked.
        Conflict: figures are being written.
    """
    other = None if second in ("", "now") else lock_named(second, "to")
    base = lock_named(first, "from") or last_snapshot(before=other.month if other else None)
    if base is None:
        raise Invalid({"from": "There is no lock before that to compare with."})
    if other is not None and base.month >= other.month:
        raise Invalid({"to": "The second lock comes after the first."})
    return base, other
