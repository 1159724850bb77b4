"""The vocabulary of gates, the rules that each asks for, as data."""

from django.db import models


class RequestKind(models.TextChoices):
    """What a gate request asks for."""

    ADVANCE = "advance", "Advance"
    HOLD = "hold", "Hold"
    RESUME = "resume", "Resume"
    CANCEL = "cancel", "Cancel"
    REOPEN = "reopen", "Reopen"
    CHANGE = "change", "Change the plan"
    RESIDUAL = "residual", "Accept a residual"


class Outcome(models.TextChoices):
    """What was decided."""

    ADVANCE = "advance", "Advance"
    HOLD = "hold", "Hold"
    RESUME = "resume", "Resume"
    CANCEL = "cancel", "Cancel"
    REOPEN = "reopen", "Reopen"
    CHANGE = "change", "Change the plan"
    RESIDUAL = "residual", "Accept the residual"
    RETURN = "return", "Return with comment"


class ApprovalKind(models.TextChoices):
    """Confirmations that a gate needs before its decision (rule kind A)."""

    SIZE_AND_TIMING = "size_and_timing", "Controller confirms size and timing"
    SPONSOR = "sponsor", "Sponsor approves"
    HAND_OVER = "hand_over", "Receiving unit accepts the hand-over"
    PLAN_CHANGE = "plan_change", "Controller confirms the changed plan"


class HoldReason(models.TextChoices):
    """Why work rests."""

    BUDGET = "budget", "Budget"
    TIMING = "timing", "Timing"
    DEPENDENCY = "dependency", "Dependency"
    OTHER = "other", "Other"


class Topic:
    """Facts that this app publishes; the id is the measure's, unless said otherwise."""

    GATE_DECIDED = "governance.gate_decided"
    # A request was withdrawn or expired, undecided; the id is the GateRequest's.
    REQUEST_ENDED = "governance.request_ended"
    PERIOD_LOCKED = "governance.period_locked"
    DRY_RUN_ASKED = "governance.dry_run_asked"
    # The money of a closed measure didn't last; the id is the SustainResult's.
    REVERSAL_FOUND = "governance.reversal_found"
    # The id is the ProofPack's.
    PROOF_PACK_ASKED = "governance.proof_pack_asked"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    GATE_REQUESTED = "gate.requested"
    GATE_WITHDRAWN = "gate.withdrawn"
    GATE_APPROVAL_GIVEN = "gate.approval_given"
    GATE_DECIDED = "gate.decided"
    GATE_RETURNED = "gate.returned"
    CLOSURE_SIGNED = "closure.signed"
    MEASURE_CLOSED = "measure.closed"
    MEASURE_REOPENED = "measure.reopened"
    PERIOD_LOCKED = "period.locked"
    COMMITTEE_DECIDED = "committee.decided"
    CIRCULATION_OPENED = "circulation.opened"
    CIRCULATION_ENDED = "circulation.ended"
    VOTE_CAST = "committee.vote_cast"
    VOTE_NOT_CARRIED = "committee.vote_not_carried"
    CONFLICT_DECLARED = "committee.conflict_declared"
    MOTION_PUT = "motion.put"
    PAPER_ATTACHED = "committee.paper_attached"
    MOTION_WITHDRAWN = "motion.withdrawn"
    MEETING_CALLED = "meeting.called"
    MEETING_MOVED = "meeting.moved"
    MEETING_CANCELLED = "meeting.cancelled"
    MEETING_PAPERS_LOCKED = "meeting.papers_locked"
    MEETING_STARTED = "meeting.started"
    MEETING_ATTENDED = "meeting.attendance_taken"
    MEETING_NOTED = "meeting.noted"
    MEETING_CLOSED = "meeting.closed"
    MEETING_REOPENED = "meeting.reopened"
    MINUTES_SIGNED = "meeting.minutes_signed"
    CONDITION_FULFILLED = "condition.fulfilled"
    CONDITION_ACCEPTED = "condition.accepted"
    CONDITION_REFUSED = "condition.refused"
    GATE_EXPIRED = "gate.expired"
    RULES_DRAFTED = "rules.drafted"
    RULES_PUBLISHED = "rules.published"
    RULES_DISCARDED = "rules.discarded"
    PERIOD_ADVANCED = "period.advanced"
    PERIOD_STEPPED_BACK = "period.stepped_back"
    PERIOD_NUDGED = "period.nudged"
    SUSTAIN_CHECKED = "closure.sustain_checked"
    # What a measure's acts were before their entries held their facts.
    PAST_ACTS_KEPT = "measure.past_acts_kept"
    PROOF_PACK_ASKED = "proof_pack.asked"
    PROOF_PACK_BUILT = "proof_pack.built"
    PROOF_PACK_DOWNLOADED = "proof_pack.downloaded"
