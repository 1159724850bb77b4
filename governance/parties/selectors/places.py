"""Where something is being decided: in circulation, or before an open meeting. Then it is decided nowhere else.

Committees say where, in their `seams.py`; whatever decides asks here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cat4.errors import Conflict
from cat4.seam import Seam

from ..rules import Mandate


@dataclass(frozen=True, slots=True)
class Place:
    """A circulation, or an item of a meeting in session: in words, and its address within the organization."""

    kind: str
    id: UUID
    words: str
    path: str


Finder = Callable[[str, UUID], Place | None]
_places = Seam[Finder]("Where something is being decided")
says_where = _places.register


def place_of(subject_kind: str, subject_id: UUID) -> Place | None:
    """Where it is being decided; None where nothing is under way."""
    return _places.supplier(subject_kind, subject_id) if _places.supplier else None


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
