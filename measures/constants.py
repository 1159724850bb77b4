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


class Topic:
    """Facts that this app publishes; the id is the measure's."""

    MEASURE_CHANGED = "measures.measure_changed"
    MEASURE_RECOMPUTED = "measures.measure_recomputed"
    MEASURE_MOVED = "measures.measure_moved"


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
    MILESTONE_ADDED = "milestone.added"
    MILESTONE_EDITED = "milestone.edited"
    MILESTONE_REMOVED = "milestone.removed"
    MILESTONE_DONE = "milestone.done"
    RISK_ADDED = "risk.added"
    RISK_EDITED = "risk.edited"
    RISK_REMOVED = "risk.removed"
    DOCUMENT_UPLOADED = "document.uploaded"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    STATUS_OVERRIDDEN = "status.overridden"
    STATUS_CHANGED = "status.changed"
