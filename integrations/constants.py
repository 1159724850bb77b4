"""The vocabulary of imports."""

from django.db import models


class Outcome(models.TextChoices):
    """What became of a row. Every row of a file gets one: none is dropped silently.

    So does each measure of the source that the file doesn't name; it has no row.
    """

    CREATED = "created", "Created"
    UPDATED = "updated", "Updated"
    UNCHANGED = "unchanged", "Unchanged"
    CONFLICT = "conflict", "Changed on both sides"
    REJECTED = "rejected", "Rejected"
    BLANK = "blank", "Blank"
    MISSING = "missing", "Not in this file"


class RateFate(models.TextChoices):
    """What an import makes of a rate. One that governs a locked month stays as it is."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    LOCKED = "locked", "Locked, stays"


class CellType(models.TextChoices):
    """How a cell is read."""

    TEXT = "text", "Text"
    MONEY = "money", "Amount"
    DATE = "date", "Date"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    PORTFOLIO_IMPORTED = "portfolio.imported"


# Above this size a file is refused before it is read.
MAX_FILE_BYTES = 25 * 1024 * 1024
