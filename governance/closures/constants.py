"""The states of what follows a closure: proof packs and sustain checks."""

from django.db import models


class SustainOutcome(models.TextChoices):
    """What a check after closing found."""

    HELD = "held", "Held"
    REVERSAL = "reversal", "Reversal"
