"""What every editing action does the same way: refuse a stale version, tell old from new, name a duplicate."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from cat4.errors import Conflict, Invalid, StaleVersion

SAVED_SINCE = "Someone saved this since you opened it."


class Versioned(Protocol):
    """A row that counts its edits."""

    @property
    def version(self) -> int: ...


def check_version(
    row: Versioned, expected: int | None, /, *fields: str, sentence: str = SAVED_SINCE, **values: Any
) -> None:
    """Refuse an edit that began on an older state; None skips the check, for callers who read under the lock.

    Raises:
        StaleVersion: `current` holds the version, what the row holds in `fields`, and `values`, as they are now.
    """
    if expected is None or expected == row.version:
        return
    current = {"version": row.version, **{field: getattr(row, field) for field in fields}, **values}
    raise StaleVersion(sentence, current=current)


def apply_changes(obj: Any, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values that differ, and return field to [old, new]."""
    difference: dict[str, list[Any]] = {}
    for field, new in changes.items():
        old = getattr(obj, field)
        if old != new:
            difference[field] = [old, new]
            setattr(obj, field, new)
    return difference


def accept_only(changes: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Refuse an unknown field: a caller's mistake, not a person's.

    Raises:
        TypeError: naming it.
    """
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"There is no field {', '.join(sorted(unknown))} here.")


@contextmanager
def naming_duplicates(taken: Mapping[str, tuple[str, str] | Conflict]) -> Iterator[None]:
    """Turn a violated unique constraint, by its name, into Invalid of (field, sentence), or into the Conflict given.

    The database decides, so that two people who save at once can't both succeed.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
        if name not in taken:
            raise
        refusal = taken[name]
        if isinstance(refusal, Conflict):
            raise refusal from error
        field, sentence = refusal
        raise Invalid({field: sentence}) from error
