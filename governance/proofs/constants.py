"""Where a proof pack stands."""

from django.db import models


class PackState(models.TextChoices):
    """How far a proof pack is."""

    QUEUED = "queued", "Waits for a worker"
    RUNNING = "running", "Being built"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
