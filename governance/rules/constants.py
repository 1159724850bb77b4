"""The vocabulary of gate rules, and who may be given which decision, as data."""

from decimal import Decimal
from enum import StrEnum

from django.db.models.enums import TextChoices

from governance.constants import RequestKind

# Raised whenever a rule changes its meaning; stored with each result.
RULES_VERSION = 5


class RuleKind(TextChoices):
    """Field present, computed check, approval by a role, evidence attached, manual tick with name."""

    FIELD = "F", "Field"
    CHECK = "C", "Check"
    APPROVAL = "A", "Approval"
    EVIDENCE = "E", "Evidence"
    MANUAL = "M", "Manual"


class Rule(StrEnum):
    """What a gate asks for, in the order of asking. The value is stored with each result, so it never changes.

    Everything else about a rule is declared on its function (`declared.rule`).
    """

    DESCRIPTION = "description"
    BUSINESS_REASON = "business_reason"
    GOVERNABLE = "governable"
    SEPARATION = "separation_of_duties"
    PEOPLE_ACTIVE = "people_active"
    SCOPE = "scope"
    BASELINE_DRAFT = "baseline_draft"
    TARGET = "target"
    ASSUMPTIONS = "key_assumptions"
    OVERLAP = "overlap_check"
    DATES = "rough_dates"
    PLAN_LINE = "line_with_plan"
    BASELINE_APPROVED = "baseline_approved"
    MILESTONES = "milestones"
    ONE_TIME_COST = "one_time_cost"
    RISKS = "risks"
    DEPENDENCIES = "dependencies_declared"
    CLOSURE_CRITERIA = "closure_criteria"
    PLAUSIBILITY = "plausibility"
    MILESTONE_PEOPLE = "milestone_people"
    PREDECESSORS = "predecessors_standing"
    FRESH_DATES = "fresh_dates"
    CRITICAL_DONE = "critical_milestones_done"
    FORECAST_CONFIRMED = "forecast_confirmed"
    VALIDATED_MONTHS = "validated_months"
    NO_UNVALIDATED = "no_unvalidated_month"
    NO_OVERDUE_DEVIATION = "no_overdue_deviation"
    COST_COMPLETE = "one_time_cost_complete"
    CLOSING_EVIDENCE = "evidence_per_line"
    CONDITIONS = "conditions_fulfilled"
    SIZE_AND_TIMING = "size_and_timing"
    SPONSOR = "sponsor_approval"
    HAND_OVER = "hand_over"
    INDEPENDENT_CONTROLLER = "independent_controller"
    HOLD_REASON = "hold_reason"
    RESUME_DATE = "resume_date"
    CANCEL_REASON = "cancel_reason"
    GAP_OWNER = "gap_owner"
    CONSEQUENCES = "consequences_shown"
    REOPEN_CAUSE = "reopen_cause"
    CHANGE_REASON = "change_reason"
    CHANGE_ASKED = "change_asked"
    OPEN_MONTHS = "only_open_months"
    CHANGE_DATES = "change_dates"
    CHANGE_FITS = "change_fits"
    CHANGE_CONFIRMED = "change_confirmed"
    RESIDUAL_REASON = "residual_reason"
    RESIDUAL_LEVEL = "residual_level"


# What versions of an organization's rules may still name, and what the code asks for in its place.
SUCCESSORS: dict[str, Rule] = {"closing_protocol": Rule.CLOSING_EVIDENCE}


class ReopenCause(TextChoices):
    """What a closed measure is reopened for (domain section 4)."""

    SUSTAIN = "sustain", "Failed sustain check"
    EVIDENCE = "evidence", "Withdrawn evidence"
    CORRECTION = "correction", "Correction below the closing's share"
    ENABLER = "enabler", "An enabler that fell"
    AGREED = "agreed", "Controller and chair agree"


# The degrees that a gate leads to.
EVERY_GATE = (1, 2, 3, 4, 5)
# What a person fills when a measure is written down, and what a measure takes from the nodes above that name it.
AT_CREATION = ("package", "name", "description", "business reason", "kind of effect", "owner")
INHERITED = ("sponsor", "controller", "business unit", "function", "legal entity", "steering committee")


# Deciding freezes the plan and closing is signed by the controller: both are always gates of their own.
CONSTITUTIVE_GATES = (3, 5)


class Step(TextChoices):
    """A decision that a rule set speaks of: one of the five gates, or one of the other moves."""

    GATE_1 = "gate_1", "Gate 1, Identified"
    GATE_2 = "gate_2", "Gate 2, Detailed"
    GATE_3 = "gate_3", "Gate 3, Decided"
    GATE_4 = "gate_4", "Gate 4, Implemented"
    GATE_5 = "gate_5", "Gate 5, Closed"
    HOLD = "hold", "Hold"
    RESUME = "resume", "Resume"
    CANCEL = "cancel", "Cancel"
    REOPEN = "reopen", "Reopen"
    CHANGE = "change", "Change the plan"
    RESIDUAL = "residual", "Accept a residual"
    TRADE_OFF = "trade_off", "Forced trade-off of a deviation"


class Manner(TextChoices):
    """How a committee decides a step."""

    CHAIR = "chair", "The chair alone"
    BODY = "body", "The committee, in a meeting or by circulation"


class Decider(TextChoices):
    """Who decides a step, as a rule set names them."""

    LEAD = "lead", "Program or project lead"
    PMO = "pmo", "Portfolio manager"
    SPONSOR = "sponsor", "Sponsor"
    CONTROLLER = "controller", "Controller"
    CHAIR = "chair", "Chair of the measure's committee"
    ESCALATION = "escalation", "Chair of its escalation body"
    BODY = "body", "Chair of a committee by name"
    DELEGATE = "delegate", "A person by name"


class Basis(TextChoices):
    """The amount that a limit is compared with: reporting currency, at plan rate, without its sign.

    The annual effect is the hard EBITDA run-rate of the frozen plan; before DoI 3 of what is being planned, and of
    the target while nothing is. The cost is one-time cost and capex of the plan over all years.
    """

    ANNUAL_EFFECT = "annual_effect", "Annual effect"
    COST = "cost", "One-time cost and capex"


class Approver(TextChoices):
    """Who gives an approval, or makes a statement, that a rule set adds."""

    OWNER = "owner", "Owner"
    SPONSOR = "sponsor", "Sponsor"
    CONTROLLER = "controller", "Controller"
    PMO = "pmo", "Portfolio manager"
    CHAIR = "chair", "Committee chair"
    PERSON = "person", "A person by name"


_REVIEWERS = (Decider.LEAD, Decider.PMO, Decider.CHAIR, Decider.ESCALATION, Decider.BODY, Decider.DELEGATE)


_COMMITTEE = (Decider.PMO, Decider.CHAIR, Decider.ESCALATION, Decider.BODY, Decider.DELEGATE)


# These speak for the committee, which the controller of a measure advises.
COMMITTEE_DECIDERS = frozenset({Decider.CHAIR, Decider.ESCALATION, Decider.BODY, Decider.DELEGATE})


# Of these the ones that preside over a committee, whose body may be asked.
PRESIDING_DECIDERS = frozenset({Decider.CHAIR, Decider.ESCALATION, Decider.BODY})


# Who may be given which step. The sponsor decides gate 4 and nothing else, the controller signs the closure and
# advises elsewhere (domain section 5; the database holds both).
DECIDERS_OF: dict[str, tuple[str, ...]] = {
    Step.GATE_1: _REVIEWERS,
    Step.GATE_2: _REVIEWERS,
    Step.GATE_3: _COMMITTEE,
    Step.GATE_4: (Decider.SPONSOR, *_COMMITTEE),
    Step.GATE_5: (Decider.CONTROLLER,),
    Step.HOLD: _COMMITTEE,
    Step.RESUME: _COMMITTEE,
    Step.CANCEL: _COMMITTEE,
    Step.REOPEN: (Decider.CONTROLLER, Decider.CHAIR, Decider.ESCALATION, Decider.BODY),
    Step.CHANGE: _COMMITTEE,
    Step.RESIDUAL: (Decider.CHAIR, Decider.ESCALATION, Decider.BODY),
    Step.TRADE_OFF: (Decider.CHAIR,),
}


# Who decides where an organization says nothing (domain section 4).
DEFAULT_DECIDERS: dict[str, tuple[str, ...]] = {
    Step.GATE_1: (Decider.LEAD, Decider.PMO),
    Step.GATE_2: (Decider.PMO,),
    Step.GATE_3: (Decider.CHAIR,),
    Step.GATE_4: (Decider.SPONSOR,),
    Step.GATE_5: (Decider.CONTROLLER,),
    Step.HOLD: (Decider.CHAIR,),
    Step.RESUME: (Decider.CHAIR,),
    Step.CANCEL: (Decider.CHAIR,),
    Step.REOPEN: (Decider.CONTROLLER, Decider.CHAIR),
    Step.CHANGE: (Decider.CHAIR,),
    Step.RESIDUAL: (Decider.CHAIR,),
    Step.TRADE_OFF: (Decider.CHAIR,),
}


# The amount a year, in the reporting currency, from which the committee decides as a body where an organization says
# nothing (domain section 4).
BODY_FROM = Decimal(250_000)


# What a committee decides, and how where an organization says nothing. Empty: always as a body.
DEFAULT_MANNERS: dict[str, tuple[Manner, Decimal | None]] = {
    Step.GATE_3: (Manner.BODY, BODY_FROM),
    Step.HOLD: (Manner.BODY, BODY_FROM),
    Step.RESUME: (Manner.CHAIR, None),
    Step.CANCEL: (Manner.BODY, BODY_FROM),
    Step.CHANGE: (Manner.BODY, BODY_FROM),
    Step.RESIDUAL: (Manner.BODY, None),
    Step.TRADE_OFF: (Manner.BODY, BODY_FROM),
}


# A residual gives up money that was promised: no version leaves it to one person.
ALWAYS_BODY = frozenset({Step.RESIDUAL.value})


def step_of(kind: str, to_doi: int) -> str:
    """The step of a decision: the gate that it leads through, else its kind."""
    return f"gate_{to_doi}" if kind == RequestKind.ADVANCE else kind
