"""What a conflict of interest is declared on."""

from django.db import models


class SubjectKind(models.TextChoices):
    """What a committee decides on: a request of a measure, an escalated deviation, or a motion of its own."""

    REQUEST = "gate_request", "Gate request"
    DEVIATION = "deviation", "Forced trade-off"
    MOTION = "motion", "Motion"
