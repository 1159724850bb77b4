"""The vocabulary of meetings, votes, conditions and circulations, and the edges of their states, as data."""

from datetime import timedelta

from django.db import models


class MeetingState(models.TextChoices):
    """Where a meeting stands. Signed and cancelled are ends."""

    PLANNED = "planned", "Planned"
    IN_SESSION = "in_session", "In session"
    CLOSED = "closed", "Closed"
    SIGNED = "signed", "Signed"
    CANCELLED = "cancelled", "Cancelled"


# Ended: nothing more is decided in it.
OVER = [MeetingState.CLOSED, MeetingState.SIGNED]
# It took place, or does.
HELD = [MeetingState.IN_SESSION, *OVER]
MEETING_EDGES = [
    (MeetingState.PLANNED, MeetingState.IN_SESSION),
    (MeetingState.PLANNED, MeetingState.CANCELLED),
    (MeetingState.IN_SESSION, MeetingState.CLOSED),
    (MeetingState.CLOSED, MeetingState.IN_SESSION),
    (MeetingState.CLOSED, MeetingState.SIGNED),
]
# Opened so long before its time, a meeting asks whether that is meant: members who come in time would miss it.
EARLY = timedelta(hours=1)


class MotionOutcome(models.TextChoices):
    """What came of a motion. Voted on is the motion alone: lost, it is declined."""

    AGREED = "agreed", "Motion carried"
    DECLINED = "declined", "Motion lost"


class VoteResult(models.TextChoices):
    """What came of a vote. Lost and tied ones decide nothing, and are kept."""

    CARRIED = "carried", "Carried"
    LOST = "lost", "Lost"
    TIED = "tied", "Tied"


class RatificationOutcome(models.TextChoices):
    """What is decided on an urgent decision of the chair."""

    RATIFIED = "ratified", "Ratified"
    NOT_RATIFIED = "not_ratified", "Not ratified"


class Presence(models.TextChoices):
    """How a member takes part in a meeting."""

    PRESENT = "present", "Present"
    ABSENT = "absent", "Absent"
    REPRESENTED = "represented", "Represented"


class VoteChoice(models.TextChoices):
    """A member's vote on what is put to it."""

    FOR = "for", "For"
    AGAINST = "against", "Against"
    ABSTAIN = "abstain", "Abstains"


class CirculationState(models.TextChoices):
    """Where a decision by circulation stands. Carried waits for the chair's confirmation."""

    OPEN = "open", "Open"
    CARRIED = "carried", "Carried"
    REJECTED = "rejected", "Rejected"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    APPLIED = "applied", "Applied"


# Being decided in writing: the members vote, or the chair confirms.
RUNNING = [CirculationState.OPEN, CirculationState.CARRIED]
CIRCULATION_EDGES = [
    (CirculationState.OPEN, CirculationState.CARRIED),
    (CirculationState.OPEN, CirculationState.REJECTED),
    (CirculationState.OPEN, CirculationState.LAPSED),
    (CirculationState.OPEN, CirculationState.WITHDRAWN),
    (CirculationState.CARRIED, CirculationState.APPLIED),
    (CirculationState.CARRIED, CirculationState.LAPSED),
]


class ConditionState(models.TextChoices):
    """Where a condition of a decision stands. Accepted and lifted are ends."""

    OPEN = "open", "Open"
    FULFILLED = "fulfilled", "Reported fulfilled"
    ACCEPTED = "accepted", "Accepted"
    LIFTED = "lifted", "Lifted"


CONDITION_EDGES = [
    (ConditionState.OPEN, ConditionState.FULFILLED),
    (ConditionState.FULFILLED, ConditionState.ACCEPTED),
    (ConditionState.FULFILLED, ConditionState.OPEN),
    (ConditionState.OPEN, ConditionState.LIFTED),
    (ConditionState.FULFILLED, ConditionState.LIFTED),
]
# A condition in one of these keeps the measure from its next gate.
PENDING_CONDITIONS = (ConditionState.OPEN, ConditionState.FULFILLED)

# How far ahead meetings are planned, and at which appearance on an agenda an open condition is flagged.
PLANNED_WEEKS = 8
FLAGGED_APPEARANCE = 3
