"""How a measure came to differ between two moments."""

from enum import StrEnum


class Why(StrEnum):
    """Why a measure stands on one side only, or no longer counts; as page, file and API name it."""

    CHANGED = ""
    WRITTEN = "Written since"
    MOVED_HERE = "Moved here"
    MOVED_AWAY = "Moved away"
    CANCELLED = "Cancelled"
    DELETED = "Deleted"
