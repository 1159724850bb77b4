"""What committees decide on, and in which manner."""

from django.db import models


class SubjectKind(models.TextChoices):
    """What a committee decides on: a request of a measure, an escalated deviation, a motion of its own, or whether it
    stands behind what its chair decided urgently."""

    REQUEST = "gate_request", "Gate request"
    DEVIATION = "deviation", "Forced trade-off"
    MOTION = "motion", "Motion"
    RATIFICATION = "ratification", "Urgent decision"


class DecidedAs(models.TextChoices):
    """How a decision of a committee was made."""

    CHAIR = "chair", "By the chair alone"
    BODY = "body", "By the committee"
    URGENT = "urgent", "Urgently by the chair"


class ResolutionKind(models.TextChoices):
    """What a committee resolved in: a meeting, on an item of its agenda, or a circulation."""

    MEETING = "meeting", "Meeting"
    CIRCULATION = "circulation", "Circulation"


# What is not ratified in so many meetings goes to the escalation body (domain section 4).
RATIFYING_MEETINGS = 2
