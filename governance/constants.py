"""The vocabulary of gates, and the edges of a gate request as data."""

from django.db import models


class RequestKind(models.TextChoices):
    """What a gate request asks for."""

    ADVANCE = "advance", "Advance"
    HOLD = "hold", "Hold"
    RESUME = "resume", "Resume"
    CANCEL = "cancel", "Cancel"
    REOPEN = "reopen", "Reopen"


class RequestState(models.TextChoices):
    """Where a gate request stands. Submitted is the only open state."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


REQUEST_EDGES = [
    (RequestState.DRAFT, RequestState.SUBMITTED),
    (RequestState.DRAFT, RequestState.WITHDRAWN),
    (RequestState.SUBMITTED, RequestState.APPROVED),
    (RequestState.SUBMITTED, RequestState.REJECTED),
    (RequestState.SUBMITTED, RequestState.WITHDRAWN),
    (RequestState.SUBMITTED, RequestState.EXPIRED),
]


class Outcome(models.TextChoices):
    """What was decided."""

    ADVANCE = "advance", "Advance"
    HOLD = "hold", "Hold"
    RESUME = "resume", "Resume"
    CANCEL = "cancel", "Cancel"
    REOPEN = "reopen", "Reopen"
    RETURN = "return", "Return with comment"


class ApprovalKind(models.TextChoices):
    """Confirmations that a gate needs before its decision (rule kind A)."""

    SIZE_AND_TIMING = "size_and_timing", "Controller confirms size and timing"
    SPONSOR = "sponsor", "Sponsor approves"
    HAND_OVER = "hand_over", "Receiving unit accepts the hand-over"


class RuleKind(models.TextChoices):
    """Field present, computed check, approval by a role, evidence attached, manual tick with name."""

    FIELD = "F", "Field"
    CHECK = "C", "Check"
    APPROVAL = "A", "Approval"
    EVIDENCE = "E", "Evidence"
    MANUAL = "M", "Manual"


class HoldReason(models.TextChoices):
    """Why work rests."""

    BUDGET = "budget", "Budget"
    TIMING = "timing", "Timing"
    DEPENDENCY = "dependency", "Dependency"
    OTHER = "other", "Other"


class Topic:
    """Facts that this app publishes; the id is the measure's."""

    GATE_DECIDED = "governance.gate_decided"
    PERIOD_LOCKED = "governance.period_locked"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    GATE_REQUESTED = "gate.requested"
    GATE_WITHDRAWN = "gate.withdrawn"
    GATE_APPROVAL_GIVEN = "gate.approval_given"
    GATE_DECIDED = "gate.decided"
    GATE_RETURNED = "gate.returned"
    MEASURE_CLOSED = "measure.closed"
    MEASURE_REOPENED = "measure.reopened"
    PERIOD_LOCKED = "period.locked"
