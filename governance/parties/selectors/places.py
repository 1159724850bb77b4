"""Where something is being decided: in circulation, or before an open meeting. Then it is decided nowhere else.

Committees say where, in their `seams.py`; whatever decides asks here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cat4.errors import Conflict

from ..rules import Mandate


@dataclass(frozen=True, slots=True)
class Place:
    """A circulation, or an item of a meeting in session: in words, and its address within the organization."""

    kind: str
    id: UUID
    words: str
    path: str


Finder = Callable[[str, UUID], Place | None]
_finders: list[Finder] = []


def says_where(finder: Finder) -> Finder:
    """Register who knows where a subject is being decided.

    Raises:
        ValueError: somebody is registered already.
    """
    if _finders:
        raise ValueError("Who knows where something is decided is registered already.")
    _finders.append(finder)
    return finder


def place_of(subject_kind: str, subject_id: UUID) -> Place | None:
    """Where it is being decided; None where nothing is under way."""
    return _finders[0](subject_kind, subject_id) if _finders else None


def require_nowhere_else(subject_kind: str, subject_id: UUID, mandate: Mandate) -> None:
    """Whether nothing but the resolution of the mandate, if any, is deciding it.

    Raises:
        Conflict: it is before the committee elsewhere; `current` names where.
    """
    place = place_of(subject_kind, subject_id)
    if place is None or place.id == mandate.resolution_id:
        return
    raise Conflict(
        f"{place.words} It is decided there, and nowhere else meanwhile.",
        current={"decided_in": place.kind, "id": str(place.id), "address": place.path},
    )
