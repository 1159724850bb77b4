"""Gates, their rules and requests, changes of plan, closures, deviations, meetings and what committees decide."""

from .changes import PlanChange, PlanChangeDate, PlanChangeLine, PlanChangeMonth
from .closure import ClosureClaim, ClosureLine, ClosureSignature, ResidualProposal, SustainResult
from .deviations import CounterMeasure, Deviation, DeviationDecision, DeviationOption, DeviationStep
from .gates import GateApproval, GateDecision, GateRequest
from .meetings import (
    AgendaItem,
    Attendance,
    Ballot,
    ConflictDeclaration,
    Meeting,
    MeetingAgenda,
    MeetingVote,
    MinuteNote,
    Minutes,
    Motion,
)
from .periods import PeriodStep
from .proof_packs import ProofPack
from .resolutions import Circulation, CirculationVote, CommitteeDecision, Condition
from .rule_sets import DecisionRight, DryRun, DryRunFinding, RuleSet, RuleSetEntry
from .snapshots import Snapshot

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Circulation",
    "CirculationVote",
    "ClosureClaim",
    "ClosureLine",
    "ClosureSignature",
    "CommitteeDecision",
    "Condition",
    "ConflictDeclaration",
    "CounterMeasure",
    "DecisionRight",
    "Deviation",
    "DeviationDecision",
    "DeviationOption",
    "DeviationStep",
    "DryRun",
    "DryRunFinding",
    "GateApproval",
    "GateDecision",
    "GateRequest",
    "Meeting",
    "MeetingAgenda",
    "MeetingVote",
    "MinuteNote",
    "Minutes",
    "Motion",
    "PeriodStep",
    "PlanChange",
    "PlanChangeDate",
    "PlanChangeLine",
    "PlanChangeMonth",
    "ProofPack",
    "ResidualProposal",
    "RuleSet",
    "RuleSetEntry",
    "Snapshot",
    "SustainResult",
]
