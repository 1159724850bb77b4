"""Gates, their rules and requests, changes of plan, closures, deviations, meetings and what committees decide."""

from .changes.models import PlanChange, PlanChangeDate, PlanChangeLine, PlanChangeMonth
from .closures.models import ClosureClaim, ClosureLine, ClosureSignature, ResidualProposal, SustainResult
from .committees.models.meetings import (
    AgendaItem,
    Attendance,
    Ballot,
    LostVote,
    Meeting,
    MeetingAgenda,
    MeetingVote,
    MinuteNote,
    Minutes,
    Motion,
)
from .committees.models.resolutions import Circulation, CirculationVote, CommitteeDecision, Condition
from .committees.models.subject_papers import SubjectPaper
from .deviations.models import CounterMeasure, Deviation, DeviationDecision, DeviationOption, DeviationStep
from .gates.models import GateApproval, GateDecision, GateRequest, KeptRequest
from .months.models import PeriodStep, Snapshot
from .parties.models import ConflictDeclaration
from .proofs.models import LedgerVerification, ProofPack
from .rulebook.models import DecisionManner, DecisionRight, DryRun, DryRunFinding, RuleSet, RuleSetEntry

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
    "DecisionManner",
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
    "KeptRequest",
    "LedgerVerification",
    "LostVote",
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
    "SubjectPaper",
    "SustainResult",
]
