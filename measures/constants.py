"""The vocabulary of measures, and the edges of their state machines as data."""

from django.db import models


class Doi(models.IntegerChoices):
    """Degree of Implementation: the governed stage of a measure."""

    DEFINED = 0, "Defined"
    IDENTIFIED = 1, "Identified"
    DETAILED = 2, "Detailed"
    DECIDED = 3, "Decided"
    IMPLEMENTED = 4, "Implemented"
    CLOSED = 5, "Closed"


# No degree is skipped; the only way back is reopening a closed measure.
DOI_EDGES = [(degree, degree + 1) for degree in range(5)] + [(5, 4)]


# The planned dates of gates, by the measure's field: part of the plan that is frozen at DoI 3.
PLANNED_GATES: dict[str, Doi] = {"decide_by": Doi.DECIDED, "implement_by": Doi.IMPLEMENTED, "close_by": Doi.CLOSED}

# Facts of a measure that stay as they were decided; its planned gates move with an approved change of the plan.
FROZEN_WITH_PLAN = ("kind", "legal_entity_id", "target_amount", *PLANNED_GATES)


class Lifecycle(models.TextChoices):
    """Whether a measure is being worked on, independent of its degree."""

    ACTIVE = "active", "Active"
    ON_HOLD = "on_hold", "On hold"
    CANCELLED = "cancelled", "Cancelled"
    CLOSED = "closed", "Closed"


LIFECYCLE_EDGES = [
    (Lifecycle.ACTIVE, Lifecycle.ON_HOLD),
    (Lifecycle.ON_HOLD, Lifecycle.ACTIVE),
    (Lifecycle.ACTIVE, Lifecycle.CANCELLED),
    (Lifecycle.ON_HOLD, Lifecycle.CANCELLED),
    (Lifecycle.ACTIVE, Lifecycle.CLOSED),
    (Lifecycle.CLOSED, Lifecycle.ACTIVE),
]


class EffectKind(models.TextChoices):
    """What an effect line changes. EBITDA revenue is margin, not turnover."""

    EBITDA_COST = "ebitda_cost", "EBITDA, cost"
    EBITDA_REVENUE = "ebitda_revenue", "EBITDA, revenue margin"
    ONE_TIME_COST = "one_time_cost", "One-time cost"
    CAPEX = "capex", "Capex"
    WORKING_CAPITAL = "working_capital", "Working capital"
    FTE = "fte", "FTE"
    NON_FINANCIAL = "non_financial", "Non-financial"


EBITDA_KINDS = (EffectKind.EBITDA_COST, EffectKind.EBITDA_REVENUE)
COST_KINDS = (EffectKind.ONE_TIME_COST, EffectKind.CAPEX)


# Kinds that aren't money: in a unit of their own, never converted, in no total of money.
UNIT_KINDS = (EffectKind.FTE, EffectKind.NON_FINANCIAL)


class Recurrence(models.TextChoices):
    """Recurring repeats each month until its end; one-off falls in named months and enters no run-rate."""

    RECURRING = "recurring", "Recurring"
    ONE_OFF = "one_off", "One-off"


class Certainty(models.TextChoices):
    """Only hard effects count toward an EBITDA target."""

    HARD = "hard", "Hard"
    AVOIDANCE = "avoidance", "Avoidance"
    SOFT = "soft", "Soft"


class Status(models.TextChoices):
    """A computed status. Grey is "not rated"."""

    GREEN = "g", "Green"
    AMBER = "a", "Amber"
    RED = "r", "Red"
    GREY = "n", "Not rated"


class StatusKind(models.TextChoices):
    """The independent statuses of a measure."""

    IMPLEMENTATION = "implementation", "Implementation"
    POTENTIAL = "potential", "Potential"
    COST = "cost", "Cost"


class BaselineType(models.TextChoices):
    """What the effect is measured against."""

    PRIOR_YEAR = "prior_year", "Prior year"
    BUDGET = "budget", "Budget"
    CONTRACT = "contract", "Contract"
    ZERO = "zero", "Zero, nothing was booked before"


class DocumentPurpose(models.TextChoices):
    """What an uploaded file is evidence of."""

    BACKGROUND = "background", "Background"
    MILESTONE = "milestone", "Milestone done"
    ACTUALS = "actuals", "Actuals"
    EVIDENCE = "evidence", "Closing evidence"
    CLOSURE = "closure", "Closing protocol"


class EvidenceClass(models.TextChoices):
    """The classes of closing evidence (domain section 13)."""

    GENERAL_LEDGER = "gl_extract", "General ledger extract"
    BUDGET_REDUCED = "budget_reduced", "Budget reduced in the planning system"
    INVOICES = "invoices", "Invoices"
    CONTRACT = "contract", "Contract"
    PAYROLL = "payroll", "Payroll list"
    WORKING_CAPITAL = "wc_ageing", "Working-capital ageing"
    KPI = "kpi", "Operational KPI with an agreed factor"


class Cadence(models.TextChoices):
    """How the amounts of a line were entered. Quarters and years are spread over their months, visibly."""

    MONTHLY = "monthly", "Month by month"
    QUARTERLY = "quarterly", "By quarter"
    ANNUAL = "annual", "By fiscal year"


class Series(models.TextChoices):
    """The series of a line that a person enters."""

    PLAN = "plan", "Plan"
    FORECAST = "forecast", "Forecast"


class LeakageCause(models.TextChoices):
    """Why planned money didn't arrive (domain 6.8)."""

    TIMING = "timing", "Timing"
    MAGNITUDE = "magnitude", "Size"
    SCOPE = "scope", "Scope"
    CANCELLED = "cancelled", "Cancelled"
    ON_HOLD = "on_hold", "On hold"
    PRICE = "price", "Price"
    VOLUME = "volume", "Volume"
    FX = "fx", "Exchange rate"
    REVERSAL = "reversal", "Reversal"
    NOT_BOOKED = "not_booked", "Not booked"


class DependencyKind(models.TextChoices):
    """What of the successor waits for what of the predecessor."""

    FINISH_START = "FS", "Finish to start"
    START_START = "SS", "Start to start"
    FINISH_FINISH = "FF", "Finish to finish"
    START_FINISH = "SF", "Start to finish"


class RippleCause(models.TextChoices):
    """What set a ripple off."""

    FORECAST = "forecast", "Forecast moved"
    DONE = "done", "Done late"
    DEPENDENCY = "dependency", "Dependency changed"
    REBASELINE = "rebaseline", "Re-baselined"
    OVERDUE = "overdue", "Overdue without a new forecast"


class RippleAnswerKind(models.TextChoices):
    """How an affected owner takes a ripple (domain section 8)."""

    ACCEPT = "accept", "Accept the new dates"
    ABSORB = "absorb", "Absorb it with a counter-measure"
    CONTEST = "contest", "Contest it"


class EnablerEvent(models.TextChoices):
    """How a measure that makes another one possible falls (domain section 4)."""

    HOLD = "hold", "Put on hold"
    CANCEL = "cancel", "Cancelled"
    REOPEN = "reopen", "Reopened"


class OverlapResolution(models.TextChoices):
    """How money that two measures claim is told apart (domain section 11); doubts can only be explained (6.9)."""

    MERGE = "merge", "Merge: the other carries the value"
    SPLIT = "split", "Split by percent"
    SEQUENTIAL = "sequential", "Sequential: this baseline is the other's target"
    NONE = "none", "No overlap, because"
    EXPLAINED = "explained", "Explained"


class Topic:
    """Facts that this app publishes; the id is the measure's, unless said otherwise."""

    MEASURE_CHANGED = "measures.measure_changed"
    MEASURE_RECOMPUTED = "measures.measure_recomputed"
    MEASURE_MOVED = "measures.measure_moved"
    # What the controller confirmed of a measure has changed.
    ACTUALS_VALIDATED = "measures.actuals_validated"
    # The id is the package's that a measure has left.
    PACKAGE_LEFT = "measures.package_left"
    # A check of the measure's numbers may find something else than it found before.
    FINDINGS_OUTDATED = "measures.findings_outdated"
    # The id is the milestone's whose date, duration or dependencies changed.
    MILESTONE_MOVED = "measures.milestone_moved"
    # The id is the ripple's.
    RIPPLE_STORED = "measures.ripple_stored"
    RIPPLE_ANSWERED = "measures.ripple_answered"
    # The id is the milestone's.
    HAND_OFF_REFUSED = "measures.hand_off_refused"
    # The id is the measure's: a document that a closed measure rests on proves nothing any more.
    EVIDENCE_WITHDRAWN = "measures.evidence_withdrawn"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    MEASURE_CREATED = "measure.created"
    MEASURE_EDITED = "measure.edited"
    MEASURE_MOVED = "measure.moved"
    OVERLAP_CHECKED = "measure.overlap_checked"
    BASELINE_PROPOSED = "baseline.proposed"
    BASELINE_APPROVED = "baseline.approved"
    EFFECT_ADDED = "effect.added"
    EFFECT_EDITED = "effect.edited"
    EFFECT_REMOVED = "effect.removed"
    PLAN_EDITED = "plan.edited"
    PLAN_FROZEN = "plan.frozen"
    FORECAST_REVISED = "measure.forecast_revised"
    FORECAST_CONFIRMED = "measure.forecast_confirmed"
    ACTUALS_REPORTED = "actuals.reported"
    ACTUALS_VALIDATED = "actuals.validated"
    ACTUALS_RETURNED = "actuals.returned"
    MONTH_HANDED_IN = "month.handed_in"
    CORRECTION_ENTERED = "correction.entered"
    CORRECTION_VALIDATED = "correction.validated"
    CORRECTION_RETURNED = "correction.returned"
    MILESTONE_ADDED = "milestone.added"
    MILESTONE_EDITED = "milestone.edited"
    MILESTONE_REMOVED = "milestone.removed"
    MILESTONE_DONE = "milestone.done"
    HAND_OFF_ASKED = "milestone.hand_off_asked"
    HAND_OFF_ACCEPTED = "milestone.hand_off_accepted"
    HAND_OFF_REFUSED = "milestone.hand_off_refused"
    DEPENDENCY_ADDED = "dependency.added"
    DEPENDENCY_EDITED = "dependency.edited"
    DEPENDENCY_REMOVED = "dependency.removed"
    RIPPLE_STORED = "ripple.stored"
    RIPPLE_ANSWERED = "ripple.answered"
    ENABLER_FELL = "enabler.fell"
    ENABLER_ANSWERED = "enabler.answered"
    PULL_FORWARD_OFFERED = "pull_forward.offered"
    PULL_FORWARD_TAKEN = "pull_forward.taken"
    PULL_FORWARD_DECLINED = "pull_forward.declined"
    FINDING_OPENED = "finding.opened"
    FINDING_RESOLVED = "finding.resolved"
    FINDING_CLOSED = "finding.closed"
    LEAKAGE_EXPLAINED = "leakage.explained"
    LEAKAGE_UNEXPLAINED = "leakage.unexplained"
    PROOF_ENTERED = "proof.entered"
    PROOF_EDITED = "proof.edited"
    PROOF_REMOVED = "proof.removed"
    PLAN_CHANGED = "plan.changed"
    RISK_ADDED = "risk.added"
    RISK_EDITED = "risk.edited"
    RISK_REMOVED = "risk.removed"
    DOCUMENT_OPENED = "document.opened"
    DOCUMENT_UPLOADED = "document.uploaded"
    DOCUMENT_ATTACHED = "document.attached"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    STATUS_OVERRIDDEN = "status.overridden"
    OVERRIDE_WITHDRAWN = "status.override_withdrawn"
    OVERRIDE_ENDED = "status.override_ended"
    STATUS_CHANGED = "status.changed"


# Who is named on a measure and what decides over it: from DoI 1 on its owner chooses none of them.
STEERING = ("owner_id", "sponsor_id", "controller_id", "committee_id")
# Duties that a deputy doesn't join: by the part of the one for whom they act, the own parts that forbid it.
APART: dict[str, tuple[str, ...]] = {
    "controller": ("owner", "sponsor"),
    "owner": ("controller",),
    "sponsor": ("controller", "owner"),
}
