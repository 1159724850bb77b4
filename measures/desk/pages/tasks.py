"""One thing to do, as My work lists it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, where, and until when. What one click settles has an address for that click."""

    title: str
    href: str
    sub: str
    tag: str = ""
    tag_kind: str = ""
    confirm_url: str = ""
    accept_url: str = ""
    measure_id: UUID | None = None
