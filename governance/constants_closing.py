"""The states of what follows a closure: proof packs and sustain checks."""

from django.db import models


class PackState(models.TextChoices):
    """How far a proof pack is."""

    QUEUED = "queued", "Waits for a worker"
    RUNNING = "running", "Being built"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class SustainOutcome(models.TextChoices):
    """What a check after closing found."""

    HELD = "held", "Held"
    REVERSAL = "reversal", "Reversal"
